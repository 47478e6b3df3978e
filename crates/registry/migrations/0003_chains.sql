-- Chains are kept on a page: closed when the county no longer works along them, changed by one person at a time.
ALTER TABLE chain ADD COLUMN active BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE chain ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
