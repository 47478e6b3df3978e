UPDATE job SET state = 'queued', attempts = attempts - 1, lease_until = NULL, lease_owner = NULL
WHERE lease_owner = $1 AND state = 'running'
