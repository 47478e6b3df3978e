INSERT INTO throttle (key, started_at, n) VALUES ($1, $2, 1)
ON CONFLICT (key) DO UPDATE SET
  n = CASE WHEN throttle.started_at <= $3 THEN 1 ELSE throttle.n + 1 END,
  started_at = CASE WHEN throttle.started_at <= $3 THEN excluded.started_at ELSE throttle.started_at END
RETURNING started_at, n
