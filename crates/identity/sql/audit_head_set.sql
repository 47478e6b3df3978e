UPDATE audit_head SET seq = $1, hash = $2, changes = $3 WHERE id = 1
