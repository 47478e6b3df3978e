SELECT id, topic, payload, at FROM outbox WHERE delivered_at IS NULL ORDER BY id LIMIT 100
