INSERT INTO session (token_hash, person_id, csrf, created_at, seen_at, expires_at, agent)
VALUES ($1, $2, $3, $4, $4, $5, $6)
