-- What was done to the calendar, in order: notices added, corrected, withdrawn. What was done at once has one batch and makes
-- one version of the calendar; clocks name the version they run by, so nothing here is ever changed. It takes the place of
-- calendar_notice, whose rows begin it and which stays as it was.
CREATE TABLE calendar_act (
  seq BIGINT PRIMARY KEY,
  batch BIGINT NOT NULL,
  act TEXT NOT NULL,
  notice TEXT NOT NULL,
  text TEXT NOT NULL,
  reason TEXT NOT NULL,
  person TEXT NOT NULL,
  at {instant} NOT NULL
);
INSERT INTO calendar_act (seq, batch, act, notice, text, reason, person, at)
SELECT ROW_NUMBER() OVER (ORDER BY created_at, published, id), DENSE_RANK() OVER (ORDER BY created_at), 'added', id, text, '', '', created_at
FROM calendar_notice;

-- Where limits in days or months end whose last day is off: every change, the last one holds.
CREATE TABLE last_day_rule (
  seq BIGINT PRIMARY KEY,
  next_workday BOOLEAN NOT NULL,
  reason TEXT NOT NULL,
  person TEXT NOT NULL,
  at {instant} NOT NULL
);
