SELECT name, cron, next_at, last_at FROM schedule ORDER BY name
