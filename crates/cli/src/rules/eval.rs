//! `wanqi rules eval`: one expression, or one a line.
//!
//! A single faulty expression ends with 2. A batch answers every line, faulty ones with `{"error":…}`, and ends with 0.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use rulepack::dictionary::Dictionary;
use rulepack::feel::{self, Facts, Knowledge, NotJson, Value};
use rulepack::number::MOST_DIGITS;
use rulepack::syntax::SyntaxError;
use serde_json::json;

use super::{column, lang};
use crate::arguments::RulesEval;
use crate::say::{FAILURE, Outcome, Say, Stop, USAGE};

pub fn run(eval: &RulesEval, say: &Say) -> Outcome {
    let knowledge = Knowledge::new(Dictionary::shipped());
    match (&eval.expression, &eval.batch) {
        (_, Some(file)) => batch(file, &knowledge, say),
        (Some(expression), None) => single(expression, eval.facts.as_deref(), &knowledge, say),
        (None, None) => Err(Stop::Code(USAGE)),
    }
}

fn unread(file: &str, error: &std::io::Error, say: &Say) -> Stop {
    say.stop(USAGE, "rules-file-unread", &[("file", &file), ("reason", &error.to_string())])
}

/// JSON begins with a brace, file names do not.
fn single(expression: &str, facts: Option<&str>, knowledge: &Knowledge, say: &Say) -> Outcome {
    let text = match facts {
        None => "{}".to_owned(),
        Some(text) if text.trim_start().starts_with('{') => text.to_owned(),
        Some(file) => std::fs::read_to_string(file).map_err(|e| unread(file, &e, say))?,
    };
    let facts = super::facts_json(&text, say)?;
    let answer = Facts::read(facts, knowledge).and_then(|facts| feel::evaluate(expression, &facts));
    match answer {
        Ok(value) => say.answer(&feel::answer(&value)),
        Err(error) => return Err(Stop::Said(USAGE, describe(expression, &error, say))),
    }
    Ok(())
}

/// Characters of an expression that is shown again with its fault marked; below a longer one nobody finds the mark.
const LONGEST_SHOWN: usize = 500;

/// The message, the expression with its faulty part marked below, and what to do.
fn describe(expression: &str, error: &SyntaxError, say: &Say) -> String {
    let (message, advice) = (error.message.text(lang(say)), error.advice.text(lang(say)));
    let place = column(expression, error.span.start);
    let first = say.f("rules-at", &[("place", &place.to_string()), ("message", &message)]);
    if expression.contains('\n') || expression.chars().nth(LONGEST_SHOWN).is_some() {
        return format!("{first}\n{advice}");
    }
    // Chinese characters take two places on a terminal.
    let wide = |text: &str| text.chars().map(|c| if u32::from(c) >= 0x1100 { 2 } else { 1 }).sum::<usize>();
    let before = expression.get(..error.span.start).unwrap_or("");
    let marked = expression.get(error.span.start..error.span.end).unwrap_or("");
    format!("{first}\n  {expression}\n  {}{}\n{advice}", " ".repeat(wide(before)), "^".repeat(wide(marked).max(1)))
}

fn batch(file: &Path, knowledge: &Knowledge, say: &Say) -> Outcome {
    let name = file.display().to_string();
    let mut reader: Box<dyn BufRead> = if name == "-" {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(BufReader::new(File::open(file).map_err(|e| unread(&name, &e, say))?))
    };
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut line = String::new();
    loop {
        line.clear();
        if reader.read_line(&mut line).map_err(|e| unread(&name, &e, say))? == 0 {
            break;
        }
        // A reader that went away (`| head`) is no fault of ours.
        if writeln!(out, "{}", answer(line.trim_end_matches(['\n', '\r']), knowledge, say)).is_err() {
            return Ok(());
        }
    }
    out.flush().map_err(|_| Stop::Code(FAILURE))
}

/// One line in, one line out.
fn answer(line: &str, knowledge: &Knowledge, say: &Say) -> String {
    let faulty = |code: &str, message: String, place: usize| {
        let advice = say.words.t("rules-line-json-advice").into_owned();
        wrong(code, &message, (place, place), &advice)
    };
    let entries = match feel::read_json(line) {
        Ok(Value::Context(entries)) => entries,
        Ok(_) => return faulty("no-expression", say.words.t("rules-line-no-expression").into_owned(), 1),
        Err(NotJson { place, long_number }) => {
            let place = column(line, place);
            // words: rules-line-long-number rules-line-not-json
            let (code, key) = match long_number {
                true => ("number-too-long", "rules-line-long-number"),
                false => ("not-json", "rules-line-not-json"),
            };
            let message = say.f(key, &[("place", &place.to_string()), ("most", &MOST_DIGITS.to_string())]);
            return faulty(code, message, place);
        }
    };
    let (mut expression, mut facts) = (None, Value::Context(Vec::new()));
    for (key, value) in entries {
        match (key.as_str(), value) {
            ("expr", Value::Text(text)) => expression = Some(text),
            ("facts", Value::Null) => {}
            ("facts", value) => facts = value,
            _ => {}
        }
    }
    let Some(expression) = expression else {
        return faulty("no-expression", say.words.t("rules-line-no-expression").into_owned(), 1);
    };
    match Facts::read(facts, knowledge).and_then(|facts| feel::evaluate(&expression, &facts)) {
        Ok(value) => feel::answer(&value),
        Err(error) => {
            let (start, end) = (column(&expression, error.span.start), column(&expression, error.span.end));
            let (message, advice) = (error.message.text(lang(say)), error.advice.text(lang(say)));
            wrong(error.code, message, (start, end), advice)
        }
    }
}

