nav-enterprises = Enterprises

# The list.
ent-list-line = In the order of the Chinese names' reading; find by name, short name, pinyin initials, former name or credit code
ent-find = Name, short name, pinyin initials, credit code
ent-total = { $n } enterprises
ent-lead = Lead helper
ent-no-lead = nobody
ent-helped = Helpers
ent-with-helper = Has a helper
ent-without-helper = Has none
ent-none = not given
ent-status = Status
ent-status-active = Active
ent-status-closed = Closed or moved away
ent-empty = No enterprises yet
ent-empty-text = Import a list, or enter enterprises one by one; only those entered here can raise a problem.
ent-empty-found = No enterprise fits
ent-empty-found-text = Try other words, or fewer filters.
ent-export-line = { $n } enterprises · exported { $at }

# Fields.
ent-col-credit-code = Credit code
ent-col-name = Name
ent-col-short-name = Short name
ent-col-division = Division
ent-col-township = Township or park
ent-col-industry = Industry
ent-col-chain = Industrial chain
ent-col-scale = Size
ent-col-address = Address
ent-col-contact-name = Contact
ent-col-contact-phone = Telephone
ent-col-staff = Staff
ent-col-status = Status
ent-scale-large = Large
ent-scale-medium = Medium
ent-scale-small = Small
ent-scale-micro = Micro
ent-scale-above = Above threshold
ent-scale-below = Below threshold
ent-scale-unknown = Unknown

# One enterprise.
ent-facts = Facts
ent-changed-at = Updated { $at }
ent-wrong-facts = If something is wrong here, please tell your named helper or the service desk.
ent-try-rules = Try a rule pack
ent-poster = QR poster
ent-posters = Township posters
ent-requests = Its requests
ent-code-doubt = The last character of the credit code does not fit; by the rule it would be { $expected }. Please compare with the licence.
ent-aliases = Formerly
ent-alias-what = What
ent-alias-was = Was
ent-alias-until = Changed on
ent-alias-former-name = Former name
ent-alias-former-code = Former credit code
ent-alias-former-division = Former division code
ent-helpers = Helpers
ent-helpers-none = Nobody helps this enterprise yet.
ent-helper-lead = Leader in charge
ent-helper-deputy = Named helper
ent-helper-since = since { $at }
ent-helper-end = End
ent-helper-end-sure = Shall { $name } no longer help this enterprise?
ent-assign = Assign a helper
ent-assign-person = Person
ent-assign-kind = As
ent-assign-from = From
ent-assign-hint = A new leader in charge takes over from the present one on that day; there may be several named helpers.
error-ent-from-ahead = The first day cannot be after today; please assign on that day.
ent-helper-assigned = The helper is assigned.
ent-helper-ended = Done: no longer a helper of this enterprise.

# Entering and correcting.
ent-new = New enterprise
ent-edit = Edit
ent-created = The enterprise is entered.
ent-changed = The changes are saved.
ent-code-hint = 18 characters, as on the business licence
ent-code-anyway = Compared with the licence; enter it although the last character does not fit
ent-division-hint = 6 digits, such as 410783; former codes become today's
ent-industry-hint = Code of GB/T 4754-2017, such as 3432
ent-same = There are enterprises of this name already, legal form aside. Is it one of them?
ent-same-anyway = It is another one; go on
ent-meanwhile = Somebody changed this enterprise after you opened the page. Nothing was overwritten. These fields now differ from what you typed; compare them, then save again to keep what you typed.
ent-colon = {": "}

# Importing.
ent-import = Import a list
ent-import-line = Checked first, then written; if anything is wrong, nothing is written
ent-import-file = File
ent-import-file-hint = xlsx or csv, at most 100 MB; columns in any order; empty cells leave what is there
ent-import-no-file = Please choose a file.
ent-import-check = Upload and check
ent-import-template = Download template
ent-template-line = Delete the example row before filling in
ent-import-columns = Columns that are understood
ent-import-column = Column
ent-import-headers = Headers (any of these)
ent-import-state-checking = Checking…
ent-import-state-checked = All is well; ready to be written
ent-import-state-writing = Writing…
ent-import-state-done = Imported
ent-import-state-failed = The file cannot be read
ent-import-has-errors = There are errors; nothing was written
ent-import-nothing = The register says the same already; nothing to do
ent-import-rows = Checked
ent-import-added = New
ent-import-changed = Changed
ent-import-unchanged = Unchanged
ent-import-refresh = Refresh
ent-import-write = Import now
ent-import-override = These codes are right; take them as they are and check again
ent-import-overridden = Credit codes whose last character does not fit are taken as they are, with a warning.
ent-import-to-list = Show the enterprises
ent-import-other = Another file
ent-import-begun = The import has begun.
ent-import-left-out = Sheets without a header, not read: { $sheets }
ent-import-ignored = Columns not used: { $headers }
ent-import-errors =
    { $n ->
        [one] One error
       *[other] { $n } errors
    }
ent-import-warnings =
    { $n ->
        [one] One warning
       *[other] { $n } warnings
    }
ent-import-first = first { $n } shown
ent-import-place = Place
ent-import-value = What stands there
ent-import-expected = What is expected
ent-import-row = row { $row }
ent-import-sheet-row = { $sheet }, row { $row }

# Errors.
error-scale-unknown = There is no size “{ $scale }”.
error-staff-range = The staff must be between 0 and { $limit }.
error-credit-code-taken = An enterprise has, or had, this credit code.
error-import-kind = Only xlsx and csv files can be imported.
error-import-unreadable = The file cannot be read: it may be damaged or named with a wrong ending. Save it as xlsx and try again.
error-import-too-many-rows = More than { $limit } rows. Please split the file.
error-import-header = No header was found in the first { $rows } rows; these two columns are needed at least: { $needed }.
error-import-formula = The formula gave an error. Correct it, or paste it as a value.
error-import-characters = Some characters cannot be read. Save the file in UTF-8 or GB18030.
error-import-code-number = The spreadsheet took the credit code for a number and lost digits. Format the column as text and enter it again.
error-import-code-check = The last character does not fit; by the rule it would be { $expected }. Compare with the licence.
error-import-code-twice = The same credit code stands in row { $row }.
error-import-former-code = This is a former credit code; the enterprise now has { $now }.
error-import-name-twice = Row { $row } has the same name, legal form aside, with another credit code. Please check.
error-import-name-known = An enterprise of this name is entered with the credit code { $code }. Please check.
error-import-township = There is no such township or park. Expected: { $some }
error-import-chain = There is no such chain. Expected: { $some }
error-import-scale = Expected large, medium, small, micro, above or below (the threshold).
error-import-staff = A whole number is expected, such as 142.
