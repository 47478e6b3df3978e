SELECT id FROM request WHERE id > $1 ORDER BY id LIMIT $2
