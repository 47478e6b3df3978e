SELECT id, seq, at, need_idx, body FROM case_event WHERE request_id = $1 ORDER BY seq
