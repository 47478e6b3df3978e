SELECT id, number FROM request WHERE once_key = $1
