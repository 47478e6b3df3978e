INSERT INTO tally (metric, month, handed_down, n) VALUES ($1, $2, $3, $4)
ON CONFLICT (metric, month, handed_down) DO UPDATE SET n = tally.n + excluded.n
