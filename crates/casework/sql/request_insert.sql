INSERT INTO request (id, number, enterprise_id, once_key, source, handed_down, title, body, origin_level, category_hint,
  contact_name, contact_phone, state, submitted_at, updated_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
