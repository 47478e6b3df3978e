SELECT started_at, n FROM throttle WHERE key = $1
