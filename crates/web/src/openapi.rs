//! Types that several modules' API has in common: problems, the sets of answers they come in, units, contacts.

use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

/// A department, township, park or industrial chain.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Unit {
    /// Stable.
    pub code: String,
    pub name: String,
    pub name_en: String,
}

/// Whom to ask at the enterprise: in full for tokens with the scope `requests:write` and for people who read with their session as
/// enterprise, helper, desk or handler; masked for all others.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Contact {
    pub name: String,
    pub phone: String,
}

impl Contact {
    /// As those see it who need not call.
    pub fn mask(&mut self) {
        self.name = kernel::mask_name(&self.name);
        self.phone = kernel::mask_phone(&self.phone);
    }
}

/// What went wrong (RFC 9457), as `application/problem+json`.
#[derive(ToSchema)]
#[schema(example = json!({
    "type": "urn:wanqi:problem:invalid-fields", "title": "Unprocessable Entity", "status": 422,
    "detail": "A few things need correcting.", "code": "invalid-fields",
    "errors": [{"field": "limit", "code": "out-of-range", "detail": "A whole number from 1 to 200."}]
}))]
pub struct Problem {
    /// `urn:wanqi:problem:` and the code.
    #[schema(rename = "type")]
    pub kind: String,
    /// The name of the status.
    pub title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What happened and what to do, in the language of `Accept-Language` (zh-CN or en).
    pub detail: String,
    /// Stable, kebab-case; programs decide by it.
    pub code: String,
    /// What is wrong with each field or parameter; only with the code `invalid-fields`.
    #[schema(nullable = false)]
    pub errors: Option<Vec<ProblemField>>,
}

/// What is wrong with one field or parameter.
#[derive(ToSchema)]
pub struct ProblemField {
    /// Name of the field or parameter.
    pub field: String,
    /// Stable, kebab-case.
    pub code: String,
    /// What was expected, in the language of the answer.
    pub detail: String,
}

/// What any endpoint may answer instead.
#[derive(IntoResponses)]
pub enum Refusals {
    /// The token is missing, unknown, expired or revoked.
    #[response(status = 401, content_type = "application/problem+json", headers(("WWW-Authenticate" = String, description = "`Bearer`")))]
    Unauthenticated(Problem),
    /// The token has not the scope that is needed.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(Problem),
    /// A parameter is wrong or unknown; `errors` names each.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(Problem),
    /// The database is not available; try again later.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(Problem),
}

/// What an endpoint for one thing may answer besides.
#[derive(IntoResponses)]
pub enum Missing {
    /// There is no such thing, or the token may not see it.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(Problem),
}
