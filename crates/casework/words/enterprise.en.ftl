# Pages of enterprises, visitors and named helpers
enterprise-desk = Service desk
enterprise-my = My problems
enterprise-switch = Choose an enterprise
enterprise-helper = Your named helper
enterprise-helper-lead = Leader in charge
enterprise-helper-deputy = Named helper
enterprise-no-helper = Your enterprise has no named helper yet; tell the service desk directly.
enterprise-call = Call
enterprise-call-desk = Call the service desk
enterprise-poster = QR poster
enterprise-poster-own = QR poster to print
enterprise-facts = Enterprise details
enterprise-my-empty = Nothing raised yet
enterprise-my-empty-text = Money, staff, land, power … raise it in two minutes. The desk accepts it in time, and you see here who has it and until when.
enterprise-my-done = Finished ({ $n })
enterprise-my-done-latest = Finished lately
enterprise-my-done-earlier = Finished earlier
enterprise-my-older = Earlier ones

# One sentence: who has it and until when
enterprise-light-answered = Answered
enterprise-light-waiting = Waiting for your papers
enterprise-light-waiting-theirs = Waiting for their papers
enterprise-light-returned = Returned
enterprise-light-withdrawn = Withdrawn
enterprise-light-closed = Closed
enterprise-light-received = Received
enterprise-says-submitted = Received; the service desk will tell you by { $due } whether it is accepted
enterprise-says-submitted-theirs = Received; the service desk has until { $due } to accept it
enterprise-says-submitted-open = Received; the service desk has not accepted it yet
enterprise-says-submitted-late = Received; it should have been accepted by { $due }: { $late }
enterprise-says-accepted = Accepted and about to be assigned; answer by { $due }
enterprise-says-accepted-open = Accepted and about to be assigned
enterprise-says-accepted-late = Accepted and about to be assigned; the answer was promised by { $due }: { $late }
enterprise-says-assigned = With { $unit }; answer by { $due }
enterprise-says-assigned-open = With { $unit }
enterprise-says-assigned-late = With { $unit }; the answer was promised by { $due }: { $late }
enterprise-says-in-progress = { $unit } is working on it; answer by { $due }
enterprise-says-in-progress-open = { $unit } is working on it
enterprise-says-in-progress-late = { $unit } is working on it; the answer was promised by { $due }: { $late }
enterprise-says-co = { $lead } has answered; { $unit }, which supports it, has until { $due }
enterprise-says-co-open = { $lead } has answered; { $unit }, which supports it, has not yet
enterprise-says-co-late = { $lead } has answered; { $unit }, which supports it, has not, though it was due by { $due }: { $late }
enterprise-says-ask = { $says }. To ask how it stands, call the service desk on { $phone }, or ask your helper
enterprise-says-ask-none = { $says }. To ask how it stands, contact your helper or the service desk
enterprise-says-waiting = Waiting for papers from you; work goes on as soon as they are here, and the wait does not count
enterprise-says-waiting-theirs = Waiting for papers from the enterprise; work goes on as soon as they are here, and the wait does not count
enterprise-says-answered = Answered; please tell us whether it is solved
enterprise-says-answered-theirs = Answered; waiting for the enterprise's rating and the desk's call-back
enterprise-says-rated = You have rated it; the service desk will call back and close it
enterprise-says-rated-theirs = The enterprise has rated it; the service desk will call back and close it
enterprise-says-returned = Not accepted for now; the reason is inside, and you can hand it in again
enterprise-says-closed = Closed
enterprise-says-closed-on = Closed on { $day }
enterprise-says-withdrawn = You withdrew it
enterprise-says-withdrawn-theirs = The enterprise withdrew it
enterprise-bar = { $share }% of the promised time is used
enterprise-limit-working-hour =
    { $n ->
        [one] { $n } working hour
       *[other] { $n } working hours
    }
enterprise-limit-hour =
    { $n ->
        [one] { $n } hour
       *[other] { $n } hours
    }
