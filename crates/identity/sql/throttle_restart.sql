UPDATE throttle SET started_at = $2 WHERE key = $1
