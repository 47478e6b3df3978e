UPDATE job SET state = 'queued', attempts = 0, run_at = $2, cancel_requested = FALSE, finished_at = NULL,
  progress_done = 0
WHERE id = $1 AND state IN ('failed', 'dead', 'cancelled')
