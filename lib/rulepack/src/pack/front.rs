//! The front matter: what the document is, where it holds, its units and outputs.

use super::keywords as words;
use super::lines::FrontLine;
use super::messages;
use super::model::{Pack, Written};
use crate::diagnostic::Diagnostic;
use crate::suggest::nearest;

/// Reads all lines into the pack.
pub fn read(lines: &[FrontLine], pack: &mut Pack, found: &mut Vec<Diagnostic>) {
    let stem = pack.file.rsplit(['/', '\\']).next().unwrap_or(&pack.file);
    pack.code = stem.split('.').next().unwrap_or(stem).to_owned();
    let mut seen = Vec::new();
    for line in lines {
        let Some(key) = words::find(words::FRONT, &line.key.text) else {
            let forms = words::FRONT.iter().flat_map(|word| word.1.iter().copied());
            let near = nearest(&line.key.text, forms);
            let known = words::forms(words::FRONT);
            found.push(messages::unknown_word(
                "unknown-key",
                ("项目", "key"),
                &line.key.text,
                near,
                &known,
                line.key.place.clone(),
            ));
            continue;
        };
        if seen.contains(&key) {
            found.push(messages::twice(line.key.place.clone(), &line.key.text));
        }
        seen.push(key);
        let value = Some(line.value.clone()).filter(|value| !value.is_empty());
        match key {
            "code" => pack.code = line.value.text.clone(),
            "title" => pack.title = value,
            "english_title" => pack.english_title = value,
            "document" => pack.document = value,
            "issuer" => pack.issuer = value,
            "source" => pack.source = value,
            "from" => pack.from = date(&line.value, found),
            "to" => pack.to = date(&line.value, found),
            "level" => pack.level = word(words::LEVELS, ("层级", "level"), &line.value, found),
            "status" => {
                pack.status = word(words::STATUSES, ("状态", "status"), &line.value, found).unwrap_or_default();
            }
            "month_end" => {
                pack.month_end =
                    word(words::MONTH_ENDS, ("月末方式", "month end"), &line.value, found).unwrap_or_default();
            }
            "applies" => pack.applies = value,
            "not_applicable" => pack.not_applicable = value,
            "outputs" => pack.outputs = items(line),
            "units" => {
                for item in items(line) {
                    match item.text.find([':', '：']) {
                        Some(at) => {
                            let colon =
                                item.text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
                            pack.units.push((part(&item, 0, at), part(&item, at + colon, item.text.len())));
                        }
                        None => found.push(messages::front_line(item.place)),
                    }
                }
            }
            _ => {}
        }
    }
    if let (Some(from), Some(to)) = (pack.from, pack.to)
        && to < from
        && let Some(line) = lines.iter().find(|line| words::find(words::FRONT, &line.key.text) == Some("to"))
    {
        found.push(messages::order_of_dates(line.value.place.clone()));
    }
}

/// `[a, b]`, `{k: v, k: v}`, `a, b` or indented lines.
fn items(line: &FrontLine) -> Vec<Written> {
    if !line.nested.is_empty() {
        return line.nested.clone();
    }
    let text = &line.value.text;
    let bracketed = text.starts_with(['[', '{']) && text.ends_with([']', '}']);
    let (start, end) = if bracketed { (1, text.len() - 1) } else { (0, text.len()) };
    list(&part(&line.value, start, end))
}

/// Parts between commas of either width, without empty ones.
pub fn list(value: &Written) -> Vec<Written> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, character) in value.text.char_indices() {
        if matches!(character, ',' | '，' | '、') {
            parts.push(part(value, start, at));
            start = at + character.len_utf8();
        }
    }
    parts.push(part(value, start, value.text.len()));
    parts.retain(|part| !part.is_empty());
    parts
}

/// The trimmed bytes `start..end` of a text, with their place.
pub fn part(value: &Written, start: usize, end: usize) -> Written {
    let text = value.text.get(start..end).unwrap_or("");
    let lead = text.len() - text.trim_start().len();
    Written { text: text.trim().to_owned(), place: value.at(start + lead) }
}

/// A date as ISO writes it.
pub fn date(value: &Written, found: &mut Vec<Diagnostic>) -> Option<chrono::NaiveDate> {
    if value.is_empty() {
        return None;
    }
    let date = value.text.parse().ok();
    if date.is_none() {
        found.push(messages::bad_date(value.place.clone(), &value.text));
    }
    date
}

/// One of some words; something else is told.
pub fn word<T: Copy>(
    known: &[words::Word<T>],
    what: (&str, &str),
    value: &Written,
    found: &mut Vec<Diagnostic>,
) -> Option<T> {
    let meant = words::find(known, &value.text);
    if meant.is_none() {
        let near = nearest(&value.text, known.iter().flat_map(|word| word.1.iter().copied()));
        found.push(messages::unknown_word(
            "unknown-word",
            what,
            &value.text,
            near,
            &words::forms(known),
            value.place.clone(),
        ));
    }
    meant
}
