-- How many enterprises share status, township, chain and scale, so that a list of any length is counted at once. The nil id
-- stands for those without a township, an empty code for those without a chain.
CREATE TABLE enterprise_count (
  status TEXT NOT NULL,
  township_id {uuid} NOT NULL,
  chain TEXT NOT NULL,
  scale TEXT NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (status, township_id, chain, scale)
);
-- only: sqlite
INSERT INTO enterprise_count (status, township_id, chain, scale, n)
SELECT status, COALESCE(township_id, zeroblob(16)), COALESCE(chain, ''), scale, COUNT(*)
FROM enterprise GROUP BY 1, 2, 3, 4;
-- end
-- only: postgres
INSERT INTO enterprise_count (status, township_id, chain, scale, n)
SELECT status, COALESCE(township_id, '00000000-0000-0000-0000-000000000000'::uuid), COALESCE(chain, ''), scale, COUNT(*)
FROM enterprise GROUP BY 1, 2, 3, 4;
-- end

-- Rows of a page come in order from the index of what they are narrowed to.
DROP INDEX enterprise_facets;
DROP INDEX enterprise_township;
DROP INDEX enterprise_chain;
DROP INDEX enterprise_scale;
CREATE INDEX enterprise_status ON enterprise (status, pinyin, id);
CREATE INDEX enterprise_township ON enterprise (township_id, status, pinyin, id);
CREATE INDEX enterprise_chain ON enterprise (chain, status, pinyin, id);
CREATE INDEX enterprise_scale ON enterprise (scale, status, pinyin, id);
