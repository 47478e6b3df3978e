//! Where a request comes from: the peer of the connection, or whom a trusted proxy names.

use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::connect_info::ConnectInfo;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::HOST;
use axum::middleware::Next;
use axum::response::Response;
use web::PeerAddress;

use crate::config::Config;
use crate::notice;
use crate::seats::household;

/// The other end of a connection, as [`crate::server`] hands it to requests.
#[derive(Clone, Copy, Debug)]
pub struct Remote(pub SocketAddr);

/// Whether a request was made on this machine and certainly not passed on by a proxy.
#[derive(Clone, Copy, Debug)]
pub struct FromHere(pub bool);

const FORWARDED: &str = "x-forwarded-for";
/// What proxies add to what they pass on.
const PASSED_ON: [&str; 7] =
    [FORWARDED, "forwarded", "x-real-ip", "via", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port"];

/// So many clients named by one peer make it a proxy.
const CLIENTS: usize = 3;
/// So many peers are watched; an address has at most so many characters.
const PEERS: usize = 256;
const ADDRESS: usize = 64;

/// What is known of proxies before the server.
pub struct Proxies {
    /// Whose `X-Forwarded-For` is believed; canonical.
    pub trusted: Arc<[IpAddr]>,
    /// Requests of this machine may have been passed on: the configuration says so, or one was seen.
    suspected: AtomicBool,
    /// An untrusted one was seen and told.
    told: AtomicBool,
    /// For whom unknown peers say they pass requests on. One name may be forged by anybody; a proxy names many.
    named: Mutex<HashMap<IpAddr, HashSet<String>>>,
    data_dir: PathBuf,
}

impl Proxies {
    /// What the configuration says; what it answers to is forgotten.
    pub fn new(config: &Config) -> Proxies {
        let trusted: Arc<[IpAddr]> = config.trusted_proxies.iter().map(IpAddr::to_canonical).collect();
        if !trusted.is_empty() {
            notice::clear(&config.data_dir, notice::PROXY);
        }
        let suspected = AtomicBool::new(!trusted.is_empty() || !is_local(&config.base_url));
        Proxies {
            trusted,
            suspected,
            told: AtomicBool::new(false),
            named: Mutex::default(),
            data_dir: config.data_dir.clone(),
        }
    }

    /// Tells once that `peer` passes requests on without being trusted: it is near, and has named several clients. A stranger
    /// who writes such a header himself is none.
    fn untrusted(&self, peer: IpAddr, client: &str) {
        if peer.is_loopback() {
            self.suspected.store(true, Ordering::Relaxed);
        }
        if !near(peer) || self.told.load(Ordering::Relaxed) {
            return;
        }
        let mut named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        if named.len() < PEERS || named.contains_key(&peer) {
            named.entry(peer).or_default().insert(client.chars().take(ADDRESS).collect());
        }
        let many = named.get(&peer).is_some_and(|clients| clients.len() >= CLIENTS);
        drop(named);
        if !many || self.told.swap(true, Ordering::Relaxed) {
            return;
        }
        tracing::warn!(
            %peer,
            "requests are passed on by a proxy that is not among trusted_proxies: all visitors count as one address, \
             and limits per address strike everybody. Put its address there"
        );
        let data_dir = self.data_dir.clone();
        tokio::task::spawn_blocking(move || notice::write(&data_dir, notice::PROXY, &peer.to_string()));
    }

    fn is_from_here(&self, peer: IpAddr, headers: &HeaderMap) -> bool {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        peer.is_loopback()
            && !self.suspected.load(Ordering::Relaxed)
            && !PASSED_ON.iter().any(|name| headers.contains_key(*name))
            && host.is_some_and(is_local)
    }
}

/// Layer that puts [`PeerAddress`] and [`FromHere`] into every request.
pub async fn note(State(proxies): State<Arc<Proxies>>, mut request: Request, next: Next) -> Response {
    let extensions = request.extensions();
    let remote = extensions.get::<ConnectInfo<Remote>>().map(|info| info.0.0);
    // Tests serve with axum's own listener.
    let remote = remote.or_else(|| extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0));
    if let Some(remote) = remote {
        let peer = remote.ip().to_canonical();
        let headers = request.headers();
        if let Some(named) = headers.get(FORWARDED)
            && !proxies.trusted.contains(&peer)
        {
            proxies.untrusted(peer, named.to_str().unwrap_or_default());
        }
        let here = proxies.is_from_here(peer, headers);
        let client = client(peer, headers, &proxies.trusted);
        request.extensions_mut().insert(PeerAddress(household(client).to_string()));
        request.extensions_mut().insert(FromHere(here));
    }
    next.run(request).await
}

/// The last address in `X-Forwarded-For` that is not a trusted proxy itself; whoever is not trusted speaks for itself only.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let mut client = peer;
    let named = headers.get_all(FORWARDED).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(','));
    for text in named.collect::<Vec<_>>().into_iter().rev() {
        if !trusted.contains(&client) {
            break;
        }
        match text.trim().parse::<IpAddr>() {
            Ok(before) => client = before.to_canonical(),
            Err(_) => break,
        }
    }
    client
}

