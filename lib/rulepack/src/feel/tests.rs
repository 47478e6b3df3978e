//! Runs `cases/*.md`: tables of expression, facts and answer.

use super::{Facts, Knowledge, NotJson, evaluate, read_json};
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
        json => Facts::read(read_json(json).unwrap_or_else(|e| panic!("{json} at {}", e.place)), knowledge),
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

#[test]
fn numbers_of_endless_digits_are_refused_by_every_reader_at_once() {
    let knowledge = Knowledge::new(Dictionary::shipped());
    let nines = "9".repeat(300_000);
    let before = std::time::Instant::now();
    for (expression, code) in [
        (nines.clone(), "error: number-too-long"),
        (format!("1 + 0.{nines}"), "error: number-too-long"),
        (format!("revenue > {nines} 万元"), "error: number-too-long"),
        (format!("{nines}e3"), "error: number-too-long"),
        (format!("number(\"{nines}\")"), "null"),
        (format!("duration(\"P{nines}D\")"), "null"),
    ] {
        assert_eq!(said(&expression, "", &knowledge), code, "{}", &expression[..20]);
    }
    for value in [format!("\"{nines}\""), format!("\"{nines} 万元\"")] {
        let read = Facts::read(read_json(&format!("{{\"revenue\": {value}}}")).unwrap(), &knowledge);
        let error = read.err().unwrap();
        assert!(error.code == "fact-value" && error.message.zh.contains("营业收入"), "{}", error.message.zh);
        assert!(error.message.zh.chars().count() < 150 && error.advice.zh.contains("200 位"), "{}", error.advice.zh);
    }
    let error = read_json(&format!("{{\"a\": 1, \"revenue\": -{nines}}}")).unwrap_err();
    assert_eq!(error, NotJson { place: 20, long_number: true });
    assert!(before.elapsed().as_secs() < 3, "{:?}", before.elapsed());
}
