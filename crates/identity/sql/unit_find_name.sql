SELECT id, parent_id, kind, code, name, name_en, path, sort, active, version FROM unit
WHERE active AND (name = $1 OR name_en = $1)
