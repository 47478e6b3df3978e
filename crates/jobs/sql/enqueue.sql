INSERT INTO job (id, kind, payload, state, run_at, attempts, max_attempts, unique_key, progress_done, progress_total,
  cancel_requested, created_by, created_at)
VALUES ($1, $2, $3, 'queued', $4, 0, $5, $6, 0, 0, FALSE, $7, $8)
ON CONFLICT (unique_key) WHERE state IN ('queued', 'running') DO NOTHING
RETURNING id
