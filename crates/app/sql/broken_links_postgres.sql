SELECT CAST(t.relname AS TEXT), COUNT(*)
FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid JOIN pg_namespace n ON n.oid = k.connamespace
WHERE k.contype = 'f' AND NOT k.convalidated AND n.nspname = current_schema()
GROUP BY 1 ORDER BY 1
