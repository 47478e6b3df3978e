DELETE FROM throttle WHERE started_at <= $1
