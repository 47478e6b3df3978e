UPDATE request SET state = $2, updated_at = $3, version = $4 WHERE id = $1 AND version = $5
