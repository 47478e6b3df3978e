//! GET /metrics: what the process does, as Prometheus text. Counts and durations only, nothing about anybody.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use axum::Extension;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kernel::{Error, Result};
use web::{AppState, PageResult};

use crate::peer::FromHere;
use crate::store;

/// Upper ends of the latency buckets in milliseconds; one more counts what took longer.
const BUCKETS: [u64; 10] = [1, 2, 5, 10, 25, 50, 100, 250, 1000, 5000];
/// Route of what no route answers, so that made-up paths make no series of their own.
const NOWHERE: &str = "none";

/// Counters of one process. Cheap to clone; clones count together.
#[derive(Clone, Default)]
pub struct Metrics(Arc<Inner>);

#[derive(Default)]
struct Inner {
    /// By route template, method and class of the status (2 for 200 to 299).
    series: RwLock<HashMap<Key, Arc<Series>>>,
    connections: Arc<AtomicUsize>,
    /// Lets others than this machine read.
    token: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Key {
    route: String,
    method: &'static str,
    class: u16,
}

#[derive(Default)]
struct Series {
    buckets: [AtomicU64; BUCKETS.len() + 1],
    micros: AtomicU64,
}

/// Counts a connection for as long as it lives.
#[derive(Debug)]
pub struct Open(Arc<AtomicUsize>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Metrics {
    /// Counters at zero, read from elsewhere only with `token`.
    pub fn new(token: Option<String>) -> Self {
        Metrics(Arc::new(Inner { token, ..Inner::default() }))
    }

    /// Counts a connection until the answer is dropped.
    pub fn connection(&self) -> Open {
        let count = Arc::clone(&self.0.connections);
        count.fetch_add(1, Ordering::Relaxed);
        Open(count)
    }

    fn record(&self, key: Key, took: Duration) {
        let known = self.0.series.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        let series = known.unwrap_or_else(|| {
            let mut all = self.0.series.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(key).or_default())
        });
        let millis = took.as_micros().div_ceil(1000);
        let bucket = BUCKETS.iter().position(|end| millis <= u128::from(*end)).unwrap_or(BUCKETS.len());
        if let Some(count) = series.buckets.get(bucket) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        series.micros.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Everything this process counted itself.
    fn write(&self, out: &mut String) {
        let all = self.0.series.read().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<_> = all.iter().collect();
        all.sort_by(|a, b| a.0.cmp(b.0));
        head(out, "wanqi_http_request_duration_seconds", "histogram", "Time to answer, by route and class of status.");
        for (key, series) in all {
            let labels = format!("method=\"{}\",route=\"{}\",status=\"{}xx\"", key.method, key.route, key.class);
            let name = "wanqi_http_request_duration_seconds";
            let mut sum = 0;
            for (at, count) in series.buckets.iter().enumerate() {
                sum += count.load(Ordering::Relaxed);
                let end = BUCKETS.get(at).map_or_else(|| "+Inf".to_owned(), |ms| seconds(ms * 1000));
                let _ = writeln!(out, "{name}_bucket{{{labels},le=\"{end}\"}} {sum}");
            }
            let _ = writeln!(out, "{name}_sum{{{labels}}} {}", seconds(series.micros.load(Ordering::Relaxed)));
            let _ = writeln!(out, "{name}_count{{{labels}}} {sum}");
        }
        let open = self.0.connections.load(Ordering::Relaxed);
        gauge(out, "wanqi_http_connections_open", "Connections open now.", open);
    }
}

fn seconds(micros: u64) -> String {
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn gauge(out: &mut String, name: &str, help: &str, value: impl std::fmt::Display) {
    head(out, name, "gauge", help);
    let _ = writeln!(out, "{name} {value}");
}

/// Layer that measures every answered request.
pub async fn measure(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let route = request.extensions().get::<MatchedPath>().map_or(NOWHERE, MatchedPath::as_str).to_owned();
    let method = match *request.method() {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        _ => "other",
    };
    let response = next.run(request).await;
    metrics.record(Key { route, method, class: response.status().as_u16() / 100 }, started.elapsed());
    response
}

/// The page itself. To anybody but this machine and holders of the token there is no such page.
pub async fn page(
    State(state): State<AppState>,
    Extension(metrics): Extension<Metrics>,
    here: Option<Extension<FromHere>>,
    headers: HeaderMap,
) -> PageResult {
    let bearer = headers.get(AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer "));
    let known = matches!((&metrics.0.token, bearer), (Some(token), Some(sent)) if same(token, sent));
    if !known && !here.is_some_and(|here| here.0.0) {
        return Err(Error::not_found("page").into());
    }
    let mut out = String::with_capacity(8192);
    metrics.write(&mut out);
    write_database(&state, &mut out).await?;
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], out).into_response())
}

async fn write_database(state: &AppState, out: &mut String) -> Result<()> {
    let written = state.db.written();
    head(out, "wanqi_db_transactions_total", "counter", "Write transactions kept by this process.");
    let _ = writeln!(out, "wanqi_db_transactions_total {}", written.transactions);
    head(out, "wanqi_db_write_batches_total", "counter", "Commits to disk that kept them; several may share one.");
    let _ = writeln!(out, "wanqi_db_write_batches_total {}", written.batches);
    let mut conn = state.db.read().await?;
    head(out, "wanqi_jobs", "gauge", "Jobs by state.");
    let counts = jobs::counts(&mut conn).await?;
    for job in jobs::State::ALL {
        let n = counts.iter().find(|(state, _)| *state == job).map_or(0, |(_, n)| *n);
        let _ = writeln!(out, "wanqi_jobs{{state=\"{job}\"}} {n}");
    }
    let needs = store::open_needs(&mut conn, state.clock.now()).await?;
    gauge(out, "wanqi_needs_open", "Needs that are not closed.", needs.open);
    gauge(out, "wanqi_needs_late", "Open needs whose next deadline has passed.", needs.late);
    Ok(())
}

/// Compares in a time that does not depend on where the texts differ.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |differs, (x, y)| differs | (x ^ y)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_counts_upwards_and_connections_come_and_go() {
        let metrics = Metrics::new(None);
        for (class, micros) in [(2, 900), (2, 1_001), (2, 9_000_000), (5, 40_000)] {
            let key = Key { route: "/requests/{id}".into(), method: "GET", class };
            metrics.record(key, Duration::from_micros(micros));
        }
        let open = metrics.connection();
        let mut out = String::new();
        metrics.write(&mut out);
        let labels = "method=\"GET\",route=\"/requests/{id}\",status=\"2xx\"";
        for (le, n) in [("0.001000", 1), ("0.002000", 2), ("5.000000", 2), ("+Inf", 3)] {
            let line = format!("wanqi_http_request_duration_seconds_bucket{{{labels},le=\"{le}\"}} {n}\n");
            assert!(out.contains(&line), "{line} is not in\n{out}");
        }
        assert!(out.contains(&format!("_sum{{{labels}}} 9.001901\n")), "{out}");
        assert!(out.contains("status=\"5xx\",le=\"0.050000\"} 1\n"));
        assert!(out.contains("wanqi_http_connections_open 1\n"));
        drop(open);
        let mut out = String::new();
        metrics.write(&mut out);
        assert!(out.contains("wanqi_http_connections_open 0\n"));
    }
}
