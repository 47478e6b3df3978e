//! One HTTP/1.1 exchange over a fresh connection, with nothing but std: the ground under the test client and WebDriver.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream, ToSocketAddrs};
use std::time::Duration;

/// Errors of the harness are sentences for the person reading a failed test.
pub type Res<T> = Result<T, String>;

/// What came back: status, headers in order (names in lower case), and the body with chunks joined.
#[derive(Debug, Clone)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Response {
    /// The first header of this name (any case).
    pub fn header(&self, name: &str) -> Option<&str> {
        let name = name.to_ascii_lowercase();
        self.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
    }

    /// The body as text; bytes that are no UTF-8 become U+FFFD.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Splits `http://host:port/path?query` into `host:port` and `/path?query`.
///
/// # Errors
/// The address does not start with `http://`: the harness talks to this machine only and needs no TLS.
pub fn split_url(url: &str) -> Res<(String, String)> {
    let rest = url.strip_prefix("http://").ok_or_else(|| format!("{url}: the harness speaks http:// only"))?;
    let cut = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(cut);
    let path = path.split('#').next().unwrap_or("");
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    Ok((host.to_owned(), path))
}

/// Sends one request on its own connection and reads the whole answer.
///
/// `Host`, `Connection: close` and `Content-Length` are added here. A server may answer and close before it has read
/// everything (413 to a huge upload): the answer counts then, not the broken pipe.
///
/// # Errors
/// No connection, no answer within `patience`, or an answer that is not HTTP.
pub fn exchange(
    method: &str,
    url: &str,
    headers: &[(String, String)],
    body: &[u8],
    patience: Duration,
) -> Res<Response> {
    let (host, path) = split_url(url)?;
    let say = |what: &str, error: std::io::Error| format!("{method} {url}: {what}: {error}");
    let address = host
        .to_socket_addrs()
        .map_err(|e| say("no such host", e))?
        .next()
        .ok_or_else(|| format!("{host}: no address"))?;
    let mut stream = TcpStream::connect_timeout(&address, patience).map_err(|e| say("cannot connect", e))?;
    stream.set_read_timeout(Some(patience)).map_err(|e| say("socket", e))?;
    stream.set_write_timeout(Some(patience)).map_err(|e| say("socket", e))?;
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() || matches!(method, "POST" | "PUT" | "PATCH") {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(body);
    let sent = stream.write_all(&bytes);
    let mut answer = Vec::new();
    let mut piece = [0_u8; 16 * 1024];
    let mut complete = false;
    let read = loop {
        match stream.read(&mut piece) {
            Ok(0) => break Ok(()),
            Ok(n) => answer.extend_from_slice(&piece[..n]),
            Err(error) => break Err(error),
        }
        if is_complete(method, &answer) {
            complete = true;
            break Ok(());
        }
    };
    if answer.is_empty() {
        sent.map_err(|e| say("cannot send", e))?;
    }
    if !complete && let Err(error) = read {
        return Err(say("no complete answer", error));
    }
    parse(method, &answer).map_err(|e| format!("{method} {url}: {e}"))
}

/// Whether the answer is there in full, so that a server that keeps the connection open costs no wait.
fn is_complete(method: &str, answer: &[u8]) -> bool {
    let Some(end) = head_end(answer) else { return false };
    let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
    if method == "HEAD" {
        return true;
    }
    if head.contains("\r\ntransfer-encoding: chunked") {
        return answer.ends_with(b"0\r\n\r\n") && unchunk(&answer[end + 4..]).is_some();
    }
    head.lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .and_then(|n| n.trim().parse::<usize>().ok())
        .is_some_and(|n| answer.len() >= end + 4 + n)
}

fn head_end(answer: &[u8]) -> Option<usize> {
    answer.windows(4).position(|w| w == b"\r\n\r\n")
}

fn parse(method: &str, answer: &[u8]) -> Res<Response> {
    let end = head_end(answer).ok_or_else(|| {
        format!("the answer is no HTTP: {:?}", String::from_utf8_lossy(&answer[..answer.len().min(200)]))
    })?;
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines
        .next()
        .and_then(|line| line.split_whitespace().nth(1))
        .and_then(|code| code.parse().ok())
        .ok_or_else(|| format!("no status line in {head:?}"))?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let raw = &answer[end + 4..];
    let chunked = headers.iter().any(|(n, v)| n == "transfer-encoding" && v.eq_ignore_ascii_case("chunked"));
    let body = if method == "HEAD" {
        Vec::new()
    } else if chunked {
        unchunk(raw).ok_or("the answer broke off inside its body")?
    } else {
        let wanted = headers.iter().find(|(n, _)| n == "content-length").and_then(|(_, v)| v.parse::<usize>().ok());
        match wanted {
            Some(n) if raw.len() < n => return Err(format!("the answer broke off after {} of {n} bytes", raw.len())),
            Some(n) => raw[..n].to_vec(),
            None => raw.to_vec(),
        }
    };
    Ok(Response { status, headers, body })
}

/// Joins a chunked body; `None` while its last chunk is missing.
fn unchunk(mut raw: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line_end = raw.windows(2).position(|w| w == b"\r\n")?;
        let size = std::str::from_utf8(&raw[..line_end]).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        raw = &raw[line_end + 2..];
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(raw.get(..size)?);
        raw = raw.get(size + 2..)?;
    }
}

/// A TCP port of this machine that was free a moment ago.
///
/// # Errors
/// The system has none to give.
pub fn free_port() -> Res<u16> {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|e| format!("no free port on 127.0.0.1: {e}"))
}

/// Percent-encodes a form value or query part: every byte but the unreserved ones.
pub fn percent_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(byte as char),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// `name=value&…` in the order given.
pub fn form_encode(fields: &[(&str, &str)]) -> String {
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", percent_encode(name), percent_encode(value))).collect();
    pairs.join("&")
}
