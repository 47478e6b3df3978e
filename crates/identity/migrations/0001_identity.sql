CREATE TABLE unit (
  id {uuid} PRIMARY KEY,
  parent_id {uuid} REFERENCES unit (id),
  kind TEXT NOT NULL,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  name_en TEXT NOT NULL,
  path TEXT NOT NULL UNIQUE,
  sort BIGINT NOT NULL,
  active BOOLEAN NOT NULL,
  created_at {instant} NOT NULL,
  updated_at {instant} NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX unit_parent ON unit (parent_id);

CREATE TABLE person (
  id {uuid} PRIMARY KEY,
  login TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  phone TEXT NOT NULL,
  title TEXT NOT NULL,
  password_hash TEXT,
  password_once BOOLEAN NOT NULL DEFAULT FALSE,
  active BOOLEAN NOT NULL,
  failed_count BIGINT NOT NULL,
  locked_until {instant},
  away_from {date},
  away_until {date},
  created_at {instant} NOT NULL,
  updated_at {instant} NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX person_name ON person (name);

CREATE TABLE role_grant (
  id {uuid} PRIMARY KEY,
  person_id {uuid} NOT NULL REFERENCES person (id),
  role TEXT NOT NULL,
  unit_id {uuid} REFERENCES unit (id),
  enterprise_id {uuid},
  created_at {instant} NOT NULL
);
CREATE INDEX role_grant_person ON role_grant (person_id);
CREATE INDEX role_grant_unit ON role_grant (unit_id);
CREATE INDEX role_grant_enterprise ON role_grant (enterprise_id);

CREATE TABLE session (
  token_hash {bytes} PRIMARY KEY,
  person_id {uuid} NOT NULL REFERENCES person (id),
  csrf TEXT NOT NULL,
  created_at {instant} NOT NULL,
  seen_at {instant} NOT NULL,
  expires_at {instant} NOT NULL,
  agent TEXT NOT NULL
);
CREATE INDEX session_person ON session (person_id);
CREATE INDEX session_expires ON session (expires_at);

CREATE TABLE throttle (
  key TEXT PRIMARY KEY,
  started_at {instant} NOT NULL,
  n BIGINT NOT NULL
);

CREATE TABLE api_token (
  id {uuid} PRIMARY KEY,
  name TEXT NOT NULL,
  prefix TEXT NOT NULL,
  token_hash {bytes} NOT NULL UNIQUE,
  scopes TEXT NOT NULL,
  unit_id {uuid} NOT NULL REFERENCES unit (id),
  issued_by {uuid} REFERENCES person (id),
  created_at {instant} NOT NULL,
  expires_at {instant},
  revoked_at {instant}
);
CREATE INDEX api_token_unit ON api_token (unit_id);
CREATE INDEX api_token_issued_by ON api_token (issued_by);

CREATE TABLE audit (
  seq BIGINT PRIMARY KEY,
  at {instant} NOT NULL,
  actor_id {uuid},
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  resource TEXT NOT NULL,
  resource_id TEXT NOT NULL,
  detail {json} NOT NULL,
  previous {bytes} NOT NULL,
  hash {bytes} NOT NULL
);
CREATE INDEX audit_resource ON audit (resource, resource_id);
CREATE INDEX audit_actor ON audit (actor_id);

CREATE TABLE audit_head (
  id BIGINT PRIMARY KEY,
  seq BIGINT NOT NULL,
  hash {bytes} NOT NULL
);
INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, {empty});
