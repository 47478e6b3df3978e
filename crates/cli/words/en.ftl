# The command line
cli-usage = Usage
cli-no-value = { $arg } needs a value.
cli-value-choice = { $value } is not a value for { $arg }; choose one of: { $valid }.
cli-value-wrong = { $value } is not a value for { $arg }; expected for instance: { $reason }
cli-unknown-argument = { $arg } is not known here.
cli-unknown-command = There is no command “{ $name }”.
cli-missing-argument = { $arg } is missing.
cli-see-help = See `wanqi --help`, or `wanqi COMMAND --help` for one command.
cli-no-database = There is no database at { $path }. Make an installation with `wanqi init`, or name its configuration with --config FILE.
cli-database-old = The database has an older schema. Start `wanqi serve` once, which upgrades it, and try again.
cli-not-installed = The database is there but no county is installed in it. Run `wanqi init` first.
cli-port-busy = { $address } is in use, perhaps by another Wanqi. Stop that one, or choose another address under `listen` in the configuration.
cli-cannot-listen = Cannot listen on { $address }: { $reason }. Check `listen` in the configuration.
cli-serving = Wanqi serves { $url } (started in { $ms } ms). Ctrl-C stops it.
cli-stopped = Stopped; everything acknowledged is kept.
cli-server-failed = The server ended: { $reason }

# Help
help-wanqi = Wanqi: a county's enterprise service in one program
help-serve = Serve an installation
help-demo = Make an example county in a folder, once, and serve it
help-init = Make a new installation: configuration, empty county, first administrator
help-workdays = Working days with holidays and make-up days
help-workdays-add = The N-th working day after DATE
help-workdays-count = Working days after FROM up to and including TO
help-workdays-show = Holidays and make-up days of a year, or what kind of day a date is
help-rules = Rule packs
help-rules-eval = Answer one expression, or one a line with --batch
help-rules-run = Run rule packs over every enterprise of a file of facts; write the answers or count them
help-rules-explain = Explain what a pack says of one enterprise: why, what is lacking, what would suffice, what to ask next
help-rules-test = Run the examples of packs; ends with 1 if one does not hold
help-rules-check = Look for what must not be published: gaps, overlaps, rows without law or example; ends with 1 on errors
help-rules-diff = Say in words what changed between two packs and, with --facts, whose result changes
help-rules-sql = Write packs as one SQL statement for PostgreSQL, DuckDB or Spark
help-casework = Requests and their clocks
help-casework-replay = Compute every clock of a case from limits and dated events
help-stats = Figures with numerator, denominator and definition
help-stats-casework = Rates of casework in a period
help-import = Bring files in, whole or not at all
help-import-requests = A ledger of requests (xlsx)
help-import-enterprises = A register of enterprises (csv or xlsx)
help-audit = The audit chain
help-audit-verify = Compare the chain, its anchors and all it seals, and name the first that is wrong
help-users = People who sign in
help-users-reset-password = Give a person a new one-time password and end all their sessions
help-tokens = Access of neighbouring systems
help-tokens-issue = Issue a token; it is shown once
help-tokens-list = List all tokens
help-tokens-revoke = Revoke a token at once
help-openapi = Print the description of the API (OpenAPI, JSON)
help-db = The database
help-db-copy = Copy everything to an empty database, also of the other engine
help-backup = Write one file with database, attachments and configuration while the server goes on
help-restore = Check a backup and put it into an empty database and folder
help-doctor = Look the installation over and say what to do
help-arg-lang = Language of messages: zh or en
help-arg-config = Configuration (wanqi.toml of this folder if not given)
help-arg-port = Port of the demo
help-arg-scenario = Which example: a county, or a larger city
help-arg-fresh = Make the example anew
help-arg-dir = Folder of the installation or example
help-arg-county = Name of the county in Chinese
help-arg-county-en = Name of the county in English
help-arg-desk-phone = Telephone of the service desk, such as 0373-8812345 or 12345; can be changed under Administration
help-arg-login = Login, as typed to sign in
help-arg-name = Name
help-arg-date = A date such as 2026-02-13
help-arg-n = How many working days
help-arg-from = From: a date, or the address of a database
help-arg-to = To: a date, or the address of a database
help-arg-when = A year such as 2026, or a date
help-arg-expression = An expression, for instance "revenue >= 2000 万元 and employees >= 20"
help-arg-facts = Facts: a JSON object of one enterprise or a file with it, or a file of enterprises (.csv, .xlsx, .parquet)
help-arg-batch = A file with lines {"{"}"expr":…,"facts":{"{"}…{"}"}{"}"} (- for stdin); one answer a line, errors in their line
help-arg-confirmed-only = Answer only for years whose holiday notice is there, else refuse (exit code 2)
help-arg-calendar = A file with a further holiday notice; may be given several times
help-arg-file = A file
help-arg-format = Shape of the answer
help-arg-scope = What the token may do, separated by commas: enterprises:read, requests:read, requests:write, figures:read
help-arg-unit = Code of the unit below which it reads
help-arg-days = Days until it expires; without it, never
help-arg-prefix = How the token begins, as `tokens list` shows it
help-arg-empty-target = Empty the target first; what is in it is lost
help-arg-data-dir = Folder for the attachments
help-arg-all = Check every attachment byte by byte and replay every case

