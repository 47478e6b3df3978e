INSERT INTO need (number, title, source, handed_down, category, grade, level, state, open, act_next, act_unit_id,
  lead_unit_id, clock, due_at, soon_at, co_due_at, accept_due_at, accept_on_time, resolve_due_at, resolve_on_time,
  submitted_at, accepted_at, assigned_at, answered_at, closed_at, outcome, result, round, reopened, hops, paused,
  provisional, used_days, contact_due_at, contact_on_time, judged_at, satisfied, refusals, extension_asked, review_at,
  updated_at, request_id, idx, id, serial, enterprise_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
  $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46)
