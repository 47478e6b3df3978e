//! `wanqi export`: what the register knows as a file that `wanqi rules run` reads.

use std::path::Path;

use identity::{Actor, Exported};
use registry::ask::{Everything, FactRows, fact_codes, facts_for};
use registry::facts::{Asked, dictionary};
use rulepack::diagnostic::Lang;
use rulepack::dictionary::Fact;
use web::words::Arg;

use crate::arguments::Export;
use crate::context::Context;
use crate::rules::lang;
use crate::say::{FAILURE, Outcome, Stop};

/// What the register itself says where nobody reported it.
const REGISTERED: [&str; 3] = ["industry", "employees", "above_scale"];

pub async fn run(context: &Context, export: Export) -> Outcome {
    match export {
        Export::Facts { out, period, facts_on } => {
            let today = kernel::local_date(context.clock.now());
            let asked = period.map_or_else(|| Asked::On(facts_on.unwrap_or(today)), Asked::Of);
            facts(context, &out, asked).await
        }
    }
}

async fn facts(context: &Context, out: &Path, asked: Asked) -> Outcome {
    let say = &context.say;
    let db = context.open().await?;
    let mut conn = db.read().await?;
    let period = match asked {
        Asked::On(_) => None,
        Asked::Of(period) => Some(period.to_string()),
    };
    let known = fact_codes(&mut conn, period.as_deref()).await?;
    let is_known = |fact: &&Fact| known.contains(&fact.code) || REGISTERED.contains(&fact.code.as_str());
    let facts: Vec<&Fact> = dictionary().facts().iter().filter(is_known).collect();
    let codes: Vec<&str> = facts.iter().map(|fact| fact.code.as_str()).collect();
    // Whoever runs commands on the machine has its database anyway.
    let all = Everything::seen_by(&Actor::program("cli"))?;
    let FactRows { rows, elsewhere } = facts_for(&mut conn, all, &codes, asked).await?;
    drop(conn);
    let file = out.display().to_string();
    // As on a page: written into the audit before there is a file.
    let exported = Exported {
        resource: "enterprise",
        file: out.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        from: "wanqi export facts".to_owned(),
        rows: rows.len() as u64,
        filter: vec![match asked {
            Asked::On(day) => ("facts-on".to_owned(), day.to_string()),
            Asked::Of(period) => ("period".to_owned(), period.to_string()),
        }],
        has_contacts: false,
    };
    let mut tx = db.begin().await?;
    exported.record(&mut tx, &Actor::program("cli"), context.clock.now()).await?;
    tx.commit().await?;
    db.close().await;
    rules::export::write_facts(&rows, &facts, out).map_err(|error| Stop::Said(FAILURE, error.text(lang(say))))?;
    for (fact, other) in facts.iter().zip(&elsewhere).filter(|(_, other)| other.enterprises > 0) {
        let (name, words) = match lang(say) {
            Lang::Zh => (&fact.zh, &fact.period),
            Lang::En => (&fact.en, &fact.period_en),
        };
        let wanted = asked.period(fact).map_or_else(|| words.clone(), |period| period.to_string());
        // words: export-facts-elsewhere export-facts-undated
        let key = if other.period.is_empty() { "export-facts-undated" } else { "export-facts-elsewhere" };
        let said: [(&str, &dyn Arg); 4] =
            [("fact", name), ("wanted", &wanted), ("n", &other.enterprises), ("period", &other.period)];
        say.note(&say.f(key, &said));
    }
    say.note(&say.f("export-facts-done", &[("rows", &rows.len()), ("facts", &facts.len()), ("file", &file)]));
    Ok(())
}
