UPDATE outbox SET delivered_at = $2 WHERE id = $1
