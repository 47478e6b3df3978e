SELECT person_id FROM helper WHERE enterprise_id = $1 AND to_date IS NULL
