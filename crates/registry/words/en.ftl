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
ent-status-unchecked = To be checked (not in the register)
ent-code-unknown = None yet (not in the register)
ent-unchecked-text = Somebody raised a problem under this name, and the register has no such enterprise. Give its credit code and save: it is registered. If it is one that the register has under another name, link it under “Enterprises to check” of the service desk.
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
ent-alias-also-called = Also called
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

# Chains
ent-admin = Administration
ent-chains = Industrial chains
ent-chains-fresh = Chains that can be chosen when enterprises are entered or imported. A closed one is offered no more; its enterprises stay with it.
ent-chains-none = No chains yet
ent-chains-none-text = Once there is one, it can be chosen when enterprises are entered or imported.
ent-chain-new = Add a chain
ent-chain-name = Name of the chain
ent-chain-name-hint = For instance 起重装备产业链; a list that says 起重装备 is understood too
ent-chain-name-en = English name
ent-chain-code = Code
ent-chain-code-hint = Lower-case letters, digits or hyphens; cannot be changed later
ent-chain-sort = Order
ent-chain-active = In use
ent-chain-closed = Closed
ent-chain-saved = The chain is saved.
ent-no-townships = There are no townships or parks yet. An administrator adds units of these kinds under Administration → Units.
ent-no-chains = There are no chains yet. An administrator adds them under Administration → Industrial chains.

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
error-import-unreadable = The file cannot be read: it may be damaged or named with a wrong ending. Save it as xlsx and try again.
error-import-too-many-rows = More than { $limit } rows. Please split the file.
error-import-header = No header was found in the first { $rows } rows; it must name at least: { $needed }.
error-import-formula = The formula gave an error. Correct it, or paste it as a value.
error-import-characters = Some characters cannot be read (bytes { $bytes }). Correct the cell, or export the file again.
error-import-code-identity = This looks like the number of an identity card, not like a credit code. Self-employed businesses have a credit code too (beginning with 92); look it up on the licence.
error-import-sum = The rows above sum up to { $sum }. Look for a missing, double or wrong row.
error-import-code-number = The spreadsheet took the credit code for a number and lost digits. Format the column as text and enter it again.
error-import-code-check = The last character does not fit; by the rule it would be { $expected }. Compare with the licence.
error-import-code-twice = The same credit code stands in row { $row }.
error-import-former-code = This is a former credit code; the enterprise now has { $now }.
error-import-name-twice = Row { $row } has the same name, legal form aside, with another credit code. Please check.
error-import-name-known = An enterprise of this name is entered with the credit code { $code }. Please check.
error-import-township = There is no such township or park. Expected: { $some }
error-import-chain = There is no such chain. Expected: { $some }
error-import-township-none = There are no townships or parks yet. First add units of these kinds under Administration → Units, then check again.
error-import-chain-none = There are no chains yet. First add them under Administration → Industrial chains, then check again.
error-import-scale = Expected large, medium, small, micro, above or below (the threshold).
error-import-staff = A whole number is expected, such as 142.

# Reported facts.
ent-reported = Reported facts
ent-reported-line = as departments reported them, the latest period of each
ent-reported-more = { $n } more facts
ent-reported-none = Nothing reported yet
ent-reported-none-import = What the bureaus of statistics, taxation and natural resources know comes in as one spreadsheet: a row for each enterprise, the credit code in the first column, a fact in each other one. Rule packs can then be tried at once.
ent-reported-none-inside = Revenue, employees, land and the like appear here once the service desk or an analyst has imported them from the departments' statements.
ent-reported-none-own = Revenue, employees, land and the like appear here once the county has imported them from the departments' statements. If you need to try a policy before, ask your helper.
ent-facts-fact = Fact
ent-facts-value = Value
ent-facts-period = Period
ent-facts-source = Source
ent-facts-as-of = As of
ent-facts-import = Import facts
ent-facts-file = File of facts
ent-facts-file-hint = xlsx or csv, at most 100 MB; a row for each enterprise, with a column of credit codes; empty cells leave what is there
ent-facts-period-hint = What time the whole file speaks of, as in 2025, 2025H1, 2025Q3, 2025M1-9 or 2025-06; a column “period” comes first
ent-facts-source-hint = Department or statement; otherwise the department of the dictionary. A column “source” comes first
ent-facts-as-of-hint = The day for which it is true; otherwise the end of the period. A column “as_of” comes first
ent-facts-import-note = Bare numbers are read in the unit in brackets. A header may name another, as in “revenue (万元)” or “land_area (亩)”, and so may a cell, as in “120 万元”.
ent-facts-title-unit = { $name } ({ $unit })
ent-facts-comma = {", "}
ent-facts-kind-boolean = yes/no
ent-facts-kind-date = date
ent-facts-kind-text = text
ent-facts-import-added = New facts
ent-facts-import-changed = Changed facts
ent-facts-import-unchanged = Unchanged facts
error-import-enterprise-unknown = No enterprise has this credit code. Check it, or import the list of enterprises first.
error-import-fact-unknown = No fact is called so; is it “{ $near }”? Delete columns that are not needed.
error-import-fact-unknown-far = No fact is called so. Use a name or code of the dictionary, and delete columns that are not needed.
error-import-fact-none = There is no column of facts beside the credit code.
error-import-fact-twice = This is the same fact as the column “{ $other }”. Keep one of them.
error-import-fact-unit = The brackets hold no unit of this fact; expected one like “{ $unit }”.
error-import-fact-no-unit = This fact has no unit. Remove the brackets.
error-import-fact-row-twice = Row { $row } speaks of the same enterprise and period.
error-import-fact-number = A number is expected, such as 12.5.
error-import-fact-quantity = A number ({ $unit }) is expected, or one with its unit, such as “120 { $unit }”.
error-import-fact-range = This cannot be; expected between { $low } and { $high }. Check the unit.
error-import-fact-boolean = Expected “yes” or “no”.
error-import-fact-choice = Expected one of: { $some }.
error-import-fact-endless = This says that something has no end. Enter the day on which it began, or leave the cell empty.
error-import-fact-ahead = The as-of date cannot be after today.
error-enterprise-not-unchecked = Somebody has checked this enterprise already.
error-enterprise-unchecked = This enterprise is not in the register yet. First give its credit code and register it, or link it under “Enterprises to check”.
