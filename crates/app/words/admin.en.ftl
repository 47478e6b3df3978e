# Administration.
nav-admin = Administration
admin-fresh = People, units, rules, and how the program is doing.
admin-any = Any
admin-saved = Saved.
admin-first-page = Back to the first page
admin-shown = { $n } on this page, { $total } in all
admin-export-line = { $n } rows, exported { $at }
admin-and-more = and { $n } more

# Cards of the first page.
admin-card-people = accounts in use
admin-card-away = { $n } of them away
admin-card-units = units in use
admin-card-categories = categories enterprises may choose
admin-card-limits = limits in force
admin-card-lint = { $n } things to check
admin-card-calendar = holiday notices are entered until this day
admin-card-tokens = tokens in use
admin-card-audit = audit entries
admin-card-newest = entries, the newest of { $at }
admin-card-jobs = waiting or running
admin-card-failed = { $n } jobs have failed

# People.
admin-people = People
admin-people-fresh = { $n ->
    [one] One person
   *[other] { $n } people
 }
admin-people-find = Name or user name
admin-people-active = In use
admin-people-all = All, also inactive ones
admin-people-none = Nobody fits
admin-people-none-text = Ask for something else, or add somebody.
admin-person-new = Add a person
admin-person-add = Add and make a password
admin-first-role = Role
admin-facts = Facts
admin-roles = Roles
admin-role = Role
admin-unit = Unit
admin-unit-hint = For every role but enterprise contacts; desk and leaders see this unit and everything below it
admin-enterprise = Credit code of the enterprise
admin-enterprise-hint = For enterprise contacts only
admin-role-give = Give the role
admin-role-given = The role is given.
admin-role-held = The person has this role already.
admin-role-take = Take away
admin-role-take-sure = Take away “{ $role }”? It takes effect at once.
admin-role-taken = The role is taken away.
admin-no-role = no role
admin-no-role-text = No role yet: there is nothing to see after signing in.
admin-access = Signing in
admin-no-password = There is no password yet, so this person cannot sign in.
admin-reset = Reset password
admin-reset-sure = Reset the password of { $name }? The old one stops working at once and all devices are signed out.
admin-sign-out-sure = Sign { $name } out on all devices?
admin-signed-out = Signed out on all devices.
admin-deactivate = Deactivate
admin-activate = Activate again
admin-back = Active again; signing in works.
admin-left = Deactivated and signed out on all devices.
admin-inactive = inactive
admin-locked = locked after wrong passwords
admin-away = away
admin-helped = Enterprises helped
admin-password-title = New password of { $name }
admin-password = Password
admin-password-once = The password is shown here once only. Pass it on in person or by telephone; it has to be changed at the first sign-in.
admin-to-person = I have noted it
admin-field-name = Name
admin-field-login = User name
admin-login-hint = For signing in; cannot be changed later: lower-case letters, digits or . _ - @
admin-field-phone = Telephone
admin-field-title = Post
admin-field-away-from = Away from
admin-field-away-until = Away until
admin-away-hint = Signing in still works; lists show it
admin-changed-by = { $who } changed it on { $at }.
admin-now = { $field } is now “{ $value }”

# Before somebody is made inactive.
admin-leave-title = Deactivate { $name }
admin-leave-text = Signed out at once; the name and the history of requests stay.
admin-leave-work = Open work
admin-leave-no-work = Handles requests for no unit.
admin-leave-open = { $unit } has { $n ->
    [one] one open request
   *[other] { $n } open requests
 }
admin-leave-others = Others who handle requests there:
admin-leave-nobody = Nobody else handles requests at { $unit }: they would lie there unanswered. Name somebody first.
admin-leave-help = Helps { $n ->
    [one] one enterprise
   *[other] { $n } enterprises
 }; name somebody else on their pages first.
admin-leave-no-help = Helps no enterprise.

