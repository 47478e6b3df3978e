SELECT CAST(f."table" AS TEXT), COUNT(*) FROM pragma_foreign_key_check f GROUP BY 1 ORDER BY 1
