SELECT metric, month, handed_down, n FROM tally WHERE n <> 0
