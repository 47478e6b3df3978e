# Words that all pages share.
brand = 万企
skip-to-main = Skip to content
nav-main = Main navigation
nav-menu = Menu
search-label = Search
search-placeholder = Search enterprise, number, credit code
language-switch = Language
account-menu = Menu of { $name }
sign-out = Sign out
sign-out-everywhere = Sign out on all devices
my-account = My account
demo-banner = Demonstration: all data are made up.
breadcrumb = You are here

# Buttons.
save = Save
cancel = Cancel
close = Close
back = Back
apply = Apply
export = Export
print = Print
copy = Copy
copied = Copied
confirm = Confirm
clear-filters = Clear filters
select-all = Select all
select-row = Select this row
filters = Filters

# Lights.
light-on-time = On time
light-due-soon = Due soon
light-late = Late
light-waiting = Waiting
light-done = Done

# Lists.
sort-by = Sort by { $title }
pager = Pages
page-previous = Previous
page-next = Next

# Forms.
error-summary =
    { $n ->
        [one] One thing needs correcting
       *[other] { $n } things need correcting
    }
error-summary-item = { $field }: { $error }
field-optional = optional
choose = Choose
choose-typing = Type a name or pinyin initials
boxes-find = Find by name or pinyin initials
boxes-found = # found
boxes-none = None found
name-en-hint = Left empty, English pages show the Chinese name
draft-restored = What you had not sent last time has been restored.
draft-discard = Start afresh
working = Working…

# A clock as days.
days-counted = counted
days-off = not counted (day off)
days-paused = paused
days-ahead = to come
make-up-mark = work
day-make-up = make-up working day
day-today = today
day-due = due day
day-column-date = Day
day-column-kind = How counted
day-column-note = Note
days-table = Check day by day

# Charts.
chart-table = Show as table
chart-month = Month
chart-received = Accepted
chart-closed = Closed
chart-late = Late

# Spans of time.
left-working-days =
    { $n ->
        [one] { $n } working day left
       *[other] { $n } working days left
    }
left-little = Less than a working day left
left-hours = { $n } h left
late-days =
    { $n ->
        [one] { $n } working day late
       *[other] { $n } working days late
    }
late-little = Late by less than a working day
working-days =
    { $n ->
        [one] { $n } working day
       *[other] { $n } working days
    }
due-today = Due today

weekday-1 = Mon
weekday-2 = Tue
weekday-3 = Wed
weekday-4 = Thu
weekday-5 = Fri
weekday-6 = Sat
weekday-7 = Sun
weekday-short-1 = M
weekday-short-2 = Tu
weekday-short-3 = W
weekday-short-4 = Th
weekday-short-5 = F
weekday-short-6 = Sa
weekday-short-7 = Su
month-1 = Jan
month-2 = Feb
month-3 = Mar
month-4 = Apr
month-5 = May
month-6 = Jun
month-7 = Jul
month-8 = Aug
month-9 = Sep
month-10 = Oct
month-11 = Nov
month-12 = Dec

# Signing in and the account.
programme = Enterprise service
sign-in = Sign in
sign-in-title = Sign in
sign-in-login = User name
sign-in-password = Password
sign-in-enterprise = Enterprises can raise a problem and follow it without an account.
desk-line = Service desk
desk-line-hours = { $phone } ({ $hours })
sign-in-raise = Raise a problem
sign-in-follow = Follow a problem
demo-title = Demo: choose a role
demo-text = All data is generated; no real enterprise or person appears.
account-password = Change password
account-old = Present password
account-new = New password
account-new-hint = At least 10 characters; not your name or user name.
account-again = New password again
account-change = Change
account-first = Please set a password of your own
account-first-text = You signed in with a one-time password that somebody gave you. Set your own, then sign in with it and start.
account-changed = The password is changed. Please sign in with the new one.
signed-out-everywhere = You are signed out on all devices.
to-start = To the start page
to-form = Open the page again

