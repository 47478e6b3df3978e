INSERT INTO import (id, kind, file_name, sha256, state, total, done, added, changed, unchanged, report, created_by, created_at)
VALUES ($1, 'requests', $2, $3, $4, $5, 0, $6, 0, $7, $8, $9, $10)
