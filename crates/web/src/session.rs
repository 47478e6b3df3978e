//! Cookies: the session, the form token of visitors without one, the language, a message for the next page.

use axum::http::HeaderMap;
use axum::http::header::{COOKIE, HeaderValue};

/// The session token.
pub const SESSION: &str = "wanqi";
/// The form token of a visitor who is not signed in.
pub const FORM: &str = "wanqi-form";
/// A message key shown once on the next page.
pub const FLASH: &str = "wanqi-flash";

/// The value of a cookie, if the request carries it.
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// A `Set-Cookie` value. `max_age` in seconds; 0 removes the cookie.
pub fn set_cookie(name: &str, value: &str, max_age: u32, secure: bool) -> Option<HeaderValue> {
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age}{secure}");
    HeaderValue::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_and_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_static("wanqi-form=a; wanqi=b; x=c"));
        assert_eq!(cookie(&headers, SESSION), Some("b"));
        assert_eq!(cookie(&headers, FORM), Some("a"));
        assert_eq!(cookie(&headers, FLASH), None);
    }
}
