-- Seals of requests that come in by the hundred: a ledger, the demo, what was there before there were seals. One audit
-- entry holds the root over its leaves; a request that changes alone is sealed in the entry of its change.
CREATE TABLE case_seal (
  entry BIGINT NOT NULL,
  request_id {uuid} NOT NULL REFERENCES request (id),
  seq BIGINT NOT NULL,
  request_hash {bytes} NOT NULL,
  events_hash {bytes} NOT NULL,
  PRIMARY KEY (entry, request_id)
);
CREATE INDEX case_seal_request ON case_seal (request_id);
-- Stands there until the program has sealed what it finds.
INSERT INTO setting (name, value, updated_at)
SELECT 'seal-as-found', 'due', r.updated_at FROM request r ORDER BY r.updated_at DESC, r.id LIMIT 1;
