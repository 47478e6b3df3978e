SELECT COUNT(*) FROM role_grant
WHERE person_id = $1 AND role = $2 AND (unit_id = $3 OR (unit_id IS NULL AND enterprise_id = $4))