# Working days
workdays-not-entered = The holiday notice for { $year } is not entered in this program's calendar, so its swapped days and make-up days are unknown. Without --confirmed-only the days off by law count provisionally; --calendar FILE adds a notice.
workdays-too-early = The calendar does not know { $year }; it begins later. --calendar FILE adds a notice.
workdays-beyond-table = The table of lunar festivals does not reach { $year }, so not even the days off by law are known. --calendar FILE adds a notice.
workdays-out-of-range = The date would leave the years that can be counted. Use a smaller number.
workdays-provisional-word = provisional
workdays-provisional = Provisional: holiday notices are entered until { $until } only. Later the days off by law are left out; swapped days and make-up days are open until the notice is entered.
workdays-year-provisional = The holiday notice for { $year } is not entered in this program. Below are the days off by law; swapped days and make-up days are open (provisional)
workdays-when = “{ $when }” is neither a year such as 2026 nor a date such as 2026-02-13.
workdays-calendar-wrong = The notice { $file } cannot be used: { $reason }
workdays-calendars-wrong = The notices do not fit together: { $reason }
workdays-workday = working day
workdays-weekend = weekend
workdays-holiday = day off
workdays-make-up = make-up working day
workdays-year = { $n } working days; by month: { $months }
workdays-year-counted = { $n } working days so far counted, provisional; by month: { $months }

# Rules
rules-file-unread = { $file } cannot be read: { $reason }
rules-facts-not-json = The facts are no JSON: it breaks off at character { $place }. Write for instance {"{"}"employees": 120{"}"}.
rules-facts-long-number = A number in the facts, at character { $place }, has more than { $most } digits. Check it; no fact is counted with so many.
rules-line-not-json = The line is no JSON: it breaks off at character { $place }.
rules-line-long-number = The number at character { $place } has more than { $most } digits.
rules-line-json-advice = Write {"{"}"expr": "1 + 2", "facts": {"{"}{"}"}{"}"} on one line.
rules-line-no-expression = The line has no text under “expr”.
rules-at = At character { $place }: { $message }
rules-run-progress = Pass { $pass } of { $passes }: { $rows } enterprises{ $share }
rules-run-done = { $rows } enterprises, { $outputs } outputs, { $seconds } seconds
rules-day-not-in-force = Note: { $pack } is not in force on { $date }; all its outputs are not applicable. Name another day with --on.
rules-day-nearest = Note: { $pack } is not in force on { $asked }; it is evaluated for { $date }, the nearest day it is. Name another day with --on.
rules-columns-strange = Columns not used, as no fact is called so: { $names }
rules-columns-near = { $name } ({ $near }?)
rules-columns-absent = No column has: { $names }. Answers that need them are unknown.
rules-id-needs-table = --id picks one enterprise of a csv, xlsx or parquet file; facts as JSON are of one enterprise only.
rules-explain-among = { $id }, among { $rows } enterprises
rules-sql-too-wide = A step of these packs may need more than 38 digits, which no database holds. Declare tighter ranges of the facts, or round earlier.
rules-count-output = output
rules-count-true = true
rules-count-false = false
rules-count-known = known
rules-count-unknown = unknown
rules-count-not-applicable = not applicable
rules-severity-error = error
rules-severity-warning = warning
rules-severity-note = note
rules-check-done = Errors: { $errors }, warnings: { $warnings }, notes: { $notes }
rules-diff-same = The rules are the same.
rules-diff-affected = { $changed } of { $rows } enterprises have another result.

# Casework
replay-wrong = { $file } cannot be replayed: { $reason }

# Import
import-no-file = There is no file { $file }.
import-requests-done = { $added } requests added; { $known } were there already and left as they are.
import-faults = { $n ->
    [one] One fault; nothing was imported. Correct it and import the same file again.
   *[other] { $n } faults; nothing was imported. Correct them and import the same file again.
 }

# Installation
init-config = Configuration written to { $file }; every field is explained in it.
init-admin = Administrator
init-done = { $county } is installed in { $database }.
init-password = Login: { $login }  One-time password: { $password }
init-next = The password is not shown again. Sign in, change it, then add units and people. Start with: wanqi serve --config { $file }

