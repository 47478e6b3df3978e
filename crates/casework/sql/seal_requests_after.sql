SELECT id, number, enterprise_id, source, handed_down, title, body, origin_level, category_hint, contact_name,
  contact_phone, submitted_at
FROM request WHERE id > $1 ORDER BY id LIMIT $2
