-- Which entry of the audit was the newest in which a module changed: `casework=812 registry=640`. Caches are keyed by it.
ALTER TABLE audit_head ADD COLUMN changes TEXT NOT NULL DEFAULT '';
