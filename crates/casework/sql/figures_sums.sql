SELECT metric, month, CAST(COALESCE(SUM(n) FILTER (WHERE NOT handed_down), 0) AS BIGINT),
  CAST(COALESCE(SUM(n) FILTER (WHERE handed_down), 0) AS BIGINT)
FROM tally GROUP BY metric, month
