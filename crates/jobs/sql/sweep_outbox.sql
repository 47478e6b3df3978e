DELETE FROM outbox WHERE delivered_at < $1
