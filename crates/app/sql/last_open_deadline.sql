SELECT MAX(resolve_due_at) FROM need WHERE open
