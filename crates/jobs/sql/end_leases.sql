UPDATE job SET lease_until = $2 WHERE lease_owner = $1 AND state = 'running' AND lease_until > $2
