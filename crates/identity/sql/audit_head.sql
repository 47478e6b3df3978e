SELECT seq, hash, changes FROM audit_head WHERE id = 1
