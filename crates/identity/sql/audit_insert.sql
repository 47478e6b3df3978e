INSERT INTO audit (seq, at, actor_id, actor, action, resource, resource_id, detail, previous, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
