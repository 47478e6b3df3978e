SELECT s.entry, s.request_id FROM case_seal s LEFT JOIN request r ON r.id = s.request_id
WHERE r.id IS NULL ORDER BY s.entry, s.request_id LIMIT 1
