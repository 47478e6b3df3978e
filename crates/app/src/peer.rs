//! Where a request comes from: the peer of the connection, or whom a trusted proxy names.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::connect_info::ConnectInfo;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use web::PeerAddress;

/// The other end of a connection, as [`crate::server`] hands it to requests.
#[derive(Clone, Copy, Debug)]
pub struct Remote(pub SocketAddr);

/// Whether a request was made on this machine and not passed on by a proxy.
#[derive(Clone, Copy, Debug)]
pub struct FromHere(pub bool);

const FORWARDED: &str = "x-forwarded-for";

/// Layer that puts [`PeerAddress`] and [`FromHere`] into every request.
pub async fn note(State(trusted): State<Arc<[IpAddr]>>, mut request: Request, next: Next) -> Response {
    let extensions = request.extensions();
    let remote = extensions.get::<ConnectInfo<Remote>>().map(|info| info.0.0);
    // Tests serve with axum's own listener.
    let remote = remote.or_else(|| extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0));
    if let Some(remote) = remote {
        let peer = remote.ip().to_canonical();
        let headers = request.headers();
        let here = peer.is_loopback() && !headers.contains_key(FORWARDED);
        let client = client(peer, headers, &trusted);
        request.extensions_mut().insert(PeerAddress(client.to_string()));
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
}
