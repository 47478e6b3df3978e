INSERT INTO need_search (rowid, body) VALUES ($1, to_tsvector('simple', $2)) ON CONFLICT (rowid) DO UPDATE SET body = excluded.body
