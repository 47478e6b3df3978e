SELECT entry, request_id, seq, request_hash, events_hash FROM case_seal ORDER BY entry, request_id