# Columns.
admin-col-name = Name
admin-col-login = User name
admin-col-title = Post
admin-col-roles = Roles and units
admin-col-state = State
admin-col-at = Time
admin-col-who = Who
admin-col-what = Did what
admin-col-of = Kind
admin-col-thing = To what
admin-col-detail = Detail
admin-col-seq = Entry
admin-col-job = Job
admin-col-tries = Tries
admin-col-do = Action

# Units.
admin-units = Units
admin-units-fresh = { $n } units in use, as a tree
admin-unit-new = Add a unit
admin-unit-add = Add the unit
admin-unit-added = The unit is added.
admin-field-name-en = English name
admin-field-code = Code
admin-code-hint = Lower-case letters, digits or hyphens; cannot be changed later
admin-field-kind = Kind
admin-field-sort = Order
admin-sort-hint = Units beside one another, smallest first
admin-field-parent = Unit above
admin-members = People
admin-open = Open requests
admin-unit-state = At present
admin-below = Units below:
admin-see-open = See the open requests
admin-move = Move
admin-move-hint = Units below move along; what leaders and desks see changes with it
admin-move-sure = Move { $name } and everything below it under the chosen unit?
admin-unit-moved = The unit is moved.
admin-closed = closed
admin-close-unit = Close the unit
admin-close-text = Nothing can be assigned to it any more; its history stays. It cannot be closed while it has open requests or units in use below it.
admin-close-sure = Close { $name }?
admin-unit-closed = The unit is closed.
admin-open-unit = Open the unit again
admin-unit-opened = The unit is open again.
error-unit-has-work = It has { $n ->
    [one] one open request
   *[other] { $n } open requests
 } and cannot be closed. Ask the service desk to assign them elsewhere or close them first.
error-unit-has-units = It is the topmost unit or has { $n } units in use below it, and cannot be closed. Close or move those first.
error-own-access = You cannot deactivate yourself or take away your own administrator role. Ask another administrator.
error-firm-unknown = No enterprise has this credit code. Enter it under Enterprises first.

# Tokens.
admin-tokens = Tokens
admin-tokens-fresh = With a token a neighbouring system reads and raises requests through the API. One token for each system; revoke what is no longer used.
admin-api = About the API
admin-tokens-there = Issued
admin-tokens-none = No token has been issued.
admin-token-new = Issue a token
admin-token-issue = Issue
admin-token-name = System
admin-token-name-hint = For instance the 12345 hotline
admin-token-scopes = May
admin-token-unit-hint = The system sees this unit and everything below it
admin-token-until = Until
admin-token-until-hint = This day included; leave empty for no end
admin-token-forever = no end
admin-token-since = issued { $at }
admin-token-issued = Token of “{ $name }”
admin-token-once = The token is shown here once only. Hand it to the people who run the other system.
admin-token-revoke = Revoke
admin-token-revoke-sure = Revoke the token of “{ $name }”? The other system is shut out at once.
admin-token-revoked = revoked
admin-token-expired = expired
admin-token-gone = The token is revoked.

