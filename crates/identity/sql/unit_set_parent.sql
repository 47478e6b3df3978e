UPDATE unit SET parent_id = $2 WHERE id = $1
