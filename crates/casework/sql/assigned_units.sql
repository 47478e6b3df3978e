SELECT DISTINCT u.id, u.path FROM assignment a JOIN need n ON n.id = a.need_id JOIN unit u ON u.id = a.unit_id
WHERE n.request_id = $1
