SELECT id, name, prefix, scopes, unit_id, issued_by, created_at, expires_at, revoked_at
FROM api_token ORDER BY created_at DESC, id DESC
