SELECT n FROM throttle WHERE key = $1
