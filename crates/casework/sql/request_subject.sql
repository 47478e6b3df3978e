-- Units that have or had it, and with an empty path the helpers of its enterprise.
SELECT u.id, u.path FROM assignment a JOIN need n ON n.id = a.need_id JOIN unit u ON u.id = a.unit_id
WHERE n.request_id = $1
UNION
SELECT h.person_id, '' FROM helper h WHERE h.enterprise_id = $2 AND h.to_date IS NULL