# The audit.
admin-audit = Audit
admin-audit-fresh = Who did what and when, each entry sealed with the one before, so that later changes are found.
admin-verify = Verify the chain
admin-audit-whole = The chain is whole: { $n } entries are as they were written ({ $at }).
admin-audit-broken = The chain is broken at entry { $entry }: { $why } The { $n } entries before are sound. Keep everything as it is and compare with a backup.
admin-audit-head = Seal of the newest entry, to be kept elsewhere:
admin-audit-none = No entry fits
admin-audit-none-text = Ask for something else.
admin-audit-shown = { $n } on this page, newest first
admin-audit-entry = entry { $seq }
admin-from = From
admin-to = To
audit-of-request = Request
audit-of-enterprise = Enterprise
audit-of-person = Person
audit-of-session = Session
audit-of-unit = Unit
audit-of-token = Token
audit-of-settings = Rules
audit-of-ledger = Ledger
audit-of-job = Job
audit-of-history = All data
audit-of-demo = Demo
audit-do-raise = Raised a request
audit-do-keep-draft = Kept a draft
audit-do-submit = Submitted
audit-do-resubmit = Submitted again
audit-do-accept = Accepted
audit-do-return = Returned to the enterprise
audit-do-classify = Classified
audit-do-split = Split
audit-do-assign = Assigned
audit-do-unassign = Took back an assignment
audit-do-sign = Signed for
audit-do-refuse = Refused
audit-do-report = Reported
audit-do-start-wait = Stopped the clock
audit-do-end-wait = Let the clock go on
audit-do-request-extension = Asked for an extension
audit-do-decide-extension = Decided on an extension
audit-do-answer = Answered
audit-do-call-back = Called back
audit-do-close = Closed
audit-do-rate = Rated
audit-do-take-back-rating = Took “solved” back
audit-do-object = Objected
audit-do-withdraw = Withdrew
audit-do-attach = Added a file
audit-do-comment = Remarked
audit-do-recompute-clocks = Recomputed deadlines
audit-do-change-limit = Changed a limit
audit-do-create = Entered
audit-do-change = Changed
audit-do-import-facts = Imported facts
audit-do-assign-helper = Named a helper
audit-do-end-helper = Ended a helper
audit-do-import = Imported
audit-do-signed-in = Signed in
audit-do-sign-in-refused = Sign-in refused
audit-do-sign-out = Signed out
audit-do-sign-out-everywhere = Signed out everywhere
audit-do-change-password = Changed the password
audit-do-password-reset = Reset a password
audit-do-add-person = Added a person
audit-do-change-person = Changed a person
audit-do-give-role = Gave a role
audit-do-take-role = Took a role away
audit-do-activate = Activated a person
audit-do-deactivate = Deactivated a person
audit-do-add-unit = Added a unit
audit-do-change-unit = Changed a unit
audit-do-move-unit = Moved a unit
audit-do-close-unit = Closed a unit
audit-do-open-unit = Opened a unit again
audit-do-token-issued = Issued a token
audit-do-token-revoked = Revoked a token
audit-do-add-notice = Added a holiday notice
audit-do-correct-notice = Corrected a holiday notice
audit-do-withdraw-notice = Withdrew a holiday notice
audit-do-put-last-day = Changed the rule for last days that are off
audit-do-add-limit = Added a limit
audit-do-end-limit = Ended a limit
audit-do-put-hours = Changed the working hours
audit-do-put-category = Changed a category
audit-do-cancel = Cancelled a job
audit-do-retry = Started a job again
audit-do-backup = Backed up
audit-do-restored = Restored from a backup
audit-do-copied = Copied from another database
audit-do-seal-as-found = Sealed what an upgrade found
audit-do-installed = Installed the county
audit-do-demo-installed = Made the demo

# Jobs in the background.
admin-jobs = Jobs
admin-jobs-fresh = Imports, recomputed deadlines and clearing up happen in the background. What fails is tried again by itself; after several tries it waits for you.
admin-jobs-none = No jobs
admin-jobs-none-text = Imports and changes of the calendar show up here.
admin-jobs-shown = { $n } on this page
admin-job-stopping = Stopping
admin-job-cancel = Cancel
admin-job-cancel-sure = Cancel “{ $job }”?
admin-job-cancelled = Cancelled; what is running stops as soon as it can.
admin-job-retry = Try again
admin-job-retried = The job waits in the queue again.
admin-job-jobs-sweep = Clear old jobs
admin-job-identity-sweep = Clear old sessions
admin-job-casework-ledger = Import a ledger
admin-job-casework-recompute = Recompute open deadlines
admin-job-registry-import = Import enterprises
admin-plans = At fixed times
admin-plan-when = When (minute hour day month weekday)
admin-plan-next = Next
admin-plan-last = Last
