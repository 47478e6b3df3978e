SELECT id, path FROM unit WHERE id = $1
