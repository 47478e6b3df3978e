INSERT INTO sign_in_place (person_id, place, seen_at) VALUES ($1, $2, $3)
ON CONFLICT (person_id, place) DO UPDATE SET seen_at = excluded.seen_at
