SELECT (SELECT COUNT(*) FROM person WHERE active),
  (SELECT COUNT(*) FROM person WHERE active AND (away_from IS NOT NULL OR away_until IS NOT NULL)
    AND (away_from IS NULL OR away_from <= $1) AND (away_until IS NULL OR away_until >= $1)),
  (SELECT COUNT(*) FROM unit WHERE active),
  (SELECT COUNT(*) FROM api_token WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)),
  (SELECT seq FROM audit_head), (SELECT at FROM audit ORDER BY seq DESC LIMIT 1)
