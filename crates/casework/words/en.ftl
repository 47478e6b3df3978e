# Requests: words all pages share.
nav-desk = Inbox
nav-overview = Overview
nav-queue = My queue
nav-helped = My enterprises
nav-my = My problems
nav-requests = Requests

state-draft = Draft
state-submitted = To accept
state-returned = Returned
state-accepted = To assign
state-assigned = To sign for
state-in-progress = In progress
state-waiting = Waiting for papers
state-answered = Call back
state-closed = Closed
state-withdrawn = Withdrawn

grade-ordinary = Ordinary
grade-key = Key
grade-hard = Hard

level-township = Township
level-county = County
level-city = City
level-province = Province

source-web = Web
source-qr = QR form
source-visit = Helper visit
source-wechat-group = WeChat group
source-hotline = Hotline
source-platform = Platform
source-handed-down = Handed down
source-import = Ledger
source-api = Other system

outcome-resolved = Resolved
outcome-planned = Planned
outcome-not-possible = Explained
outcome-withdrawn = Withdrawn
outcome-not-reachable = Not reachable

result-satisfied = Satisfied
result-basically-satisfied = Basically satisfied
result-dissatisfied = Dissatisfied
result-not-reached = Not reached

act-desk-accept = Desk: accept
act-desk-assign = Desk: assign
act-unit-sign = { $unit }: sign
act-unit-answer = { $unit }: answer
act-co-answer = { $unit } (supporting) still to answer, by { $due }
act-enterprise-papers = Enterprise: papers
act-desk-call-back = Desk: call back
act-desk-review = Desk: review the plan
act-nobody = Nobody

pill-done-late = Closed late
pill-review-due = Plan review due

error-already-submitted = This request has been handed in already.
error-already-waiting = It is waiting for the enterprise already.
error-answer-untried = “Not reachable” cannot be answered yet: it takes an attempt in office hours on each of { $wanted } different working days. Recorded so far: { $days } (several of one day are one). Record each one with “Record a failed attempt” below; once somebody answers, say what came of it.
error-assignment-answered = This unit has answered already.
error-assignment-unknown = There is no such assignment; it may have been taken back or reassigned.
error-call-back-by-handler = The call-back cannot be made by whoever answered, nor by the same unit. Somebody else must call.
error-close-unconfirmed = The enterprise has not confirmed, so it cannot be closed. Please call back first; where nobody answers, once in office hours on each of { $wanted } different working days. So far: { $days } (several calls of one day are one).
error-duplicate-unit = This unit already works on it.
error-explanation-missing = Please give the reason; the enterprise will read it.
error-extension-late = An extension must be asked for at least 1 working day before it is due.
error-extension-none-asked = No extension is waiting for a decision.
error-extension-pending = An extension is already waiting for a decision.
error-extension-used = Only one extension is allowed, and it has been used.
error-lead-first = Please choose a lead unit first.
error-lead-present = There is a lead unit already; take its assignment back to change it.
error-limit-missing = No time limit is set for this; an administrator can add one under “Limits”.
error-need-missing = There is no such request.
error-not-classified = Please classify it first.
error-not-rated = There is no “solved” to take back.
error-nothing-changed = Nothing was changed.
error-number-out-of-range = The number is outside the allowed range.
error-object-late = The time to object is over.
error-rating-final = “Solved” could be taken back until { $until }. If it is not solved, you can object once it is closed.
error-refuse-arbitrated = It was refused twice; the desk has decided, so it cannot be refused again.
error-refuse-late = The time to refuse is over; please work on it or ask the desk to reassign it.
error-wrong-state = In its present state this cannot be done; somebody may just have acted on it.
error-zero-limit = A limit cannot be zero.
error-file-type = “{ $name }” is not a photograph, PDF or Office file and cannot be uploaded.
due-provisional = { $due } (provisional)
