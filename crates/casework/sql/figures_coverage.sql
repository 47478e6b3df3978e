SELECT (SELECT COUNT(*) FROM enterprise) - (SELECT COUNT(*) FROM enterprise WHERE status <> 'active'),
  (SELECT COUNT(DISTINCT h.enterprise_id) FROM helper h JOIN person p ON p.id = h.person_id AND p.active
   WHERE h.to_date IS NULL AND h.enterprise_id NOT IN (SELECT id FROM enterprise WHERE status <> 'active'))
