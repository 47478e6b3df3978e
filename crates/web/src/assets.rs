//! Style sheet, script and icon, compiled into the program, named after their content and served for ever.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get as on_get;

/// One embedded file in both encodings.
#[derive(Debug)]
pub struct Asset {
    /// Name without the hash, as `url` takes it: `app.css`.
    pub name: &'static str,
    /// Address under which it is served: `/assets/app-1a2b3c4d5e6f.css`.
    pub path: &'static str,
    pub content_type: &'static str,
    pub identity: &'static [u8],
    pub brotli: &'static [u8],
}

mod generated {
    use super::Asset;
    include!(concat!(env!("OUT_DIR"), "/assets.rs"));
}

/// The asset served at `path` (`/assets/app-….css`), if it is one of ours and of this build.
pub fn get(path: &str) -> Option<&'static Asset> {
    generated::ASSETS.iter().find(|asset| asset.path == path)
}

/// Address of `app.css`, `app.js` or `icon.svg` in this build; an unknown name gives an empty string.
pub fn url(name: &str) -> &'static str {
    generated::ASSETS.iter().find(|asset| asset.name == name).map_or("", |asset| asset.path)
}

/// Routes that serve the assets; needs no state and no session.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{file}", on_get(serve))
}

async fn serve(Path(file): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = get(&format!("/assets/{file}")) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let brotli = accepts_brotli(&headers);
    let mut response = if brotli { asset.brotli } else { asset.identity }.into_response();
    let out = response.headers_mut();
    let set = header::HeaderValue::from_static;
    out.insert(header::CONTENT_TYPE, set(asset.content_type));
    out.insert(header::CACHE_CONTROL, set("public, max-age=31536000, immutable"));
    out.insert(header::VARY, set("accept-encoding"));
    out.insert(header::X_CONTENT_TYPE_OPTIONS, set("nosniff"));
    if brotli {
        out.insert(header::CONTENT_ENCODING, set("br"));
    }
    response
}

/// True when the client names `br` and does not refuse it with `q=0`.
fn accepts_brotli(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|part| {
            let mut bits = part.split(';').map(str::trim);
            bits.next() == Some("br") && !bits.any(|q| matches!(q, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn served_by_hash_in_the_encoding_asked_for() {
        let file = url("app.css").trim_start_matches("/assets/").to_owned();
        let plain = serve(Path(file.clone()), HeaderMap::new()).await;
        assert!(plain.headers().get(header::CONTENT_ENCODING).is_none());
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, header::HeaderValue::from_static("gzip, br;q=0.9"));
        let packed = serve(Path(file), headers).await;
        assert_eq!(packed.headers()[header::CONTENT_ENCODING], "br");
        assert_eq!(packed.headers()[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
        assert_eq!(serve(Path("app-000000000000.css".into()), HeaderMap::new()).await.status(), StatusCode::NOT_FOUND);
        let script = get(url("app.js")).unwrap();
        let text = std::str::from_utf8(script.identity).unwrap();
        for part in ["defineExtension(\"morph\"", "data-confirm", "data-draft"] {
            assert!(text.contains(part), "{part} is missing from app.js");
        }
        assert!(script.brotli.len() * 3 < script.identity.len());
    }

    #[test]
    fn refused_brotli_is_not_sent() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, header::HeaderValue::from_static("gzip, br;q=0"));
        assert!(!accepts_brotli(&headers));
    }
}
