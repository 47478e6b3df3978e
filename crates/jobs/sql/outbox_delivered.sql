UPDATE outbox SET delivered_at = $2 WHERE delivered_at IS NULL AND id <= $1
