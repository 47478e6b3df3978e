//! The telephone of the service desk: whom somebody calls who gets no further alone. A business module keeps it; pages for
//! enterprises and guests, also those of errors, show it. Where none is kept nobody is told to call.

use std::future::Future;
use std::pin::Pin;

use askama::Template;
use askama::filters::HtmlSafe;
use db::Conn;
use kernel::Result;

use crate::lang::Lang;
use crate::words::Words;

/// The number as people write it and when somebody answers; empty where the county has set none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeskLine {
    pub phone: String,
    /// `工作日 9:00–17:30`; may be empty.
    pub hours: String,
    /// The same for readers of English; the Chinese text stands for it where it is empty.
    pub hours_en: String,
}

/// How the module that keeps the number is asked for it.
pub type ReadDeskLine = for<'c> fn(&'c mut Conn) -> Pin<Box<dyn Future<Output = Result<DeskLine>> + Send + 'c>>;

impl DeskLine {
    /// Whether there is a number to call.
    pub fn is_set(&self) -> bool {
        !self.phone.is_empty()
    }

    /// When somebody answers, in a language.
    pub fn hours(&self, lang: Lang) -> &str {
        match lang {
            Lang::En if !self.hours_en.is_empty() => &self.hours_en,
            _ => &self.hours,
        }
    }

    /// `0373-8812345（工作日 9:00–17:30）`, for the middle of a sentence.
    pub fn said(&self, w: &Words) -> String {
        match self.hours(w.lang()) {
            "" => self.phone.clone(),
            hours => w.f("desk-line-hours", &[("phone", &self.phone), ("hours", &hours)]),
        }
    }

    /// The line of a page from which one calls.
    pub fn call(&self, w: &Words) -> DeskCall {
        DeskCall {
            label: w.t("desk-line").into_owned(),
            dial: dial(&self.phone),
            phone: self.phone.clone(),
            hours: self.hours(w.lang()).to_owned(),
        }
    }
}

/// What a telephone dials: a pause stands before an extension.
fn dial(phone: &str) -> String {
    let parts: Vec<&str> = phone.split('-').collect();
    match parts.as_slice() {
        [area, number, extension] => format!("{area}-{number},{extension}"),
        _ => phone.to_owned(),
    }
}

/// `服务专班电话 0373-8812345 工作日 9:00–17:30` with a link that dials. Prints nothing where there is no number.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "components/desk_call.html")]
pub struct DeskCall {
    label: String,
    phone: String,
    dial: String,
    hours: String,
}

impl DeskCall {
    /// Whether anything is printed.
    pub fn is_set(&self) -> bool {
        !self.phone.is_empty()
    }

    /// Address of the link for a button with words of its own.
    pub fn href(&self) -> String {
        format!("tel:{}", self.dial)
    }
}

impl HtmlSafe for DeskCall {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::WORDS;

    #[test]
    fn a_number_is_called_and_none_says_nothing() {
        let w = Words::build(WORDS.iter().copied()).unwrap();
        let line = DeskLine {
            phone: "0373-8812345-801".into(),
            hours: "工作日 9:00–17:30".into(),
            hours_en: "weekdays 9–17:30".into(),
        };
        let html = line.call(&w).to_string();
        assert!(html.contains(r#"href="tel:0373-8812345,801""#) && html.contains("工作日 9:00–17:30"), "{html}");
        assert_eq!(line.said(&w), "0373-8812345-801（工作日 9:00–17:30）");
        assert!(line.call(&w.in_lang(Lang::En)).to_string().contains("weekdays 9–17:30"));
        let short = DeskLine { phone: "12345".into(), ..DeskLine::default() };
        assert_eq!((short.said(&w), short.call(&w).href()), ("12345".to_owned(), "tel:12345".to_owned()));
        assert!(!DeskLine::default().is_set() && DeskLine::default().call(&w).to_string().is_empty());
    }
}
