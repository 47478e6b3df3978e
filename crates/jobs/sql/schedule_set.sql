INSERT INTO schedule (name, cron, next_at) VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE SET cron = excluded.cron, next_at = excluded.next_at
