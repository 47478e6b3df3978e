DELETE FROM seen WHERE at <= $1
