//! Cookies: the session, the form token of visitors without one, the language, a message for the next page.
//!
//! Under HTTPS every one of them is `Secure` and named `__Host-…`: browsers take such a cookie only from this very host
//! over HTTPS and for the whole of it, so that a neighbour on a sibling address cannot plant one.

use axum::http::HeaderMap;
use axum::http::header::{COOKIE, HeaderValue};

/// The session token.
pub const SESSION: &str = "wanqi";
/// The form token of a visitor who is not signed in.
pub const FORM: &str = "wanqi-form";
/// A message key shown once on the next page.
pub const FLASH: &str = "wanqi-flash";

/// What names of cookies begin with under HTTPS.
const HOST_ONLY: &str = "__Host-";

/// The value of a cookie, if the request carries it. `secure` as it was set.
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str, secure: bool) -> Option<&'h str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| (if secure { key.strip_prefix(HOST_ONLY) } else { Some(*key) }) == Some(name))
        .map(|(_, value)| value)
}

/// A `Set-Cookie` value. `max_age` in seconds; 0 removes the cookie. `secure` is true behind HTTPS.
pub fn set_cookie(name: &str, value: &str, max_age: u32, secure: bool) -> Option<HeaderValue> {
    let (prefix, flag) = if secure { (HOST_ONLY, "; Secure") } else { ("", "") };
    let text = format!("{prefix}{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age}{flag}");
    HeaderValue::from_str(&text).ok()
}

/// Whether a response sets the cookie `name`.
pub(crate) fn sets(value: &HeaderValue, name: &str) -> bool {
    let text = value.to_str().unwrap_or_default();
    text.strip_prefix(HOST_ONLY).unwrap_or(text).split_once('=').is_some_and(|(key, _)| key == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_and_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_static("wanqi-form=a; wanqi=b; x=c"));
        assert_eq!(cookie(&headers, SESSION, false), Some("b"));
        assert_eq!(cookie(&headers, FORM, false), Some("a"));
        assert_eq!(cookie(&headers, FLASH, false), None);
        assert_eq!(cookie(&headers, SESSION, true), None, "planted from a sibling address");
        headers.insert(COOKIE, HeaderValue::from_static("wanqi=planted; __Host-wanqi=ours"));
        assert_eq!(cookie(&headers, SESSION, true), Some("ours"));
    }

    #[test]
    fn under_https_cookies_belong_to_this_host_only() {
        let set = |secure| set_cookie(FLASH, "x", 60, secure).unwrap();
        assert_eq!(set(true), "__Host-wanqi-flash=x; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure");
        assert_eq!(set(false), "wanqi-flash=x; Path=/; HttpOnly; SameSite=Lax; Max-Age=60");
        assert!(sets(&set(true), FLASH) && sets(&set(false), FLASH) && !sets(&set(true), SESSION));
    }
}
