INSERT INTO seen (person_id, object, span, at) VALUES ($1, $2, $3, $4)
ON CONFLICT (person_id, object, span) DO NOTHING
