SELECT seq, at FROM audit WHERE at > $1 ORDER BY seq
