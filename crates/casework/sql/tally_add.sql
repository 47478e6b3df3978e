INSERT INTO tally (metric, month, unit_id, handed_down, n) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (metric, month, unit_id, handed_down) DO UPDATE SET n = tally.n + excluded.n
