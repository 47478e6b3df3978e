SELECT id, parent_id, kind, code, name, name_en, path, sort, active, version FROM unit
WHERE code = $1
