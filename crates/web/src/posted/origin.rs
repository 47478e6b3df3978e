//! Where a form was sent from, as the browser says it: forms of other sites are refused before they are read.

use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Uri};
use kernel::{Error, Result};

/// What says it: browsers under HTTPS and on the machine itself.
const FETCH_SITE: &str = "sec-fetch-site";
/// The name a proxy was asked by, when it asks us by another. No page of another site can set it.
const FORWARDED_HOST: &str = "x-forwarded-host";

/// Refuses a form that another site made the browser send. Only names are compared: proxies drop ports. What says nothing
/// (old browsers, programs, `Origin: null`) is left to the form token.
///
/// # Errors
/// `form-elsewhere`
pub(super) fn check(headers: &HeaderMap, base_url: &str) -> Result<()> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let ours = match text(FETCH_SITE) {
        Some(site) => matches!(site, "same-origin" | "none"),
        None => match text(ORIGIN.as_str()).and_then(host) {
            Some(from) => {
                let authority = |text: &str| host(&format!("http://{}", text.trim()));
                let asked = [text(HOST.as_str()), text(FORWARDED_HOST)].into_iter().flatten().filter_map(authority);
                asked.chain(host(base_url)).any(|own| own == from)
            }
            None => true,
        },
    };
    if ours { Ok(()) } else { Err(Error::forbidden("form-elsewhere")) }
}

/// `county.example` of `https://County.example:8443/x`.
fn host(address: &str) -> Option<String> {
    let address: Uri = address.parse().ok()?;
    // `null` would read as the name of a host.
    address.scheme().and_then(|_| address.host()).map(str::to_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    #[test]
    fn forms_of_other_sites_are_refused_and_whoever_says_nothing_is_not() {
        let cases: [(&[(&'static str, &'static str)], bool); 12] = [
            (&[], true),
            (&[("origin", "null")], true),
            (&[("sec-fetch-site", "same-origin"), ("origin", "http://a"), ("host", "b")], true),
            (&[("sec-fetch-site", "none")], true),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "cross-site"), ("origin", "http://b:81"), ("host", "b:81")], false),
            (&[("origin", "http://10.0.0.8:8080"), ("host", "10.0.0.8:8080")], true),
            (&[("origin", "http://[fd00::1]:8080"), ("host", "[fd00::1]:8080")], true),
            // Behind proxies: without the port, under another name with and without saying so.
            (&[("origin", "https://Wanqi.intra:8443"), ("host", "wanqi.intra")], true),
            (&[("origin", "https://w.intra"), ("host", "127.0.0.1:8080"), ("x-forwarded-host", "w.intra")], true),
            (&[("origin", "https://county.example"), ("host", "127.0.0.1:8080")], true),
            (&[("origin", "https://evil.example"), ("host", "wanqi.intra")], false),
        ];
        for (pairs, ours) in cases {
            let header = |(name, value): &(&'static str, &'static str)| {
                (HeaderName::from_static(name), HeaderValue::from_static(value))
            };
            let headers: HeaderMap = pairs.iter().map(header).collect();
            assert_eq!(check(&headers, "https://county.example").is_ok(), ours, "{pairs:?}");
        }
    }
}
