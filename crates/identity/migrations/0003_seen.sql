-- Contact data that was seen: the key says that it stands in the audit for this span of time already.
CREATE TABLE seen (
  person_id {uuid} NOT NULL REFERENCES person (id),
  object TEXT NOT NULL,
  span TEXT NOT NULL,
  at {instant} NOT NULL,
  PRIMARY KEY (person_id, object, span)
);
CREATE INDEX seen_at ON seen (at);