/// Addresses where proxies of one's own stand: this machine, the networks of an organisation.
fn near(peer: IpAddr) -> bool {
    match peer {
        IpAddr::V4(own) => own.is_loopback() || own.is_private(),
        IpAddr::V6(own) => own.is_loopback() || own.is_unique_local() || own.is_unicast_link_local(),
    }
}

/// Whether an address of a page or a `Host` header names this machine, or no machine in particular; HTTPS is never ours.
fn is_local(address: &str) -> bool {
    let host = address.strip_prefix("http://").unwrap_or(address);
    let host = match host.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or(""),
        None => host.split([':', '/']).next().unwrap_or(""),
    };
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback() || ip.is_unspecified())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let trusted: Vec<IpAddr> = vec!["10.0.0.2".parse().unwrap(), "10.0.0.3".parse().unwrap()];
        for (peer, header, expected) in [
            ("192.168.1.9", "1.2.3.4", "192.168.1.9"),
            ("10.0.0.2", "1.2.3.4", "1.2.3.4"),
            ("10.0.0.2", "6.6.6.6, 1.2.3.4, 10.0.0.3", "1.2.3.4"),
            ("10.0.0.2", "6.6.6.6, unknown", "10.0.0.2"),
            ("10.0.0.2", "", "10.0.0.2"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(FORWARDED, HeaderValue::from_str(header).unwrap());
            assert_eq!(client(peer.parse().unwrap(), &headers, &trusted).to_string(), expected, "{peer} {header}");
        }
    }

    #[test]
    fn a_request_is_from_here_only_where_no_proxy_can_have_passed_it_on() {
        let config = |text: &str| Config::read(text, std::path::Path::new("/nowhere"), |_| None).unwrap();
        for (text, peer, sent, here) in [
            ("", "127.0.0.1", vec![("host", "127.0.0.1:8080")], true),
            ("", "::1", vec![("host", "[::1]:8080")], true),
            ("listen = \"0.0.0.0:80\"", "127.0.0.1", vec![("host", "localhost")], true),
            ("", "10.0.0.9", vec![("host", "127.0.0.1:8080")], false),
            ("", "127.0.0.1", vec![], false),
            ("", "127.0.0.1", vec![("host", "wanqi.example.gov.cn")], false),
            ("", "127.0.0.1", vec![("host", "localhost"), ("x-forwarded-for", "1.2.3.4")], false),
            ("", "127.0.0.1", vec![("host", "localhost"), ("x-real-ip", "1.2.3.4")], false),
            ("", "127.0.0.1", vec![("host", "localhost"), ("via", "1.1 proxy")], false),
            ("base_url = \"https://127.0.0.1\"", "127.0.0.1", vec![("host", "localhost")], false),
            ("base_url = \"http://wanqi.cn\"", "127.0.0.1", vec![("host", "localhost")], false),
            ("trusted_proxies = [\"127.0.0.1\"]", "127.0.0.1", vec![("host", "localhost")], false),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in &sent {
                headers.insert(*name, HeaderValue::from_str(value).unwrap());
            }
            let proxies = Proxies::new(&config(text));
            assert_eq!(proxies.is_from_here(peer.parse().unwrap(), &headers), here, "{text} {peer} {sent:?}");
        }
    }

    #[tokio::test]
    async fn a_proxy_that_is_not_trusted_is_noted_once_and_strangers_are_not_taken_for_one() {
        let dir = std::env::temp_dir().join(format!("wanqi-peer-{}", std::process::id()));
        let proxies = Proxies::new(&Config::read("data_dir = \".\"", &dir, |_| None).unwrap());
        let seen = |peer: &str, client: &str| proxies.untrusted(peer.parse().unwrap(), client);
        for client in ["1.2.3.4", "1.2.3.5", "1.2.3.6", "1.2.3.7"] {
            seen("203.0.113.7", client);
            seen("10.0.0.9", "1.2.3.4");
        }
        assert!(!proxies.told.load(Ordering::Relaxed), "one forged header is no proxy");
        assert!(!proxies.suspected.load(Ordering::Relaxed));
        for client in ["1.2.3.4", "1.2.3.5", "1.2.3.6"] {
            seen("10.0.0.2", client);
            seen("10.0.0.3", client);
        }
        let mut found = None;
        for _ in 0..200 {
            found = notice::read(&dir, notice::PROXY).filter(|text| !text.is_empty());
            if found.is_some() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        assert_eq!(found.as_deref(), Some("10.0.0.2"));
        Proxies::new(&Config::read("data_dir = \".\"\ntrusted_proxies = [\"10.0.0.2\"]", &dir, |_| None).unwrap());
        assert_eq!(notice::read(&dir, notice::PROXY), None, "the configuration has an answer now");
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
