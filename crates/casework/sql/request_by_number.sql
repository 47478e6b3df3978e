SELECT request_id, idx FROM need WHERE number = $1
