SELECT CAST(t.relname AS TEXT), CAST(a.attname AS TEXT), CAST(o.relname AS TEXT)
FROM pg_constraint k
JOIN pg_class t ON t.oid = k.conrelid
JOIN pg_class o ON o.oid = k.confrelid
JOIN pg_namespace n ON n.oid = k.connamespace
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
WHERE k.contype = 'f' AND n.nspname = current_schema()
ORDER BY 1, 2
