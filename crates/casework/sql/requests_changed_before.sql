SELECT id, number, updated_at FROM request WHERE (updated_at, id) < ($1, $2)
ORDER BY updated_at DESC, id DESC LIMIT $3
