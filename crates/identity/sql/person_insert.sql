INSERT INTO person (id, login, name, phone, title, password_hash, password_once, active, failed_count, created_at, updated_at,
  version, pinyin)
VALUES ($1, $2, $3, $4, $5, $6, $7, TRUE, 0, $8, $8, 1, $9)
