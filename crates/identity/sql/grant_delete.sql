DELETE FROM role_grant WHERE id = $1 AND person_id = $2
