//! Words people read: the Fluent texts of all modules, looked up by key in the visitor's language.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::Arc;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::lang::Lang;

/// The shared words of this crate; every module has a constant of the same shape.
pub const WORDS: &[(&str, &str)] = &[
    ("zh-CN", include_str!("../words/zh-CN.ftl")),
    ("en", include_str!("../words/en.ftl")),
    ("zh-CN", include_str!("../words/api.zh-CN.ftl")),
    ("en", include_str!("../words/api.en.ftl")),
];

/// A fault in the word files, told with language and key.
#[derive(Debug, thiserror::Error)]
pub enum WordsError {
    #[error("a word file is for “{0}”; only zh-CN and en are known")]
    Language(String),
    #[error("{lang}: cannot read the words: {detail}")]
    Syntax { lang: &'static str, detail: String },
    #[error("{lang}: “{key}” is defined twice")]
    Twice { lang: &'static str, key: String },
}

struct Table {
    plain: HashMap<String, String>,
    patterns: FluentBundle<FluentResource>,
}

/// All words in all languages; built once at start.
struct Catalog {
    zh: Table,
    en: Table,
}

/// A handle on the words in one language; cheap to clone, one per request.
#[derive(Clone)]
pub struct Words {
    catalog: Arc<Catalog>,
    lang: Lang,
}

impl Words {
    /// Builds from `(language tag, Fluent text)` pairs of every module. The handle speaks Chinese until `in_lang`.
    pub fn build<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Words, WordsError> {
        let mut catalog = Catalog { zh: Table::new(Lang::Zh)?, en: Table::new(Lang::En)? };
        for (tag, text) in texts {
            let lang = Lang::ALL
                .into_iter()
                .find(|lang| lang.tag() == tag)
                .ok_or_else(|| WordsError::Language(tag.to_owned()))?;
            match lang {
                Lang::Zh => catalog.zh.add(lang, text)?,
                Lang::En => catalog.en.add(lang, text)?,
            }
        }
        Ok(Words { catalog: Arc::new(catalog), lang: Lang::Zh })
    }

    /// The same words in another language.
    pub fn in_lang(&self, lang: Lang) -> Words {
        Words { catalog: Arc::clone(&self.catalog), lang }
    }

    /// Language of this handle.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// The message without arguments; an unknown key comes back as `⟦key⟧`, which tests reject.
    pub fn t<'a>(&'a self, key: &str) -> Cow<'a, str> {
        match self.table().plain.get(key) {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(self.f(key, &[])),
        }
    }

    /// The text of a key with values that came as texts from below.
    pub fn given(&self, key: &str, args: &[(&'static str, String)]) -> String {
        let args: Vec<(&str, &dyn Arg)> = args.iter().map(|(name, value)| (*name, value as &dyn Arg)).collect();
        self.f(key, &args)
    }

    /// The message with arguments: `w.f("inbox-fresh", &[("n", &count)])`.
    pub fn f(&self, key: &str, args: &[(&str, &dyn Arg)]) -> String {
        let bundle = &self.table().patterns;
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return format!("⟦{key}⟧");
        };
        let mut given = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            given.set(*name, value.value());
        }
        let mut faults = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&given), &mut faults);
        if faults.is_empty() { text.into_owned() } else { format!("⟦{key}: {text}⟧") }
    }

    /// True when the key exists in this language.
    pub fn has(&self, key: &str) -> bool {
        self.table().patterns.has_message(key)
    }

    fn table(&self) -> &Table {
        match self.lang {
            Lang::Zh => &self.catalog.zh,
            Lang::En => &self.catalog.en,
        }
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Words").field("lang", &self.lang).finish_non_exhaustive()
    }
}

impl Table {
    fn new(lang: Lang) -> Result<Table, WordsError> {
        let id: LanguageIdentifier = lang.tag().parse().map_err(|_| WordsError::Language(lang.tag().to_owned()))?;
        let mut patterns = FluentBundle::new_concurrent(vec![id]);
        // Isolation marks are for mixed writing directions; here they would only spoil copied text and tests.
        patterns.set_use_isolating(false);
        Ok(Table { plain: HashMap::new(), patterns })
    }

    fn add(&mut self, lang: Lang, text: &str) -> Result<(), WordsError> {
        let lang = lang.tag();
        let keys = keys(text);
        let resource = FluentResource::try_new(text.to_owned())
            .map_err(|(_, faults)| WordsError::Syntax { lang, detail: format!("{faults:?}") })?;
        if let Err(faults) = self.patterns.add_resource(resource) {
            return Err(WordsError::Twice { lang, key: format!("{faults:?}") });
        }
        for key in keys {
            let Some(pattern) = self.patterns.get_message(&key).and_then(|m| m.value()) else { continue };
            let mut faults = Vec::new();
            let value = self.patterns.format_pattern(pattern, None, &mut faults).into_owned();
            // A message that needs arguments reports a fault without them: it stays a pattern.
            if faults.is_empty()
                && let Entry::Vacant(slot) = self.plain.entry(key)
            {
                slot.insert(value);
            }
        }
        Ok(())
    }
}

/// Keys of the messages in a Fluent text, in order.
pub(crate) fn keys(text: &str) -> Vec<String> {
    text.lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_alphabetic()))
        .filter_map(|line| line.split_once('=').map(|(key, _)| key.trim().to_owned()))
        .collect()
}

/// A value that may stand in a message: whole numbers (they choose the plural) and text.
pub trait Arg {
    fn value(&self) -> FluentValue<'_>;
}

macro_rules! numbers {
    ($($kind:ty),*) => { $(impl Arg for $kind {
        fn value(&self) -> FluentValue<'_> { FluentValue::from(*self) }
    })* };
}
numbers!(i32, i64, u8, u16, u32, u64, usize);

impl Arg for str {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::from(self)
    }
}

impl Arg for String {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::from(self.as_str())
    }
}

impl Arg for Cow<'_, str> {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::from(self.as_ref())
    }
}

impl<T: Arg + ?Sized> Arg for &T {
    fn value(&self) -> FluentValue<'_> {
        (**self).value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_patterns_plurals_and_missing() {
        let zh = "hello = 你好\ndays = { $n } 天\n";
        let en = "hello = Hello\ndays = { $n ->\n    [one] { $n } day\n   *[other] { $n } days\n }\n";
        let words = Words::build([("zh-CN", zh), ("en", en)]).unwrap();
        assert_eq!(words.t("hello"), "你好");
        assert_eq!(words.f("days", &[("n", &3)]), "3 天");
        let words = words.in_lang(Lang::En);
        assert_eq!(words.f("days", &[("n", &1)]), "1 day");
        assert_eq!(words.f("days", &[("n", &2u64)]), "2 days");
        assert_eq!(words.t("no-such"), "⟦no-such⟧");
        assert!(words.t("days").starts_with("⟦days"), "a pattern asked for without arguments is a fault");
    }

    #[test]
    fn twice_unknown_language_and_bad_syntax_are_refused() {
        assert!(matches!(Words::build([("en", "a = 1\n"), ("en", "a = 2\n")]), Err(WordsError::Twice { .. })));
        assert!(matches!(Words::build([("fr", "a = 1\n")]), Err(WordsError::Language(_))));
        assert!(matches!(Words::build([("en", "a = { $n\n")]), Err(WordsError::Syntax { .. })));
    }
}
