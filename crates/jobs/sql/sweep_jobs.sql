DELETE FROM job WHERE finished_at < $1 AND state IN ('done', 'cancelled')
