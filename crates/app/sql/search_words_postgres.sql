SELECT s.rowid, COALESCE((SELECT string_agg(w.lexeme, ' ' ORDER BY p.at) FROM unnest(s.body) AS w, unnest(w.positions) AS p (at)), '')
FROM "{table}" s
