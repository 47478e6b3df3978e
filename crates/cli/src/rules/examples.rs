//! `wanqi rules test` and `wanqi rules check`: the examples of packs, and what is questioned before they are published.

use rulepack::check;
use rulepack::diagnostic::{Diagnostic, Severity};
use rulepack::dictionary::Dictionary;
use rulepack::examples;
use rules::load::{LoadError, load};

use super::day::Days;
use super::{lang, refused};
use crate::arguments::RulesPacks;
use crate::say::{FAILURE, Outcome, Say, Stop, USAGE};

/// Ends with 1 if an example does not hold, with 2 if a pack cannot be used.
pub fn test(args: &RulesPacks, say: &Say) -> Outcome {
    let days = Days::new(args.on);
    let dictionary = Dictionary::shipped();
    let mut failed = None;
    for name in &args.packs {
        let outcome = load(name).and_then(|(pack, _)| {
            days.tell_nearest(&pack, say);
            examples::run(&pack, &dictionary, days.asked()).map_err(LoadError::Pack)
        });
        match outcome {
            Ok(outcome) => {
                say.answer(&outcome.text(lang(say)));
                if !outcome.all_passed() {
                    failed = failed.max(Some(FAILURE));
                }
            }
            Err(error) => {
                say.note(&error.text(lang(say)));
                failed = Some(USAGE);
            }
        }
    }
    failed.map_or(Ok(()), |code| Err(Stop::Code(code)))
}

/// Ends with 1 if there is an error; warnings and notes are shown.
pub fn check(args: &RulesPacks, say: &Say) -> Outcome {
    let days = Days::new(args.on);
    let dictionary = Dictionary::shipped();
    let mut all: Vec<Diagnostic> = Vec::new();
    for name in &args.packs {
        match load(name) {
            Ok((pack, found)) => {
                all.extend(found);
                days.tell_nearest(&pack, say);
                all.extend(check::check(&pack, &dictionary, days.asked()));
            }
            Err(LoadError::Pack(found)) => all.extend(found),
            Err(error) => return Err(refused(&error, say)),
        }
    }
    for one in &all {
        let severity = match one.severity {
            Severity::Error => "rules-severity-error",
            Severity::Warning => "rules-severity-warning",
            Severity::Note => "rules-severity-note",
        };
        say.answer(&format!("{} {}", say.words.t(severity), one.text(lang(say))));
    }
    let count = |severity| all.iter().filter(|one| one.severity == severity).count().to_string();
    let (errors, warnings, notes) = (count(Severity::Error), count(Severity::Warning), count(Severity::Note));
    say.note(&say.f("rules-check-done", &[("errors", &errors), ("warnings", &warnings), ("notes", &notes)]));
    if check::refused(&all) { Err(Stop::Code(FAILURE)) } else { Ok(()) }
}
