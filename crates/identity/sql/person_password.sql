SELECT password_hash FROM person WHERE id = $1
