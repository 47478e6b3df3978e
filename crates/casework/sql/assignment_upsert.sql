INSERT INTO assignment (id, need_id, unit_id, role, round, state, open, assigned_at, signed_at, answered_at, outcome, due_at, soon_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (id) DO UPDATE SET round = excluded.round, state = excluded.state, open = excluded.open,
  assigned_at = excluded.assigned_at, signed_at = excluded.signed_at, answered_at = excluded.answered_at,
  outcome = excluded.outcome, due_at = excluded.due_at, soon_at = excluded.soon_at
