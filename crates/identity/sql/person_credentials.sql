SELECT id, name, password_hash, active FROM person WHERE login = $1
