SELECT r.id, r.number, r.enterprise_id, r.source, r.handed_down, r.title, r.body, r.origin_level, r.category_hint,
  r.contact_name, r.contact_phone, r.submitted_at, t.id, t.path
FROM request r JOIN enterprise e ON e.id = r.enterprise_id
LEFT JOIN unit t ON t.id = COALESCE(e.township_id, (SELECT u.id FROM unit u WHERE u.parent_id IS NULL ORDER BY u.sort LIMIT 1))
WHERE r.id = $1
