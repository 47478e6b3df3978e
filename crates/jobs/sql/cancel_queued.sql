UPDATE job SET state = 'cancelled', cancel_requested = TRUE, finished_at = $2 WHERE id = $1 AND state = 'queued'
