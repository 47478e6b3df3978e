INSERT INTO api_token (id, name, prefix, token_hash, scopes, unit_id, issued_by, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
