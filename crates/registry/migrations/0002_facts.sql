-- What departments and statements say of an enterprise: one value for each fact and period.
CREATE TABLE fact (
  enterprise_id {uuid} NOT NULL REFERENCES enterprise (id),
  code TEXT NOT NULL,
  period TEXT NOT NULL,
  -- Last day of the period, or as_of where there is none: of several periods the one that ends last counts, of these the longest.
  ends_on {date} NOT NULL,
  value TEXT NOT NULL,
  source TEXT NOT NULL,
  as_of {date} NOT NULL,
  reported_at {instant} NOT NULL,
  PRIMARY KEY (enterprise_id, code, period)
-- only: sqlite
) WITHOUT ROWID;
-- end
-- only: postgres
);
-- end
