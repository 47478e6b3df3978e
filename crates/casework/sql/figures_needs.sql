SELECT serial, state, handed_down, submitted_at, accepted_at, accept_on_time, resolve_due_at, resolve_on_time,
  answered_at, closed_at, result, outcome, judged_at, satisfied, reopened, refusals, hops, used_days
FROM need WHERE serial > $1 ORDER BY serial LIMIT 1000
