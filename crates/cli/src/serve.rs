//! `wanqi serve`: serves an installation until it is asked to stop.

use std::time::Instant;

use app::server;
use tokio::net::TcpListener;

use crate::context::{Context, start_log};
use crate::say::{FAILURE, Outcome, Stop};

pub async fn run(context: &Context) -> Outcome {
    let started = Instant::now();
    context.must_exist()?;
    start_log(&context.config.log);
    let listener = bind(context, &context.config.listen, "cli-port-busy").await?;
    serve(context, listener, started).await
}

/// Builds the application and serves it on `listener`.
pub async fn serve(context: &Context, listener: TcpListener, started: Instant) -> Outcome {
    let say = &context.say;
    let app = app::build(&context.config, context.clock.clone(), context.random.clone()).await?;
    let units = identity::list_units(&mut app.state.db.read().await?).await?;
    if units.is_empty() {
        return Err(say.stop(FAILURE, "cli-not-installed", &[]));
    }
    let took = u64::try_from(started.elapsed().as_millis()).unwrap_or(0);
    say.note(&say.f("cli-serving", &[("url", &context.config.base_url), ("ms", &took)]));
    let limits = server::Limits::of(app::machine::raise_handles());
    let ended = server::run(app, listener, limits, server::asked_to_stop()).await;
    ended.map_err(|e| say.stop(FAILURE, "cli-server-failed", &[("reason", &e.to_string())]))?;
    say.note(&say.words.t("cli-stopped"));
    Ok(())
}

/// The listener, or what to do about a port that is taken.
pub async fn bind(context: &Context, address: &str, busy: &str) -> Result<TcpListener, Stop> {
    TcpListener::bind(address).await.map_err(|e| {
        let key = if e.kind() == std::io::ErrorKind::AddrInUse { busy } else { "cli-cannot-listen" };
        context.say.stop(FAILURE, key, &[("address", &address), ("reason", &e.to_string())])
    })
}
