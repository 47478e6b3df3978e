//! `wanqi casework replay` and `wanqi stats casework`: clocks from dated events, figures of a period; and the API's text.

use casework::ask::Span;
use casework::figures::{report, report_json, report_table};
use identity::Actor;

use crate::arguments::{CaseworkCommand, Format, Stats};
use crate::context::Context;
use crate::say::{Outcome, Say, USAGE};

pub fn replay(command: CaseworkCommand, say: &Say) -> Outcome {
    let CaseworkCommand::Replay { file } = command;
    let name = file.display().to_string();
    let wrong = |reason: String| say.stop(USAGE, "replay-wrong", &[("file", &name), ("reason", &reason)]);
    let text = std::fs::read_to_string(&file).map_err(|e| wrong(e.to_string()))?;
    let told = casework::replay::replay(&text).map_err(|e| wrong(e.to_string()))?;
    say.answer(&told);
    Ok(())
}

pub async fn stats(context: &Context, stats: Stats) -> Outcome {
    let Stats::Casework { from, to, format } = stats;
    if to < from {
        return Err(context.say.stop(USAGE, "stats-ends-first", &[]));
    }
    let db = context.open().await?;
    let period = Span { from: Some(from), to: Some(to) };
    let all = identity::reached(&Actor::program("cli"), &casework::access::READ);
    let told = report(&mut db.read().await?, &all, period, context.clock.now()).await;
    db.close().await;
    let told = told?;
    match format {
        Format::Json => context.say.answer(&format!("{:#}", report_json(&told))),
        Format::Table => context.say.answer(report_table(&told, &context.say.words).trim_end()),
    }
    Ok(())
}

pub fn openapi(say: &Say) -> Outcome {
    say.answer(app::api_docs::document().trim_end());
    Ok(())
}
