### 接口（API）：提交诉求时的错误

error-enterprise-not-registered = 企业库中没有这个统一社会信用代码的企业，或不在令牌的范围内。
error-enterprise-similar = 企业库中有名称相近的企业：{ $which }。是其中一家请改用 credit_code；都不是请加上 "unregistered": true。
error-only-code-or-name = credit_code 与 enterprise_name 只填一个。
error-enterprise-name-no-name = 这不像企业名称；信用代码请填在 credit_code。
error-only-handed-down = 只有上级交办（handed_down 为 true）的诉求才填来源层级。
error-idempotency-key = Idempotency-Key 应为 1 到 100 个可见的 ASCII 字符，例如一个 UUID。
error-idempotency-key-reused = 这个 Idempotency-Key 已用于内容不同的诉求。新诉求请换一个新的值。
