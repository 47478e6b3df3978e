SELECT CAST(COUNT(*) AS BIGINT) FROM (
  SELECT status, township_id, chain, scale, SUM(n) AS n FROM (
    SELECT status, township_id, chain, scale, n FROM enterprise_count
    UNION ALL
    SELECT status, COALESCE(township_id, $1), COALESCE(chain, ''), scale, -COUNT(*) FROM enterprise
    GROUP BY status, township_id, chain, scale
  ) both_of_them
  GROUP BY status, township_id, chain, scale
) sums WHERE n <> 0
