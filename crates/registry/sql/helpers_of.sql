SELECT p.id, p.login, p.name, p.phone, p.title, COALESCE(u.name, ''), COALESCE(u.name_en, ''), h.kind, h.from_date
FROM helper h
JOIN person p ON p.id = h.person_id AND p.active
LEFT JOIN unit u ON u.id = (
  SELECT g.unit_id FROM role_grant g WHERE g.person_id = p.id AND g.unit_id IS NOT NULL ORDER BY g.created_at, g.id LIMIT 1)
WHERE h.enterprise_id = $1 AND h.to_date IS NULL
ORDER BY CASE h.kind WHEN 'lead' THEN 0 ELSE 1 END, h.from_date, h.id
