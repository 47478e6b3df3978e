UPDATE job SET lease_until = $4
WHERE id = $1 AND lease_owner = $2 AND attempts = $3 AND state = 'running'
