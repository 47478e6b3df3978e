INSERT INTO counter (name, n) VALUES ($1, 1), ($2, 1) ON CONFLICT (name) DO UPDATE SET n = counter.n + excluded.n
RETURNING name, n
