SELECT id, bytes, sha256 FROM attachment ORDER BY id
