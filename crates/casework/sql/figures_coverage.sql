SELECT (SELECT COUNT(*) FROM enterprise WHERE status = 'active'),
  (SELECT COUNT(DISTINCT h.enterprise_id) FROM helper h JOIN enterprise e ON e.id = h.enterprise_id
   WHERE h.to_date IS NULL AND e.status = 'active')
