INSERT INTO unit (id, parent_id, kind, code, name, name_en, path, sort, active, created_at, updated_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, TRUE, $9, $9, 1)
