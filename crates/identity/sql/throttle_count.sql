INSERT INTO throttle (key, started_at, n) VALUES ($1, $2, $4)
ON CONFLICT (key) DO UPDATE SET
  n = CASE WHEN throttle.started_at <= $3 THEN excluded.n ELSE throttle.n + excluded.n END,
  started_at = CASE WHEN throttle.started_at <= $3 THEN excluded.started_at ELSE throttle.started_at END
RETURNING started_at, n
