//! `wanqi rules diff`: what changed between two packs, and whose result changes with it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use rulepack::compile::{Program, compile};
use rulepack::dictionary::Dictionary;
use rulepack::diff::diff;
use rulepack::pack::Pack;
use rules::load::{LoadError, load};
use rules::run::{Options, Task, write};

use super::day::Days;
use super::packs::stop;
use super::{lang, refused};
use crate::arguments::RulesDiff;
use crate::say::{FAILURE, Outcome, Say, Stop};

/// Enterprises named one by one; the others are counted.
const NAMED: usize = 100;

pub fn run(args: &RulesDiff, say: &Say) -> Outcome {
    let (before, _) = load(&args.before).map_err(|error| refused(&error, say))?;
    let (after, _) = load(&args.after).map_err(|error| refused(&error, say))?;
    let changes = diff(&before, &after);
    for change in &changes {
        say.answer(&change.line(lang(say)));
    }
    if changes.is_empty() {
        say.answer(&say.words.t("rules-diff-same"));
    }
    match &args.facts {
        Some(facts) => affected(&before, &after, facts, &Days::new(args.on), say),
        None => Ok(()),
    }
}

/// Runs both packs over the same facts, each for its day, and compares the answers line by line.
fn affected(before: &Pack, after: &Pack, facts: &Path, days: &Days, say: &Say) -> Outcome {
    let folder = std::env::temp_dir().join(format!("wanqi-rules-diff-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| technical(&folder, &error, say))?;
    let done = answers(before, &folder.join("before.csv"), facts, days, say)
        .and_then(|first| Ok((first, answers(after, &folder.join("after.csv"), facts, days, say)?)))
        .and_then(|(first, second)| compare(&first, &second, say));
    // What cannot be removed is left to the system's care of its temporary files.
    let _ = std::fs::remove_dir_all(&folder);
    done
}

fn answers(pack: &Pack, out: &Path, facts: &Path, days: &Days, say: &Say) -> Result<PathBuf, Stop> {
    days.tell(pack, say);
    let program: Program = compile(std::slice::from_ref(pack), &Dictionary::shipped(), days.of(pack))
        .map_err(|found| refused(&LoadError::Pack(found), say))?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let options = Options { threads, progress: &|_| {}, cancel: &AtomicBool::new(false) };
    write(&Task::of_program(&program), facts, out, &options).map_err(|error| stop(&error, say))?;
    Ok(out.to_owned())
}

fn compare(before: &Path, after: &Path, say: &Say) -> Outcome {
    let open = |path: &Path| csv::Reader::from_path(path).map_err(|error| technical(path, &error, say));
    let (mut old, mut new) = (open(before)?, open(after)?);
    let names = |reader: &mut csv::Reader<std::fs::File>, path: &Path| -> Result<Vec<String>, Stop> {
        let headers = reader.headers().map_err(|error| technical(path, &error, say))?;
        Ok(headers.iter().map(|name| name.trim_start_matches('\u{feff}').to_owned()).collect())
    };
    let (old_names, new_names) = (names(&mut old, before)?, names(&mut new, after)?);
    let at = |names: &[String], name: &str| names.iter().position(|own| own == name);
    let outputs: Vec<&String> = new_names
        .iter()
        .filter(|name| *name != "id" && !name.ends_with(".missing") && !name.ends_with(".reason"))
        .collect();
    let common: Vec<&String> = outputs.into_iter().filter(|name| old_names.contains(name)).collect();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let (mut rows, mut changed) = (0_usize, 0_usize);
    for (old, new) in old.records().zip(new.records()) {
        let old = old.map_err(|error| technical(before, &error, say))?;
        let new = new.map_err(|error| technical(after, &error, say))?;
        rows += 1;
        let mut any = false;
        for name in &common {
            let (was, is) = (answer(&old, &old_names, name, &at, say), answer(&new, &new_names, name, &at, say));
            if was == is {
                continue;
            }
            any = true;
            *counts.entry(format!("{name}: {was} → {is}")).or_default() += 1;
            if changed < NAMED {
                let id = at(&new_names, "id").and_then(|at| new.get(at)).unwrap_or_default();
                say.answer(&format!("{id}  {name}: {was} → {is}"));
            }
        }
        changed += usize::from(any);
    }
    for (change, count) in &counts {
        say.answer(&format!("{count} × {change}"));
    }
    say.answer(&say.f("rules-diff-affected", &[("changed", &changed.to_string()), ("rows", &rows.to_string())]));
    Ok(())
}

/// An answer of a row: the value, or what is missing, or why it does not apply.
fn answer(
    row: &csv::StringRecord,
    names: &[String],
    name: &str,
    at: &dyn Fn(&[String], &str) -> Option<usize>,
    say: &Say,
) -> String {
    let cell = |name: &str| at(names, name).and_then(|at| row.get(at)).unwrap_or_default();
    let (value, missing, reason) = (cell(name), cell(&format!("{name}.missing")), cell(&format!("{name}.reason")));
    if !value.is_empty() {
        value.to_owned()
    } else if !reason.is_empty() {
        format!("{} ({reason})", say.words.t("rules-count-not-applicable"))
    } else {
        format!("{} ({missing})", say.words.t("rules-count-unknown"))
    }
}

fn technical(path: &Path, error: &dyn std::fmt::Display, say: &Say) -> Stop {
    say.stop(FAILURE, "rules-file-unread", &[("file", &path.display().to_string()), ("reason", &error.to_string())])
}
