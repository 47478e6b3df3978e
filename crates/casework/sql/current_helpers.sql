SELECT h.person_id FROM helper h JOIN person p ON p.id = h.person_id AND p.active WHERE h.enterprise_id = $1 AND h.to_date IS NULL
