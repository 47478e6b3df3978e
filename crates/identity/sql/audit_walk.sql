SELECT a.seq, a.at, a.actor_id, a.actor, a.action, a.resource, a.resource_id, a.detail, a.previous, a.hash,
  (SELECT h.seq FROM audit_head h WHERE h.id = 1), (SELECT h.hash FROM audit_head h WHERE h.id = 1)
FROM audit a ORDER BY a.seq
