SELECT t.id, t.name, t.scopes, t.unit_id, u.name, u.name_en, u.path
FROM api_token t JOIN unit u ON u.id = t.unit_id
WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $2)
