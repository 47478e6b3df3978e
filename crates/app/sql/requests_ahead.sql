SELECT r.number, MAX(a.at) FROM request r JOIN (
  SELECT e.request_id, e.at FROM case_event e WHERE e.at > $1
  UNION ALL SELECT q.id, q.submitted_at FROM request q WHERE q.submitted_at > $1
  UNION ALL SELECT q.id, q.updated_at FROM request q WHERE q.updated_at > $1
) a ON a.request_id = r.id
GROUP BY r.number ORDER BY r.number
