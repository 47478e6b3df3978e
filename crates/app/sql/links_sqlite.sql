SELECT CAST(t.name AS TEXT), CAST(f."from" AS TEXT), CAST(f."table" AS TEXT)
FROM pragma_table_list t, pragma_foreign_key_list(t.name) f
WHERE t.schema = 'main' AND t.type = 'table'
ORDER BY 1, 2
