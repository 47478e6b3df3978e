SELECT COUNT(*), COUNT(*) FILTER (WHERE EXISTS (SELECT 1 FROM helper h WHERE h.enterprise_id = e.id AND h.to_date IS NULL))
FROM enterprise e JOIN unit t ON t.id = e.township_id WHERE e.status = 'active' AND t.path LIKE $1
