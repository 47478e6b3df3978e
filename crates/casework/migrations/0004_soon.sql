-- From when on a due date is near, and the own date of a co-unit that is behind its lead. Rows that are there are filled in
-- from their events, and the monthly sums counted anew, when the program opens the database (rebuild.rs).
ALTER TABLE need ADD COLUMN soon_at {instant};
ALTER TABLE need ADD COLUMN co_due_at {instant};
ALTER TABLE assignment ADD COLUMN soon_at {instant};
-- The comparison of a month with the same days of the one before counts rows by these.
CREATE INDEX need_accepted ON need (accepted_at);
CREATE INDEX need_judged ON need (judged_at);
