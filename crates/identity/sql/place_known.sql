SELECT seen_at FROM sign_in_place WHERE person_id = $1 AND place = $2 AND seen_at > $3
