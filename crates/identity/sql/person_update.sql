UPDATE person SET name = $3, phone = $4, title = $5, active = $6, away_from = $7, away_until = $8, updated_at = $9, pinyin = $10,
  version = version + 1
WHERE id = $1 AND version = $2
