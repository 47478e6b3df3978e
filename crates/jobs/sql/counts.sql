SELECT state, COUNT(*) FROM job GROUP BY state ORDER BY state
