SELECT CAST(t.name AS TEXT), CAST(c.name AS TEXT), CAST(CASE WHEN t.type = 'virtual' THEN 'fts5' ELSE c.type END AS TEXT)
FROM pragma_table_list t, pragma_table_info(t.name) c
WHERE t.schema = 'main' AND t.type IN ('table', 'virtual') AND t.name NOT LIKE 'sqlite~_%' ESCAPE '~' AND (t.type = 'table' OR c.cid = 0)
ORDER BY t.name, c.cid
