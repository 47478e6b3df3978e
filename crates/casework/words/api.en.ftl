### The API: errors of raising a request

error-enterprise-not-registered = The register has no enterprise with this credit code, or the token does not reach it.
error-only-handed-down = The level of origin belongs to requests that were handed down (handed_down is true).
error-idempotency-key = An Idempotency-Key has 1 to 100 visible ASCII characters, for instance a UUID.
error-idempotency-key-reused = This Idempotency-Key was used for a request with other content. Use a new one for a new request.
