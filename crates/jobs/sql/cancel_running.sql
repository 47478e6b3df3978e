UPDATE job SET cancel_requested = TRUE WHERE id = $1 AND state = 'running'
