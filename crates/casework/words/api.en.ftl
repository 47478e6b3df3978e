### The API: errors of raising a request

error-enterprise-not-registered = The register has no enterprise with this credit code, or the token does not reach it.
error-enterprise-similar = The register has enterprises with similar names: { $which }. If it is one of them, send its credit_code; if not, add "unregistered": true.
error-only-code-or-name = Send either credit_code or enterprise_name.
error-enterprise-name-no-name = This does not look like a name; a credit code belongs into credit_code.
error-only-handed-down = The level of origin belongs to requests that were handed down (handed_down is true).
error-idempotency-key = An Idempotency-Key has 1 to 100 visible ASCII characters, for instance a UUID.
error-idempotency-key-reused = This Idempotency-Key was used for a request with other content. Use a new one for a new request.
