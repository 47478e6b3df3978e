UPDATE person SET failed_count = $2, locked_until = $3 WHERE id = $1
