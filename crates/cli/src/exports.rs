//! `wanqi export`: what the register knows as a file that `wanqi rules run` reads.

use std::path::Path;

use registry::facts::{Period, dictionary};
use registry::store::{fact_codes, facts_for};
use rulepack::dictionary::Fact;

use crate::arguments::Export;
use crate::context::Context;
use crate::rules::lang;
use crate::say::{FAILURE, Outcome, Stop};

/// What the register itself says where nobody reported it.
const REGISTERED: [&str; 3] = ["industry", "employees", "above_scale"];

pub async fn run(context: &Context, export: Export) -> Outcome {
    match export {
        Export::Facts { out, period } => facts(context, &out, period).await,
    }
}

async fn facts(context: &Context, out: &Path, period: Option<Period>) -> Outcome {
    let say = &context.say;
    let db = context.open().await?;
    let mut conn = db.read().await?;
    let period = period.map(|period| period.to_string());
    let known = fact_codes(&mut conn, period.as_deref()).await?;
    let is_known = |fact: &&Fact| known.contains(&fact.code) || REGISTERED.contains(&fact.code.as_str());
    let facts: Vec<&Fact> = dictionary().facts().iter().filter(is_known).collect();
    let codes: Vec<&str> = facts.iter().map(|fact| fact.code.as_str()).collect();
    let rows = facts_for(&mut conn, &codes, period.as_deref()).await?;
    drop(conn);
    db.close().await;
    rules::export::write_facts(&rows, &facts, out).map_err(|error| Stop::Said(FAILURE, error.text(lang(say))))?;
    let file = out.display().to_string();
    say.note(&say.f("export-facts-done", &[("rows", &rows.len()), ("facts", &facts.len()), ("file", &file)]));
    Ok(())
}
