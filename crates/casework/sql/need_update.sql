UPDATE need SET number = $1, title = $2, source = $3, handed_down = $4, category = $5, grade = $6, level = $7,
  state = $8, open = $9, act_next = $10, act_unit_id = $11, lead_unit_id = $12, clock = $13, due_at = $14,
  soon_at = $15, co_due_at = $16, accept_due_at = $17, accept_on_time = $18, resolve_due_at = $19,
  resolve_on_time = $20, submitted_at = $21, accepted_at = $22, assigned_at = $23, answered_at = $24, closed_at = $25,
  outcome = $26, result = $27, round = $28, reopened = $29, hops = $30, paused = $31, provisional = $32,
  used_days = $33, contact_due_at = $34, contact_on_time = $35, judged_at = $36, satisfied = $37, refusals = $38,
  extension_asked = $39, review_at = $40, updated_at = $41
WHERE request_id = $42 AND idx = $43
