CREATE TABLE job (
  id {uuid} PRIMARY KEY,
  kind TEXT NOT NULL,
  payload {json} NOT NULL,
  state TEXT NOT NULL,
  run_at {instant} NOT NULL,
  attempts BIGINT NOT NULL,
  max_attempts BIGINT NOT NULL,
  lease_until {instant},
  lease_owner TEXT,
  unique_key TEXT,
  last_error TEXT,
  progress_done BIGINT NOT NULL,
  progress_total BIGINT NOT NULL,
  cancel_requested BOOLEAN NOT NULL,
  created_by {uuid},
  created_at {instant} NOT NULL,
  finished_at {instant}
);
CREATE INDEX job_due ON job (state, run_at);
CREATE INDEX job_finished ON job (finished_at);
CREATE UNIQUE INDEX job_unique ON job (unique_key) WHERE state IN ('queued', 'running');

CREATE TABLE schedule (
  name TEXT PRIMARY KEY,
  cron TEXT NOT NULL,
  next_at {instant} NOT NULL,
  last_at {instant}
);

CREATE TABLE outbox (
  id {uuid} PRIMARY KEY,
  topic TEXT NOT NULL,
  payload {json} NOT NULL,
  at {instant} NOT NULL,
  delivered_at {instant}
);
CREATE INDEX outbox_waiting ON outbox (id) WHERE delivered_at IS NULL;
CREATE INDEX outbox_delivered ON outbox (delivered_at);