enterprise-limit-working-day =
    { $n ->
        [one] { $n } working day
       *[other] { $n } working days
    }
enterprise-limit-day =
    { $n ->
        [one] { $n } day
       *[other] { $n } days
    }
enterprise-limit-month =
    { $n ->
        [one] { $n } month
       *[other] { $n } months
    }

# Raising
enterprise-raise = Raise a problem
enterprise-raise-fresh = Takes two minutes; accepted within { $limit }
enterprise-raise-who = Which enterprise
enterprise-raise-who-hint = Name of the enterprise (a short name will do), or the 18-character credit code on the business licence
enterprise-raise-which = For which enterprise
enterprise-raise-category = What is it about
enterprise-raise-title = In one sentence
enterprise-raise-title-hint = For example: a bus line to the factory gate
enterprise-raise-body = Details
enterprise-raise-body-hint = Follow the advice under the category you picked; a clear account is answered sooner. One matter at a time.
enterprise-raise-name = Contact
enterprise-raise-phone = Telephone
enterprise-raise-phone-hint = The unit that works on it will call this number; without an account you also need it to follow progress
enterprise-raise-send = Send
enterprise-raise-visitor = No account needed. Afterwards the tracking number and this telephone number show you the progress.
enterprise-files = Attachments
enterprise-files-hint = Photographs, PDF, Word or Excel; at most 10, each up to 20 MB
enterprise-files-kept = Already uploaded (untick what you do not want)
enterprise-files-added =
    { $n ->
        [one] Added one document
       *[other] Added { $n } documents
    }
enterprise-similar = Is it one of these?
enterprise-similar-text = This enterprise has a similar problem in progress. If it is the same, adding to it is quicker; what you typed and attached goes along.
enterprise-similar-visitor = It seems this enterprise has raised something similar that is in progress. If it was you, add to it with its number and your telephone number; if it is something else, send it as new. What you typed is still below.
enterprise-similar-add = Add to this one
enterprise-similar-new = No, send as new
enterprise-sent = Received
enterprise-sent-number = Tracking number
enterprise-sent-until = The service desk will tell you by { $due } whether it is accepted
enterprise-sent-step-1 = The desk accepts it and assigns it to a unit
enterprise-sent-step-2 = The unit calls you and answers by the promised day
enterprise-sent-step-3 = It is closed when you say it is solved; if not, work goes on
enterprise-sent-follow = Please note the number { $number }. With it and the telephone number you gave, “Follow progress” shows how far it has got and lets you add papers and rate the answer.
enterprise-sent-look = See progress
enterprise-sent-more = Raise another

# One problem
enterprise-solved = Solved
enterprise-not-solved = Not solved
enterprise-since = Since you opened the page:
enterprise-siblings = Raised together with:
enterprise-rate-sure = Is it really solved?
enterprise-rate-sure-text = Once you confirm, the service desk checks and closes it. A slip can be taken back until the end of tomorrow.
enterprise-rate-confirm = Yes, it is solved
enterprise-take-back = Take “solved” back
enterprise-take-back-until = You said “solved”. If that was a slip, or it came back, you can take it back until { $until }, and it is worked on again.
enterprise-rate-sorry = Not solved? We will take it up again
enterprise-rate-stars = How many stars for the service
enterprise-rate-text = In your words
enterprise-rate-reopen = Please take it up again
enterprise-stars =
    { $n ->
        [one] { $n } star
       *[other] { $n } stars
    }
