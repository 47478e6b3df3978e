SELECT s.person_id, s.csrf, s.seen_at, p.name, p.password_once, g.role, g.unit_id, u.name, u.name_en, u.path, u.kind, a.kind, g.enterprise_id
FROM session s
JOIN person p ON p.id = s.person_id AND p.active
LEFT JOIN role_grant g ON g.person_id = p.id
LEFT JOIN unit u ON u.id = g.unit_id
LEFT JOIN unit a ON a.id = u.parent_id
WHERE s.token_hash = $1 AND s.expires_at > $2 AND s.seen_at > $3
ORDER BY g.created_at, g.id
