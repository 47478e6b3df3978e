UPDATE person SET password_hash = $2, password_once = $3, failed_count = 0, locked_until = NULL, updated_at = $4,
  version = version + 1
WHERE id = $1
