INSERT INTO attachment (id, request_id, name, media_type, bytes, sha256, added_by, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
