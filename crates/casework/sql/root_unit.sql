SELECT id, path FROM unit WHERE parent_id IS NULL ORDER BY sort LIMIT 1