fn wrong(code: &str, message: &str, (start, end): (usize, usize), advice: &str) -> String {
    let place = json!({ "start": start, "end": end });
    json!({ "error": { "code": code, "message": message, "place": place, "advice": advice } }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_a_batch_is_answered() {
        let knowledge = Knowledge::new(Dictionary::shipped());
        let say = Say::new(web::Lang::En).unwrap();
        let cases = [
            (r#"{"expr":"1 + 2"}"#, r#"{"type":"number","value":"3"}"#),
            (r#"{"expr":"revenue > 100 万元","facts":{"revenue":"120 万元"}}"#, r#"{"type":"boolean","value":true}"#),
            (r#"{"expr":"revenue + x","facts":{"x":1}}"#, r#"{"type":"unknown","missing":["revenue"]}"#),
            (
                r#"{"expr":"x","facts":{"x":12345678901234567890.123456789}}"#,
                r#"{"type":"number","value":"12345678901234567890.123456789"}"#,
            ),
            (
                r#"{"expr":"[1,\"a\"]"}"#,
                r#"{"type":"list","value":[{"type":"number","value":"1"},{"type":"text","value":"a"}]}"#,
            ),
            (r#"{"expr":"date(\"2026-02-13\") + duration(\"P1M\")"}"#, r#"{"type":"date","value":"2026-03-13"}"#),
            (r#"{"expr":"duration(\"P14M\")"}"#, r#"{"type":"duration","value":"P1Y2M"}"#),
            (r#"{"expr":"[1..5)"}"#, r#"{"type":"range","value":"[1..5)"}"#),
            (r#"{"expr":"1/0"}"#, r#"{"type":"null","value":null}"#),
        ];
        for (line, expected) in cases {
            assert_eq!(answer(line, &knowledge, &say), expected, "{line}");
        }
        for (line, code, start) in [
            ("", "not-json", 1),
            ("{\"expr\": 1}", "no-expression", 1),
            (r#"{"expr":"1 + revnue"}"#, "unknown-name", 5),
            (r#"{"expr":"1 < \"a\""}"#, "type", 1),
            (r#"{"expr":"1","facts":{"employees":"many"}}"#, "fact-value", 1),
        ] {
            let error: serde_json::Value = serde_json::from_str(&answer(line, &knowledge, &say)).unwrap();
            assert_eq!(error["error"]["code"], code, "{line}");
            assert_eq!(error["error"]["place"]["start"], start, "{line}");
            assert!(!error["error"]["advice"].as_str().unwrap_or("").is_empty(), "{line}");
        }
    }

    #[test]
    fn a_number_without_end_is_named_by_its_place_and_not_repeated() {
        let knowledge = Knowledge::new(Dictionary::shipped());
        let say = Say::new(web::Lang::En).unwrap();
        let nines = "9".repeat(300_000);
        let line = format!(r#"{{"expr":"x","facts":{{"x":{nines}}}}}"#);
        let told = answer(&line, &knowledge, &say);
        assert!(told.contains("number-too-long") && told.contains("character 26") && told.contains("200"), "{told}");
        for (expression, facts) in [(nines.clone(), "{}".to_owned()), ("x".to_owned(), format!(r#"{{"x":{nines}}}"#))] {
            let Err(Stop::Said(code, text)) = single(&expression, Some(&facts), &knowledge, &say) else {
                panic!("taken")
            };
            assert!(code == USAGE && text.contains("200") && text.contains("character") && text.len() < 500, "{text}");
        }
    }

    #[test]
    fn a_faulty_expression_is_shown_with_its_place() {
        let say = Say::new(web::Lang::En).unwrap();
        let knowledge = Knowledge::new(Dictionary::shipped());
        let Err(Stop::Said(code, text)) = single("营业收人 > 1", None, &knowledge, &say) else {
            panic!("no error")
        };
        assert_eq!(code, USAGE);
        assert!(text.contains("character 1") && text.contains("\n  ^^^^^^^^\n") && text.contains("营业收入"), "{text}");
    }
}