# When something goes wrong.
error-title-forbidden = Not allowed
error-title-expired = This page has expired
error-title-missing = Not found
error-title-conflict = Things have changed
error-title-wait = Please wait
error-title-away = Not available at the moment
error-title-ours = Something went wrong here
error-title-wrong = Something needs correcting
typed-kept = What you wrote, for copying
error-next-expired = Nothing was sent. Open the page again, paste what stands below and send it.
error-next-forbidden = If you should be allowed, please ask your administrator.
error-next-missing = Please check the number or the link, or begin at the start page.
error-next-conflict = Go back, reload and try again; what you typed is still in your browser.
error-next-wait = Simply try again a little later.
error-next-away = Nothing was saved. Please try again in a few minutes.
error-next-ours = Nothing was saved. Please try again; if it persists, tell your administrator.
error-next-wrong = Please go back, correct it and send again.
error-not-found = { $what ->
    [request] There is no such request, or you may not see it.
    [need] There is no such request, or you may not see it.
    [enterprise] There is no such enterprise, or you may not see it.
    [unit] There is no such unit.
    [person] There is no such person.
    [page] There is no such page.
   *[other] What you asked for does not exist, or you may not see it.
 }
error-not-allowed = Your role does not allow this.
error-form-expired = The page was open too long or your sign-in changed, so what you sent was not taken.
error-form-elsewhere = This form was not sent from a page of this site, so it was not taken. Open the page here and send it again.
error-form-many = The form has more than { $most } fields; no page of this site sends so many. It was not taken.
error-form-files = At most { $most } files can be sent at once. Choose fewer and send the form again.
error-uploads-busy = Too many files are being sent just now, so the form was not taken. Please send it again in a few minutes.
error-invalid-fields = A few things need correcting.
error-required = Please fill this in.
error-choose = Please choose.
error-too-long = At most { $limit } characters; it has { $length }.
error-too-large = Too large; at most { $limit }.
error-too-many = Too many tries. Please try again in { $minutes } min.
error-method-not-allowed = This address does not take that kind of request.
error-bad-request = The request is malformed.
error-bad-json = The JSON body is wrong: { $detail }
error-not-utf8 = The content is not UTF-8.
error-upload-broken = The file did not arrive whole. Please send it again.
error-timeout = It took too long and was stopped; nothing was saved.
error-internal = An unexpected error; it has been recorded.
error-unavailable = The system is not available; nothing was saved.
error-database-unavailable = The database is not available; nothing was saved.
error-database-read-only = The database can only be read at present; nothing was saved. Please tell your administrator.
error-write-failed = Writing failed and nothing was saved. Please try again.
error-disk-full = The disk is full; nothing was saved. Please tell your administrator.
error-storage = The file could not be stored. Please tell your administrator.
error-exists-already = There is such a record already.
error-still-in-use = Other records still use it, so it cannot be removed.
error-changed-meanwhile = Somebody else changed this after you opened the page. Please look at it and send again.
error-token-unknown = The access token is missing, not valid, expired or revoked.
error-password-first = Please change the one-time password on the web pages first.
error-password-same = The new password must differ from the present one.
error-password-wrong = The password is wrong.
error-password-differs = The two new passwords differ.
error-export-too-long = There are { $rows } rows; a sheet of Excel has room for { $limit }. Narrow the list first and export it in parts.

carried-title = What you wrote is still here
carried-text = Your sign-in had expired, so nothing was sent. Sign in below: you come back to the same form with everything filled in; files have to be chosen again.
carried-guest = Go on without signing in
brought-back-title = You are signed in
brought-back-text = What you had written is back. Use the button to return to the form, check it and send it.
brought-back-go = Back to the form
form-resumed-flash = Your sign-in or this page had expired, so nothing was sent. Everything you wrote is below: check it and send it again. Files have to be chosen again.
error-form-resumed = Please check and send again.
signed-out-here = Your sign-in has expired; what you typed is kept on this device.
signed-out-link = Sign in again and go on

# Telephone numbers.
contact-title = Telephone number
contact-show = Show number
contact-noted = That the full number was shown is recorded in the audit.
contact-mask-hint = Part of the number is hidden: leave it as it is to keep it, or type a whole new one.
error-uploads-full = The server is short of room and takes no files just now. Please send the text now and the files later.
