UPDATE enterprise SET credit_code = $1, code_check = $2, name = $3, short_name = $4, name_key = $5, pinyin = $6,
  division = $7, township_id = $8, industry = $9, chain = $10, scale = $11, address = $12, contact_name = $13,
  contact_phone = $14, staff = $15, status = $16, updated_at = $17, version = version + 1
WHERE id = $18 AND version = $19
