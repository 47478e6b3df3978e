INSERT OR REPLACE INTO need_search (rowid, body) VALUES ($1, $2)
