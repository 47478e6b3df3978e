SELECT metric, month, unit_id, handed_down, n FROM tally WHERE n <> 0
