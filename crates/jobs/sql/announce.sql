INSERT INTO outbox (id, topic, payload, at) VALUES ($1, $2, $3, $4)
