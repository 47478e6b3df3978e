UPDATE schedule SET next_at = $2, last_at = $3 WHERE name = $1
