UPDATE person SET password_hash = $2, failed_count = 0, locked_until = NULL, updated_at = $3, version = version + 1
WHERE id = $1
