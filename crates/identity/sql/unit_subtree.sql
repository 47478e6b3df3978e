SELECT id, parent_id, kind, code, name, name_en, path, sort, active, version FROM unit
WHERE substr(path, 1, length(CAST($1 AS TEXT))) = CAST($1 AS TEXT) ORDER BY path
