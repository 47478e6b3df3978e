INSERT INTO role_grant (id, person_id, role, unit_id, enterprise_id, created_at) VALUES ($1, $2, $3, $4, $5, $6)
