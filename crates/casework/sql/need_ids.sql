SELECT idx, id, serial FROM need WHERE request_id = $1
