UPDATE unit SET kind = $3, name = $4, name_en = $5, sort = $6, active = $7, updated_at = $8, version = version + 1
WHERE id = $1 AND version = $2
