CREATE TABLE chain (
  code TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  name_en TEXT NOT NULL,
  sort BIGINT NOT NULL
);

CREATE TABLE enterprise (
  id {uuid} PRIMARY KEY,
  serial BIGINT NOT NULL UNIQUE,
  credit_code TEXT NOT NULL UNIQUE,
  code_check TEXT NOT NULL,
  name TEXT NOT NULL,
  short_name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  pinyin TEXT NOT NULL,
  division TEXT NOT NULL,
  township_id {uuid} REFERENCES unit (id),
  industry TEXT NOT NULL,
  chain TEXT REFERENCES chain (code),
  scale TEXT NOT NULL,
  address TEXT NOT NULL,
  contact_name TEXT NOT NULL,
  contact_phone TEXT NOT NULL,
  staff BIGINT,
  status TEXT NOT NULL,
  created_at {instant} NOT NULL,
  updated_at {instant} NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX enterprise_pinyin ON enterprise (pinyin, id);
CREATE INDEX enterprise_name_key ON enterprise (name_key);
CREATE INDEX enterprise_short_name ON enterprise (short_name);
CREATE INDEX enterprise_township ON enterprise (township_id);
CREATE INDEX enterprise_chain ON enterprise (chain);
CREATE INDEX enterprise_scale ON enterprise (scale, pinyin);
-- Few are gone: with them the active ones are counted without reading every row.
CREATE INDEX enterprise_gone ON enterprise (id) WHERE status <> 'active';
CREATE INDEX enterprise_facets ON enterprise (status, township_id, chain, scale);

CREATE TABLE enterprise_alias (
  enterprise_id {uuid} NOT NULL REFERENCES enterprise (id),
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  created_at {instant} NOT NULL,
  PRIMARY KEY (enterprise_id, kind, value)
);
CREATE INDEX enterprise_alias_value ON enterprise_alias (value);

CREATE TABLE helper (
  id {uuid} PRIMARY KEY,
  enterprise_id {uuid} NOT NULL REFERENCES enterprise (id),
  person_id {uuid} NOT NULL REFERENCES person (id),
  kind TEXT NOT NULL,
  from_date {date} NOT NULL,
  to_date {date},
  created_at {instant} NOT NULL
);
CREATE INDEX helper_enterprise ON helper (enterprise_id);
CREATE INDEX helper_person ON helper (person_id);

CREATE TABLE import (
  id {uuid} PRIMARY KEY,
  kind TEXT NOT NULL,
  file_name TEXT NOT NULL,
  sha256 {bytes} NOT NULL,
  state TEXT NOT NULL,
  total BIGINT NOT NULL,
  done BIGINT NOT NULL,
  added BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  unchanged BIGINT NOT NULL,
  report {json} NOT NULL,
  created_by {uuid} REFERENCES person (id),
  created_at {instant} NOT NULL,
  finished_at {instant}
);
CREATE INDEX import_created_by ON import (created_by);

CREATE TABLE counter (
  name TEXT PRIMARY KEY,
  n BIGINT NOT NULL
);

-- only: sqlite
CREATE VIRTUAL TABLE enterprise_search USING fts5 (body, content = '', contentless_delete = 1, tokenize = 'unicode61');
-- end
-- only: postgres
CREATE TABLE enterprise_search (rowid BIGINT PRIMARY KEY, body tsvector NOT NULL);
CREATE INDEX enterprise_search_body ON enterprise_search USING gin (body);
-- end
