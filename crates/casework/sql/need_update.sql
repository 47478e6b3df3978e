UPDATE need SET number = $1, title = $2, source = $3, handed_down = $4, category = $5, grade = $6, level = $7, state = $8,
  open = $9, act_next = $10, act_unit_id = $11, lead_unit_id = $12, clock = $13, due_at = $14, accept_due_at = $15,
  accept_on_time = $16, resolve_due_at = $17, resolve_on_time = $18, submitted_at = $19, accepted_at = $20,
  assigned_at = $21, answered_at = $22, closed_at = $23, outcome = $24, result = $25, round = $26, reopened = $27,
  hops = $28, paused = $29, provisional = $30, used_days = $31, contact_due_at = $32,
  contact_on_time = $33, judged_at = $34, satisfied = $35, refusals = $36, extension_asked = $37, review_at = $38, updated_at = $39
WHERE request_id = $40 AND idx = $41
