//! A browser without a screen: keeps cookies, posts forms with their hidden fields, follows redirects when told.
//!
//! It blocks; call it from a test whose runtime has worker threads (`both_engines!` gives one).

use std::collections::BTreeMap;
use std::time::Duration;

use super::html;
use super::http::{self, Res, Response, form_encode};

/// How often a chain of redirects may go on before it is called a loop.
const MOST_REDIRECTS: usize = 10;

/// One person at one server.
#[derive(Debug, Clone)]
pub struct Client {
    base: String,
    /// Value, and the seconds it still has; none lives as long as the browser.
    cookies: BTreeMap<String, (String, Option<i64>)>,
    headers: Vec<(String, String)>,
    follow: bool,
}

/// What a field of a multipart form carries.
#[derive(Debug, Clone, Copy)]
pub enum Part<'a> {
    Text(&'a str),
    File { name: &'a str, media_type: &'a str, bytes: &'a [u8] },
}

impl Client {
    /// A new person with no cookies, following redirects, reading Chinese.
    pub fn new(base: &str) -> Self {
        Self {
            base: base.trim_end_matches('/').to_owned(),
            cookies: BTreeMap::new(),
            headers: vec![("Accept-Language".to_owned(), "zh-CN".to_owned())],
            follow: true,
        }
    }

    /// The same, but redirects are returned as they come.
    #[must_use]
    pub fn not_following(mut self) -> Self {
        self.follow = false;
        self
    }

    /// The same with one more header on every request, replacing one of that name.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(old, _)| !old.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The value of a cookie held now.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(|(value, _)| value.as_str())
    }

    /// Lets time pass in the jar: cookies whose age is over are gone.
    pub fn wait(&mut self, seconds: i64) {
        for (_, left) in self.cookies.values_mut() {
            *left = left.map(|left| left - seconds);
        }
        self.cookies.retain(|_, (_, left)| left.is_none_or(|left| left > 0));
    }

    /// Sets or, with an empty value, forgets a cookie.
    pub fn set_cookie(&mut self, name: &str, value: &str) {
        if value.is_empty() {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), (value.to_owned(), None));
        }
    }

    /// # Errors
    /// The server does not answer.
    pub fn get(&mut self, path: &str) -> Res<Response> {
        self.send("GET", path, None, &[])
    }

    /// Posts a form exactly as given: no hidden field is added.
    ///
    /// # Errors
    /// The server does not answer.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Res<Response> {
        self.send("POST", path, Some("application/x-www-form-urlencoded"), form_encode(fields).as_bytes())
    }

    /// Sends JSON and returns what comes, whatever its status.
    ///
    /// # Errors
    /// The server does not answer.
    pub fn json(&mut self, method: &str, path: &str, body: &serde_json::Value) -> Res<Response> {
        self.send(method, path, Some("application/json"), body.to_string().as_bytes())
    }

    /// Posts a multipart form exactly as given.
    ///
    /// # Errors
    /// The server does not answer.
    pub fn post_multipart(&mut self, path: &str, parts: &[(&str, Part)]) -> Res<Response> {
        let edge = "----wanqi-test-5f0c1c7e9b";
        let mut body = Vec::new();
        for (field, part) in parts {
            body.extend_from_slice(format!("--{edge}\r\nContent-Disposition: form-data; name=\"{field}\"").as_bytes());
            match part {
                Part::Text(text) => {
                    body.extend_from_slice(b"\r\n\r\n");
                    body.extend_from_slice(text.as_bytes());
                }
                Part::File { name, media_type, bytes } => {
                    let head = format!("; filename=\"{name}\"\r\nContent-Type: {media_type}\r\n\r\n");
                    body.extend_from_slice(head.as_bytes());
                    body.extend_from_slice(bytes);
                }
            }
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{edge}--\r\n").as_bytes());
        self.send("POST", path, Some(&format!("multipart/form-data; boundary={edge}")), &body)
    }

    /// Opens `page`, takes the form whose action (path) is `action`, puts `fields` over what it holds (hidden csrf and
    /// once fields, defaults) and sends it as its `method` and `enctype` say.
    ///
    /// # Errors
    /// The page has no such form, or the server does not answer.
    pub fn submit(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Res<Response> {
        let opened = self.get(page)?;
        let forms = html::forms(&opened.text());
        let form = forms.iter().find(|f| f.action.split('?').next() == Some(action)).ok_or_else(|| {
            let there: Vec<&str> = forms.iter().map(|f| f.action.as_str()).collect();
            format!("{page} ({}): no form with action {action}; there are {there:?}", opened.status)
        })?;
        let mut all: Vec<(&str, &str)> = Vec::new();
        for (name, value) in &form.fields {
            if !fields.iter().any(|(given, _)| given == name) {
                all.push((name, value));
            }
        }
        all.extend_from_slice(fields);
        if form.method == "get" {
            return self.get(&format!("{action}?{}", form_encode(&all)));
        }
        if form.enctype == "multipart/form-data" {
            let parts: Vec<(&str, Part)> = all.iter().map(|&(name, value)| (name, Part::Text(value))).collect();
            return self.post_multipart(&form.action, &parts);
        }
        self.post(&form.action, &all)
    }

    /// One request with any method, media type and body; cookies go along and come back.
    ///
    /// # Errors
    /// The server does not answer, or redirects in a circle.
    pub fn send(&mut self, method: &str, path: &str, media_type: Option<&str>, body: &[u8]) -> Res<Response> {
        let mut answer = self.once(method, path, media_type, body)?;
        if !self.follow {
            return Ok(answer);
        }
        let mut at = self.absolute(path);
        for _ in 0..MOST_REDIRECTS {
            let Some(target) = answer.header("location").filter(|_| matches!(answer.status, 301..=303 | 307 | 308))
            else {
                return Ok(answer);
            };
            at = join(&at, target)?;
            answer = if matches!(answer.status, 307 | 308) {
                self.once(method, &at, media_type, body)?
            } else {
                self.once("GET", &at, None, &[])?
            };
        }
        Err(format!("{method} {path}: redirected more than {MOST_REDIRECTS} times, last to {at}"))
    }

    fn absolute(&self, path: &str) -> String {
        if path.starts_with("http://") { path.to_owned() } else { format!("{}{path}", self.base) }
    }

    fn once(&mut self, method: &str, path: &str, media_type: Option<&str>, body: &[u8]) -> Res<Response> {
        let mut headers = self.headers.clone();
        if !self.cookies.is_empty() {
            let pairs: Vec<String> = self.cookies.iter().map(|(name, (value, _))| format!("{name}={value}")).collect();
            headers.push(("Cookie".to_owned(), pairs.join("; ")));
        }
        if let Some(media_type) = media_type {
            headers.push(("Content-Type".to_owned(), media_type.to_owned()));
        }
        let answer = http::exchange(method, &self.absolute(path), &headers, body, Duration::from_secs(60))?;
        for (_, line) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let mut pieces = line.split(';').map(str::trim);
            let Some((name, value)) = pieces.next().and_then(|pair| pair.split_once('=')) else { continue };
            let age = pieces.find_map(|piece| piece.strip_prefix("Max-Age=")?.parse::<i64>().ok());
            self.set_cookie(name, if age == Some(0) { "" } else { value });
            if let Some((_, left)) = self.cookies.get_mut(name) {
                *left = age;
            }
        }
        Ok(answer)
    }
}

/// The address a `Location` means, seen from the address that sent it.
fn join(from: &str, target: &str) -> Res<String> {
    if target.starts_with("http://") {
        return Ok(target.to_owned());
    }
    let (host, path) = http::split_url(from)?;
    if target.starts_with('/') {
        return Ok(format!("http://{host}{target}"));
    }
    let folder = path.split('?').next().unwrap_or("/").rsplit_once('/').map_or("", |(folder, _)| folder);
    Ok(format!("http://{host}{folder}/{target}"))
}
