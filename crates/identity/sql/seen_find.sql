SELECT 1 FROM seen WHERE person_id = $1 AND object = $2 AND span = $3
