UPDATE throttle SET n = n - 1 WHERE key = $1 AND n > 0
