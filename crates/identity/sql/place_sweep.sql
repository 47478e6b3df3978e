DELETE FROM sign_in_place WHERE seen_at <= $1
