UPDATE job SET state = $4, run_at = $5, last_error = $6, finished_at = $7, lease_until = NULL, lease_owner = NULL
WHERE id = $1 AND lease_owner = $2 AND attempts = $3 AND state = 'running'
