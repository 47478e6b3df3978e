DELETE FROM throttle WHERE key = $1 OR key LIKE $2
