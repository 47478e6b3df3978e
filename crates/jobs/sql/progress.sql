UPDATE job SET progress_done = $2, progress_total = $3 WHERE id = $1
