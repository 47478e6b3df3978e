//! Addresses of a list as it is filtered, sorted and paged: the present one with a parameter changed.

use std::fmt::{self, Write as _};

/// Path and query of a page. Changing it gives a new one; printing it encodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Href {
    path: String,
    pairs: Vec<(String, String)>,
}

impl Href {
    /// Reads `/path?a=1&b=2`, decoding the query.
    pub fn parse(address: &str) -> Href {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let pairs = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                // No text that is meant has a NUL, and PostgreSQL takes none.
                (decode(key), decode(value).replace('\0', ""))
            })
            .collect();
        Href { path: path.to_owned(), pairs }
    }

    /// The path without the query.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// First value of a parameter.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.pairs.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
    }

    /// The value of a choice made with [`crate::components::Field::pick`].
    pub fn chosen(&self, key: &str) -> Option<&str> {
        self.get(key).map(crate::components::chosen)
    }

    /// All parameters in order, for hidden fields of a search form.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// With `key` set to one value, in its old place if it had one.
    pub fn with(&self, key: &str, value: &str) -> Href {
        let mut next = self.clone();
        match next.pairs.iter().position(|(k, _)| k == key) {
            Some(at) => {
                next.pairs[at].1 = value.to_owned();
                let mut index = 0;
                next.pairs.retain(|(k, _)| {
                    index += 1;
                    k != key || index == at + 1
                });
            }
            None => next.pairs.push((key.to_owned(), value.to_owned())),
        }
        next
    }

    /// Without any of `keys`.
    pub fn without(&self, keys: &[&str]) -> Href {
        let mut next = self.clone();
        next.pairs.retain(|(k, _)| !keys.contains(&k.as_str()));
        next
    }

    /// The same list from its beginning with no row open: forgets `after`, `before` and the number in `open`. Where `open`
    /// is `yes` or `no` it is a filter and stays.
    pub fn first_page(&self) -> Href {
        let mut next = self.without(&["after", "before"]);
        next.pairs.retain(|(key, value)| key != "open" || matches!(value.as_str(), "yes" | "no"));
        next
    }

    /// A filter link: sets `key=value`, or removes it when it is already so; forgets the place in the list (`after`, `before`) and the open row (`open`).
    pub fn facet(&self, key: &str, value: &str) -> Href {
        let base = self.first_page();
        if base.get(key) == Some(value) { base.without(&[key]) } else { base.with(key, value) }
    }
}

impl fmt::Display for Href {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        for (index, (key, value)) in self.pairs.iter().enumerate() {
            let sign = if index == 0 { '?' } else { '&' };
            write!(f, "{sign}{}={}", encode(key), encode(value))?;
        }
        Ok(())
    }
}

/// Percent-encodes text for a query value or a path segment.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Reads percent escapes and `+`; a broken escape stays as it is, broken UTF-8 becomes �.
pub fn decode(text: &str) -> String {
    String::from_utf8_lossy(&decode_bytes(text)).into_owned()
}

/// As [`decode`], before it is known whether the bytes are UTF-8.
pub(crate) fn decode_bytes(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok()))
            .flatten();
        match (escaped, bytes[at]) {
            (Some(byte), _) => {
                out.push(byte);
                at += 2;
            }
            (None, b'+') => out.push(b' '),
            (None, byte) => out.push(byte),
        }
        at += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_keep_the_rest() {
        let here = Href::parse("/requests?state=open&q=%E6%B0%B4+%E7%94%B5&after=x%2Fy&open=7");
        assert_eq!(here.get("q"), Some("水 电"));
        assert_eq!(
            here.with("state", "late").to_string(),
            "/requests?state=late&q=%E6%B0%B4%20%E7%94%B5&after=x%2Fy&open=7"
        );
        assert_eq!(here.facet("state", "open").to_string(), "/requests?q=%E6%B0%B4%20%E7%94%B5");
        assert_eq!(here.facet("unit", "a&b").get("unit"), Some("a&b"));
        assert_eq!(Href::parse("/a?open=yes&after=1").first_page().to_string(), "/a?open=yes", "a filter, not a row");
        assert_eq!(Href::parse("/a?x=1&y=2&x=3").with("x", "9").to_string(), "/a?x=9&y=2");
        assert_eq!(Href::parse("/a").to_string(), "/a");
        assert_eq!(decode("100%25%"), "100%%");
    }
}
