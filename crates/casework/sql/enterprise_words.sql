SELECT name, short_name, credit_code FROM enterprise WHERE id = $1
