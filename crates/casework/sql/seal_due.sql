SELECT COUNT(*) FROM setting WHERE name = $1
