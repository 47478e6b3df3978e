-- How a person's name is read, for sorting; empty until the program has read it, which it does when it starts.
ALTER TABLE person ADD COLUMN pinyin TEXT NOT NULL DEFAULT '';
CREATE INDEX person_pinyin ON person (pinyin, id);
DROP INDEX person_name;
