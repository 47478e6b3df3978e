SELECT n.serial, n.number, n.title, r.body, e.name, e.short_name, e.credit_code
FROM need n JOIN request r ON r.id = n.request_id JOIN enterprise e ON e.id = n.enterprise_id
WHERE n.serial > $1 ORDER BY n.serial LIMIT $2
