-- From where people signed in: a hash of the address, so that others' wrong passwords there do not stop them.
CREATE TABLE sign_in_place (
  person_id {uuid} NOT NULL REFERENCES person (id),
  place {bytes} NOT NULL,
  seen_at {instant} NOT NULL,
  PRIMARY KEY (person_id, place)
);
CREATE INDEX sign_in_place_seen ON sign_in_place (seen_at);