enterprise-returned = Why it was not accepted
enterprise-returned-text = We are sorry, this was not accepted for now. The desk explains below; complete it and hand it in again, and the time starts anew.
enterprise-resubmit = Complete it and hand it in again
enterprise-resubmit-text = What to add
enterprise-resubmit-send = Hand in again
enterprise-answer = The answer
enterprise-papers = Papers are needed
enterprise-papers-text = The unit needs the papers below. The clock goes on when they are here; the wait does not count.
enterprise-remark = Add a remark or papers
enterprise-remark-text = Remark
enterprise-remark-send = Send
enterprise-promise = Answer promised within { $limit }
enterprise-promise-due = Answer by { $due }
enterprise-promise-kept = Due by { $due }, answered in time
enterprise-promise-broken = Due by { $due }, answered late
enterprise-promise-paused = With the papers today: answer by { $due }
enterprise-day-end = answered
enterprise-day-waiting = waiting for your papers
enterprise-day-start = day of the start, not counted
enterprise-count-start = Counted from { $day }, that day left out
enterprise-count-start-hours = Counted from { $day }
enterprise-count-holiday = { $name } { $from } to { $to } not counted
enterprise-count-make-up = { $days } worked in exchange for a holiday, counted
enterprise-count-paused = { $from } to { $to } waiting for papers, { $n } days not counted
enterprise-count-moved = the last day, { $from } ({ $name }), is a day off, so it ends on the next working day, { $to } (Civil Code, Art. 203)
enterprise-count-weekend = weekend
enterprise-count-provisional = the date is provisional: the holiday notice of { $years } is not entered here yet; days off by law are left out, a swapped day may still move it
enterprise-count-and = {" and "}
enterprise-count-then = {"; "}
enterprise-count-end = .
enterprise-who = Who has it
enterprise-lead = Lead
enterprise-co = Helps
enterprise-has-answered = answered
enterprise-history = What happened
enterprise-said = The problem as told
enterprise-contact = Contact
enterprise-object = I do not agree with the result
enterprise-object-until = You may object until { $until }; it is then taken up again.
enterprise-object-text = What is not solved
enterprise-object-send = Object
enterprise-withdraw = Withdraw this problem
enterprise-withdraw-hint = Nobody works on it any more. If it comes back, raise it again.
enterprise-withdraw-text = Why
enterprise-withdraw-send = Withdraw

# What happened
enterprise-event-submitted = raised the problem
enterprise-event-resubmitted = handed it in again
enterprise-event-accepted = accepted it
enterprise-event-returned = returned it and said why
enterprise-event-classified = filed it under “{ $category }”, answer within { $limit }
enterprise-event-split = another matter is handled apart: { $title }
enterprise-event-assigned = gave the lead to { $unit }
enterprise-event-assigned-co = asked { $unit } to help
enterprise-event-signed = signed for it
enterprise-event-progress = reported progress
enterprise-event-contact-tried = tried to reach you, nobody answered
enterprise-event-wait-started = asked the enterprise for papers
enterprise-event-wait-ended = papers are here, the clock goes on
enterprise-event-extended = time extended to { $limit }
enterprise-event-answered = answered: { $outcome }
enterprise-event-called-back = called back: { $result }
enterprise-event-reopened = taken up again
enterprise-event-closed = closed
enterprise-event-solved = rated: solved
enterprise-event-not-solved = rated: not solved
enterprise-event-taken-back = took “solved” back
enterprise-event-objected = objected
enterprise-event-withdrawn = withdrew it
enterprise-event-attached = attached
enterprise-event-commented = added
enterprise-event-linked = The service desk has identified the enterprise: { $enterprise }

enterprise-said-added = Added; the unit will see it.
enterprise-said-solved = Noted: solved. Thank you; a slip can be taken back until the end of tomorrow.
enterprise-said-taken-back = Taken back. Please tell us again whether it is solved.
enterprise-said-reopened = Taken up again; the unit will contact you.
enterprise-said-withdrawn = Withdrawn.
enterprise-said-objected = We have your objection; it is taken up again.
enterprise-said-resubmitted = Handed in again; the time starts anew.

# Following
enterprise-follow = Follow progress
enterprise-follow-fresh = No account needed: enter the tracking number and the telephone number you gave
enterprise-follow-number = Tracking number
enterprise-follow-number-hint = Such as 2026-000123; you were shown it after sending
enterprise-follow-phone = Telephone
enterprise-follow-phone-hint = The one you gave when raising the problem
enterprise-follow-look = See progress
enterprise-follow-help = Lost the number? Ask your named helper or the service desk.
enterprise-follow-nothing = This number and telephone number do not go together. Please check both; the telephone number is the one given when the problem was raised.

