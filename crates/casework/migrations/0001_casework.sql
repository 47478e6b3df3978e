CREATE TABLE request (
  id {uuid} PRIMARY KEY,
  number TEXT NOT NULL UNIQUE,
  enterprise_id {uuid} NOT NULL REFERENCES enterprise (id),
  once_key TEXT UNIQUE,
  source TEXT NOT NULL,
  handed_down BOOLEAN NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  origin_level TEXT,
  category_hint TEXT,
  contact_name TEXT NOT NULL,
  contact_phone TEXT NOT NULL,
  state TEXT NOT NULL,
  submitted_at {instant} NOT NULL,
  updated_at {instant} NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX request_enterprise ON request (enterprise_id, submitted_at);
CREATE INDEX request_updated ON request (updated_at, id);

CREATE TABLE need (
  id {uuid} PRIMARY KEY,
  serial BIGINT NOT NULL UNIQUE,
  request_id {uuid} NOT NULL REFERENCES request (id),
  idx BIGINT NOT NULL,
  number TEXT NOT NULL UNIQUE,
  enterprise_id {uuid} NOT NULL REFERENCES enterprise (id),
  title TEXT NOT NULL,
  source TEXT NOT NULL,
  handed_down BOOLEAN NOT NULL,
  category TEXT,
  grade TEXT,
  level TEXT,
  state TEXT NOT NULL,
  open BOOLEAN NOT NULL,
  act_next TEXT NOT NULL,
  act_unit_id {uuid} REFERENCES unit (id),
  lead_unit_id {uuid} REFERENCES unit (id),
  clock TEXT,
  due_at {instant},
  accept_due_at {instant},
  accept_on_time BOOLEAN,
  resolve_due_at {instant},
  resolve_on_time BOOLEAN,
  submitted_at {instant} NOT NULL,
  accepted_at {instant},
  assigned_at {instant},
  answered_at {instant},
  closed_at {instant},
  outcome TEXT,
  result TEXT,
  round BIGINT NOT NULL,
  reopened BIGINT NOT NULL,
  hops BIGINT NOT NULL,
  paused BOOLEAN NOT NULL,
  provisional BOOLEAN NOT NULL,
  used_days BIGINT,
  contact_due_at {instant},
  contact_on_time BOOLEAN,
  judged_at {instant},
  satisfied BOOLEAN,
  refusals BIGINT NOT NULL,
  extension_asked BOOLEAN NOT NULL,
  review_at {instant},
  updated_at {instant} NOT NULL,
  UNIQUE (request_id, idx)
);
CREATE INDEX need_enterprise ON need (enterprise_id, submitted_at);
CREATE INDEX need_open_due ON need (due_at, serial) WHERE open;
CREATE INDEX need_state ON need (state, serial);
CREATE INDEX need_lead ON need (lead_unit_id, serial);
CREATE INDEX need_act_unit ON need (act_unit_id) WHERE open;
CREATE INDEX need_submitted ON need (submitted_at);
CREATE INDEX need_closed ON need (closed_at);
CREATE INDEX need_resolve_due ON need (resolve_due_at);
CREATE INDEX need_review ON need (review_at) WHERE review_at IS NOT NULL;
CREATE INDEX need_category ON need (category, serial);
CREATE INDEX need_kind ON need (category, submitted_at, used_days, reopened);
CREATE INDEX need_open_category ON need (category, due_at) WHERE open;
CREATE INDEX need_open_lead ON need (lead_unit_id, due_at) WHERE open;

CREATE TABLE assignment (
  id {uuid} PRIMARY KEY,
  need_id {uuid} NOT NULL REFERENCES need (id),
  unit_id {uuid} NOT NULL REFERENCES unit (id),
  role TEXT NOT NULL,
  round BIGINT NOT NULL,
  state TEXT NOT NULL,
  open BOOLEAN NOT NULL,
  assigned_at {instant} NOT NULL,
  signed_at {instant},
  answered_at {instant},
  outcome TEXT,
  due_at {instant}
);
CREATE INDEX assignment_need ON assignment (need_id);
CREATE INDEX assignment_unit ON assignment (unit_id, open, due_at);

CREATE TABLE case_event (
  request_id {uuid} NOT NULL REFERENCES request (id),
  seq BIGINT NOT NULL,
  id {uuid} NOT NULL UNIQUE,
  at {instant} NOT NULL,
  kind TEXT NOT NULL,
  need_idx BIGINT,
  body {json} NOT NULL,
  PRIMARY KEY (request_id, seq)
);

CREATE TABLE tally (
  metric TEXT NOT NULL,
  month TEXT NOT NULL,
  handed_down BOOLEAN NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (metric, month, handed_down)
-- only: sqlite
) WITHOUT ROWID;
-- end
-- only: postgres
);
-- end

CREATE TABLE limit_rule (
  id TEXT PRIMARY KEY,
  clock TEXT NOT NULL,
  category TEXT,
  grade TEXT,
  level TEXT,
  n BIGINT NOT NULL,
  unit TEXT NOT NULL,
  valid_from {date} NOT NULL,
  valid_to {date},
  note TEXT NOT NULL,
  created_at {instant} NOT NULL
);

CREATE TABLE category (
  code TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  name_en TEXT NOT NULL,
  guidance TEXT NOT NULL,
  guidance_en TEXT NOT NULL,
  lead_unit_id {uuid} REFERENCES unit (id),
  sort BIGINT NOT NULL,
  active BOOLEAN NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX category_lead ON category (lead_unit_id);

CREATE TABLE calendar_notice (
  id TEXT PRIMARY KEY,
  year BIGINT NOT NULL,
  published {date} NOT NULL,
  text TEXT NOT NULL,
  created_at {instant} NOT NULL
);

CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  updated_at {instant} NOT NULL
);

CREATE TABLE attachment (
  id {uuid} PRIMARY KEY,
  request_id {uuid} NOT NULL REFERENCES request (id),
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  sha256 {bytes} NOT NULL,
  added_by TEXT NOT NULL,
  created_at {instant} NOT NULL
);
CREATE INDEX attachment_request ON attachment (request_id);

CREATE TABLE ledger_row (
  row_key TEXT PRIMARY KEY,
  request_id {uuid} NOT NULL REFERENCES request (id),
  import_id {uuid} NOT NULL REFERENCES import (id)
);
CREATE INDEX ledger_row_request ON ledger_row (request_id);
CREATE INDEX ledger_row_import ON ledger_row (import_id);

CREATE TABLE follow_pass (
  token_hash {bytes} PRIMARY KEY,
  request_id {uuid} NOT NULL REFERENCES request (id),
  expires_at {instant} NOT NULL
);
CREATE INDEX follow_pass_request ON follow_pass (request_id);
CREATE INDEX follow_pass_expires ON follow_pass (expires_at);

-- only: sqlite
CREATE VIRTUAL TABLE need_search USING fts5 (body, content = '', contentless_delete = 1, tokenize = 'unicode61');
-- end
-- only: postgres
CREATE TABLE need_search (rowid BIGINT PRIMARY KEY, body tsvector NOT NULL);
CREATE INDEX need_search_body ON need_search USING gin (body);
-- end
