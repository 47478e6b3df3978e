SELECT metric, month, CAST(SUM(n) AS BIGINT) FROM tally
WHERE metric IN ('accepted', 'answered_on_time', 'closed', 'due') AND month >= $1 GROUP BY metric, month
