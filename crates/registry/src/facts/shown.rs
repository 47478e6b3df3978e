//! Facts as people read them: names, values in the unit people use, sources, in both languages.

use kernel::IndustryCode;
use rulepack::diagnostic::Lang;
use rulepack::dictionary::{Fact, FactKind};
use rulepack::show;
use rulepack::unit::read_quantity;

/// Its name.
pub fn name(fact: &Fact, lang: Lang) -> &str {
    match lang {
        Lang::Zh => &fact.zh,
        Lang::En => &fact.en,
    }
}

/// The unit in which people see and enter it; empty for what has none.
pub fn unit(fact: &Fact, lang: Lang) -> &str {
    show::unit_name(&fact.shown, lang)
}

/// A department, in English if it is the one of the dictionary.
pub fn source<'a>(fact: &'a Fact, source: &'a str, lang: Lang) -> &'a str {
    if lang == Lang::En && source == fact.source && !fact.source_en.is_empty() { &fact.source_en } else { source }
}

/// A kept value ([`super::Reported::value`]) for people: `1,234.5 万元`, `是`, `国家级`, `3432 生产专用起重机制造`.
pub fn shown(fact: &Fact, value: &str, lang: Lang) -> String {
    match fact.kind {
        FactKind::Number => match read_quantity(value) {
            Some((base, _)) => grouped(&show::rational(&base, &fact.shown, lang)),
            None => value.to_owned(),
        },
        FactKind::Boolean => show::yes_no(value == "true", lang).to_owned(),
        FactKind::Date => value.to_owned(),
        FactKind::Text if fact.code == "industry" => match value.parse::<IndustryCode>() {
            Ok(code) => format!("{} {}", code.as_str(), code.name()),
            Err(_) => value.to_owned(),
        },
        FactKind::Text => match fact.values.iter().find(|known| known.code == value) {
            Some(known) if lang == Lang::Zh => known.zh.clone(),
            Some(known) => known.en.clone(),
            None => value.to_owned(),
        },
    }
}

/// The first number of a text with a comma between thousands.
fn grouped(text: &str) -> String {
    let Some(start) = text.find(|c: char| c.is_ascii_digit()) else { return text.to_owned() };
    let digits = text[start..].bytes().take_while(u8::is_ascii_digit).count();
    let mut out = String::with_capacity(text.len() + digits / 3);
    out.push_str(&text[..start]);
    for (at, digit) in text[start..start + digits].chars().enumerate() {
        if at > 0 && (digits - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out.push_str(&text[start + digits..]);
    out
}
