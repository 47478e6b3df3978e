INSERT INTO person (id, login, name, phone, title, password_hash, active, failed_count, created_at, updated_at, version)
VALUES ($1, $2, $3, $4, $5, $6, TRUE, 0, $7, $7, 1)
