//! `wanqi rules explain`: what a pack says of one enterprise, and why.

use std::path::Path;

use kernel::{Clock, SystemClock};
use rulepack::case::Case;
use rulepack::compile::compile;
use rulepack::dictionary::Dictionary;
use rulepack::explain::explain;
use rules::load::{LoadError, load};

use super::{lang, refused};
use crate::arguments::{RulesExplain, TextFormat};
use crate::say::{FAILURE, Outcome, Say, Stop, USAGE};

pub fn run(args: &RulesExplain, say: &Say) -> Outcome {
    let (pack, _) = load(&args.pack).map_err(|error| refused(&error, say))?;
    // Without a day, today; a pack that is not in force today is explained for its nearest day.
    let on = args.on.unwrap_or_else(|| pack.nearest_day(kernel::local_date(SystemClock.now())));
    let dictionary = Dictionary::shipped();
    let program = compile(&[pack], &dictionary, on).map_err(|found| refused(&LoadError::Pack(found), say))?;
    let facts = facts(&args.facts, say)?;
    let (case, remarks) = Case::from_json(&program, &dictionary, &facts).map_err(|wrong| {
        Stop::Said(USAGE, wrong.iter().map(|words| words.text(lang(say))).collect::<Vec<_>>().join("\n"))
    })?;
    remarks.iter().for_each(|remark| say.note(remark.text(lang(say))));
    let Some(explanation) = explain(&program, 0, &case, lang(say)) else { return Err(Stop::Code(FAILURE)) };
    match args.format {
        TextFormat::Json => say.answer(&serde_json::to_string_pretty(&explanation).unwrap_or_default()),
        TextFormat::Text => say.answer(explanation.text(lang(say)).trim_end()),
    }
    Ok(())
}

/// JSON begins with a brace, file names do not.
fn facts(given: &str, say: &Say) -> Result<serde_json::Value, Stop> {
    let text = if given.trim_start().starts_with('{') {
        given.to_owned()
    } else {
        std::fs::read_to_string(Path::new(given)).map_err(|error| {
            say.stop(USAGE, "rules-file-unread", &[("file", &given), ("reason", &error.to_string())])
        })?
    };
    serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
        // Lines before, and characters of the last one.
        let before: usize =
            text.lines().take(error.line().saturating_sub(1)).map(|line| line.chars().count() + 1).sum();
        say.stop(USAGE, "rules-facts-not-json", &[("place", &(before + error.column()).to_string())])
    })
}
