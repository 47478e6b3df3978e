-- Keys of neighbouring systems belonged to the name of a token; they belong to the token now. A key moves with it where only
-- one token, also among those that are over, ever bore a name it could be of. Keys of forms are not matched any more.
UPDATE request SET once_key = (
  SELECT 'api:' ||
-- only: sqlite
    lower(hex(t.id))
-- end
-- only: postgres
    replace(CAST(t.id AS TEXT), '-', '')
-- end
    || substr(request.once_key, length(t.name) + 5)
  FROM api_token t WHERE substr(request.once_key, 1, length(t.name) + 5) = 'api:' || t.name || ':')
WHERE once_key LIKE 'api:%' AND (
  SELECT COUNT(*) FROM api_token t
  WHERE substr(request.once_key, 1, length(t.name) + 5) = 'api:' || t.name || ':') = 1;