# Notice boards
enterprise-posters = QR posters of townships and parks
enterprise-posters-fresh = Print them and put them up in the service halls; each enterprise's own poster is printed from its page under “Enterprises”
enterprise-posters-empty = There are no townships or parks yet; an administrator adds them under “Units”.
enterprise-poster-title = A problem? Scan and tell us
enterprise-poster-lead = Accepted within { $limit }; follow every step
enterprise-poster-scan = QR code that opens the form
enterprise-poster-step-1 = Scan
enterprise-poster-step-2 = Two minutes to write
enterprise-poster-step-3 = Follow by number

# My enterprises
enterprise-helped = My enterprises
enterprise-helped-fresh =
    { $n ->
        [one] You help one enterprise
       *[other] You help { $n } enterprises, the most urgent first
    }
enterprise-helped-fresh-some = { $n } of the { $all } enterprises you help, the most urgent first
enterprise-helped-rows =
    { $n ->
        [one] { $n } enterprise
       *[other] { $n } enterprises
    }
enterprise-helped-find = Find by name or credit code
enterprise-helped-show-all = All
enterprise-helped-show-open = With problems
enterprise-helped-show-late = Late
enterprise-helped-show-enterprise = Their turn
enterprise-helped-show-quiet = Nothing open
enterprise-helped-empty = No enterprises yet
enterprise-helped-empty-text = Once the desk gives you enterprises, each stands here with its problems, what it waits for and when something last happened.
enterprise-helped-nothing = No enterprise fits
enterprise-helped-nothing-text = Try other conditions or clear the filters.
enterprise-helped-none = Nothing open
enterprise-helped-none-text = What you hear on a visit can be raised for them with one tap.
enterprise-helped-line = { $title }: { $says }
enterprise-helped-more = { $n } more open
enterprise-helped-last = Last event { $when }
enterprise-helped-never = Never raised anything
enterprise-helped-raise = Raise for them
enterprise-helped-all-done = All finished ones
enterprise-helped-open = Open ({ $n })
enterprise-column-name = Enterprise
enterprise-column-code = Credit code
enterprise-column-place = Township or park
enterprise-column-light = Most urgent
enterprise-column-open = Open
enterprise-column-waits = Waits for
enterprise-column-last = Last event
enterprise-column-contact = Contact
enterprise-column-phone = Telephone

error-enterprise-code-not-known = The register does not have this code. Please check the 18 characters on the business licence, or give the name of the enterprise instead: one that is not in the register can be sent too.
enterprise-meant = Which of these is “{ $name }”?
enterprise-meant-text = The register has enterprises with similar names. Choose yours if it is among them; if not, you can send all the same.
enterprise-meant-none = None of these
enterprise-meant-none-text = It is sent under the name you gave; the service desk will check the enterprise with you.
enterprise-sent-unchecked = “{ $name }” is not in the register yet. Your problem has arrived; the service desk will first check the enterprise with you by telephone.
error-enterprise-guidance-copied = This is our advice word for word; please tell us what happened to you.
error-enterprise-file-large = “{ $name }” is over 20 MB and was not taken. Please make it smaller; everything else is still here.
error-enterprise-file-unkept = “{ $name }” could not be kept until you send the form again: there is no room for waiting files just now. Choose it once more before you send; everything you typed is still here.
error-enterprise-remark-empty = Please write what you want to add, or attach papers.
error-enterprise-files-many = At most { $limit } attachments at once; the rest were not taken.
error-guest-files-full = Visitors without an account cannot leave more files today; these were not taken. Please send the text now and the files tomorrow, or sign in.
error-enterprise-name-short = Please write the name of the enterprise, two characters at least.