# People and tokens
users-unknown = Nobody signs in as “{ $login }”.
users-password = Login: { $login }  One-time password: { $password }
tokens-issued = Shown only now; the other system sends it as “Authorization: Bearer …”.
tokens-no-unit = There is no unit with the code “{ $unit }”.
tokens-unknown = No valid token begins with “{ $prefix }”. See `wanqi tokens list`.
tokens-revoked = The token of { $name } is revoked.
tokens-prefix = Begins with
tokens-name = System
tokens-unit = Unit
tokens-scopes = May
tokens-since = Since
tokens-until = Until
tokens-state = State
tokens-valid = valid
tokens-over = over

# Audit
audit-whole = The audit chain is whole (entries: { $n }, newest hash: { $head })
audit-broken = The audit chain is broken at entry { $entry }: { $why }. The { $good } entries before it are in order.
audit-changed = its content is not what was sealed
audit-missing = it is missing
audit-moved = it is not in its place
audit-cut-off = the end of the chain was cut off
audit-head-missing = the head of the chain is missing

# Copy, backup, restore, doctor
copy-same = Source and target are the same database.
copy-progress = { $table }: { $done }
copy-done = { $rows } rows of { $tables } tables copied and checked.
copy-unnoted = There is no { $file } here, so it is not known which installation the new database belongs to: no anchor of the audit was written to a file. The first start will note one.
copy-next = Now name the new address under `database` in the configuration. Attachments stay where they are.
copy-chain-broken = Mind: the audit chain was broken at entry { $entry } already in the source; it was copied as it is.
backup-done = { $file }: database and { $files } attachments, { $size } MB
backup-missing = The backup is whole, but { $n } attachments are missing on the disk, for instance { $first }. See `wanqi doctor`.
restore-done = { $county }, as of { $made }, is restored ({ $size } MB).
restore-head = Audit chain: { $n } entries, newest hash { $head }; compare it with what you noted.
restore-config = The configuration of the backup lies in { $file }; it is not used by itself.
doctor-mark-ok = ok
doctor-mark-warn = warn
doctor-mark-fail = FAIL

# Demo
demo-port-busy = { $address } is in use. Try another port: wanqi demo --port 8081
demo-making = Making the example county in { $dir } …
demo-kept = Using the example county in { $dir } (--fresh makes it anew).
demo-not-demo = { $dir } holds something that is not an example county; it was left alone. Choose another folder with --dir.
demo-ready = Open { $url } in a browser and choose who you want to be. Everything is invented. Ctrl-C stops it.
demo-folder = The folder { $dir } cannot be used: { $reason }. Choose another with --dir.

stats-ends-first = The period ends before it begins. Give --from the earlier and --to the later date.
import-progress = { $rows } rows checked
import-warning = Note: { $text }
import-warnings = { $n ->
    [one] One note; it does not stop the import.
   *[other] { $n } notes; they do not stop the import.
 }
import-enterprises-done = { $added } enterprises added, { $changed } changed, { $same } unchanged.
import-place = Row { $row }, { $column } “{ $value }”: { $expected }
import-place-sheet = { $sheet }, row { $row }, { $column } “{ $value }”: { $expected }
help-arg-accept-codes = Take credit codes whose check character does not fit, with a note
help-arg-packs = Files of packs, or codes of shipped packs
help-arg-pack = File of a pack, or code of a shipped pack
help-arg-before = The earlier pack
help-arg-after = The later pack
help-arg-out = File for the answers (.parquet, .csv, .xlsx)
help-arg-count = Only count the answers, write none
help-arg-outputs = Only these outputs, by their names, separated by commas
help-arg-id = Which enterprise of the file, by its id
help-arg-threads = How many threads work (default: all)
help-arg-on = The day whose rules hold (default: today; for a pack not in force today the nearest day it is)
help-arg-dialect = The engine
help-arg-table = The table or view with one column per fact code
help-arg-key = The column that names a row
import-accept-hint = If the codes are right as they stand, import with --accept-codes: they are taken with a note.
help-import-facts = Facts that departments report (csv or xlsx, a row for each enterprise, a column for each fact)
help-export = Write files
help-export-facts = Facts of the enterprises, one row each, as wanqi rules run reads them
help-arg-facts-on = The day for which facts are taken: those of last year are of the year before it (default: today)
help-arg-period = A year, quarter or month, as in 2025, 2025Q3 or 2025-06
help-arg-source = Department or statement (otherwise the department of the dictionary)
help-arg-as-of = The day for which it is true (otherwise the end of the period)
import-facts-done = { $rows } rows: { $added } facts new, { $changed } changed, { $same } as before.
export-facts-elsewhere = “{ $fact }”: { $n } enterprises have no value for { $wanted }, only for another time (the latest: { $period }); left empty
export-facts-undated = “{ $fact }”: { $n } enterprises have no value for { $wanted }, only one without a period; left empty
export-facts-done = { $file }: { $rows } enterprises, { $facts } facts
