SELECT e.name, e.short_name, e.credit_code, t.id, t.path, r.id, r.path
FROM enterprise e LEFT JOIN unit t ON t.id = e.township_id
LEFT JOIN unit r ON r.id = (SELECT x.id FROM unit x WHERE x.parent_id IS NULL ORDER BY x.sort LIMIT 1)
WHERE e.id = $1
