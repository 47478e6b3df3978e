//! Runs `cases/*.md`: tables of expression, facts and answer.

use super::{Facts, Knowledge, evaluate, read_json};
use crate::dictionary::Dictionary;

/// Cells of one row; `\|` is a bar within a cell.
fn cells(line: &str) -> Option<Vec<String>> {
    let line = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    let held = line.replace("\\|", "\u{1}");
    Some(held.split('|').map(|cell| cell.trim().trim_matches('`').replace('\u{1}', "|")).collect())
}

/// The answer as the tables write it: plain text, text in quotes, `unknown: a, b`, `error: code`.
fn said(expression: &str, facts: &str, knowledge: &Knowledge) -> String {
    let facts = match facts {
        "" => Ok(Facts::none(knowledge)),
        json => Facts::read(read_json(json).unwrap_or_else(|e| panic!("{json} at {}", e.0)), knowledge),
    };
    match facts.and_then(|facts| evaluate(expression, &facts)) {
        Ok(value) => match value.missing() {
            Some(missing) => format!("unknown: {}", missing.facts.into_iter().collect::<Vec<_>>().join(", ")),
            None => value.write(true),
        },
        Err(error) => format!("error: {}", error.code),
    }
}

#[test]
fn cases() {
    let knowledge = Knowledge::new(Dictionary::shipped());
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/cases/feel");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let (mut count, mut wrong) = (0, Vec::new());
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for (number, line) in text.lines().enumerate() {
            let Some(row) =
                cells(line).filter(|row| row.len() == 3 && !row[0].starts_with("---") && row[0] != "expression")
            else {
                continue;
            };
            count += 1;
            let got = said(&row[0], &row[1], &knowledge);
            if got != row[2] {
                let file = file.file_name().unwrap().to_string_lossy();
                wrong.push(format!("{file}:{}: {} {} → {got}, not {}", number + 1, row[0], row[1], row[2]));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= 350, "only {count} cases were found");
}
