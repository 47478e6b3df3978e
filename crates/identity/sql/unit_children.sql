SELECT id, parent_id, kind, code, name, name_en, path, sort, active, version FROM unit
WHERE parent_id = $1 ORDER BY sort, code
