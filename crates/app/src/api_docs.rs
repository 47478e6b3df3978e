//! The description of the API: one OpenAPI document from the code of all modules, as a file and as a readable page.

use std::sync::LazyLock;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use web::{AppState, PageResult, Visitor};

/// Where all endpoints lie.
const BASE: &str = "/api/v1";

static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    let modules = [registry::api::Description::openapi(), casework::api::Description::openapi()];
    let whole = modules.into_iter().fold(Base::openapi(), Document::merge_from);
    // What utoipa builds can always be written; a test reads it back.
    let mut text = whole.to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
});

/// What the modules' descriptions are put into.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Wanqi API",
        version = "1",
        description = "For systems beside Wanqi. Instants are RFC 3339 in UTC, days are days in Asia/Shanghai. Unknown parameters and fields are refused, \
            so that a slip of the pen is not taken for an answer. Fields may be added to answers; none is taken away or changes its meaning within v1.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    servers((url = "/api/v1")),
    modifiers(&Bearer)
)]
struct Base;

/// How callers prove who they are.
struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut Document) {
        let token = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A token issued by an administrator: it has scopes, ends on a day, and can be revoked. Signed-in people may read with their session."))
            .build();
        document.components.get_or_insert_default().add_security_scheme("token", SecurityScheme::Http(token));
    }
}

/// The whole document as indented JSON, with a line end: the same text on every machine.
pub fn document() -> String {
    DOCUMENT.clone()
}

/// `GET /api/v1/openapi.json` and `GET /api`; both are public, as the program itself is.
pub fn routes() -> Router<AppState> {
    Router::new().route("/api", get(page)).route("/api/v1/openapi.json", get(file))
}

async fn file() -> Response {
    ([(CONTENT_TYPE, "application/json")], DOCUMENT.as_str()).into_response()
}

async fn page(visitor: Visitor) -> PageResult {
    let document = serde_json::from_str(&DOCUMENT).map_err(kernel::Error::internal)?;
    web::openapi_page::page(visitor.shell(), &document, &format!("{}{BASE}", visitor.state.config.base_url))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    /// Every `$ref` of the document.
    fn references<'d>(value: &'d Value, found: &mut Vec<&'d str>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str));
                fields.values().for_each(|v| references(v, found));
            }
            Value::Array(items) => items.iter().for_each(|v| references(v, found)),
            _ => {}
        }
    }

    #[test]
    fn the_committed_file_is_what_the_code_says() {
        let committed = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
        if std::env::var_os("UPDATE_CASES").is_some() {
            std::fs::write(committed, document()).unwrap();
        }
        let committed = std::fs::read_to_string(committed).unwrap_or_default();
        assert!(committed == document(), "docs/openapi.json is out of date; write it anew with `cargo xtask openapi`");
    }

    #[test]
    fn the_document_is_whole_and_described_throughout() {
        let document: Value = serde_json::from_str(&document()).unwrap();
        assert_eq!(document["openapi"], "3.1.0");
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(found.len() > 20);
        for reference in found {
            let place = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(place).is_some(), "{reference} leads nowhere");
        }
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, told) in item.as_object().unwrap() {
                let scope = &told["security"][0]["token"][0];
                assert!(identity::SCOPES.contains(&scope.as_str().unwrap_or("")), "{method} {path}: scope {scope}");
                assert!(told["summary"].is_string() && told["operationId"].is_string(), "{method} {path}");
                for parameter in told["parameters"].as_array().into_iter().flatten() {
                    assert!(parameter["description"].is_string(), "{method} {path}: {parameter}");
                }
            }
        }
    }
}
