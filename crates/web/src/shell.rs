//! The frame around every page: what the header, the navigation and the footer need to know.

use std::borrow::Cow;
use std::fmt;

use askama::filters::HtmlSafe;

use crate::assets;
use crate::components::Flash;
use crate::href;
use crate::lang::Lang;
use crate::words::{Arg, Words};

/// Name of the hidden form field with the CSRF token.
pub const CSRF_FIELD: &str = "csrf";

/// One entry of the navigation.
#[derive(Clone, Debug)]
pub struct NavItem {
    pub href: String,
    /// Key of the word.
    pub key: &'static str,
    pub active: bool,
    /// A count beside the word: what waits for this person.
    pub count: Option<i64>,
}

/// Who is signed in.
#[derive(Clone, Debug)]
pub struct ShellUser {
    pub name: String,
    /// What they are here: `示范县专班 · 受理`.
    pub role: String,
}

impl ShellUser {
    /// One Chinese character, or up to two Latin initials.
    pub fn initial(&self) -> String {
        let mut words = self.name.split_whitespace();
        match words.next().and_then(|word| word.chars().next()) {
            Some(first) if first.is_ascii() => {
                let second = words.next_back().and_then(|word| word.chars().next());
                [Some(first), second].into_iter().flatten().flat_map(char::to_uppercase).collect()
            }
            Some(first) => first.to_string(),
            None => "?".to_owned(),
        }
    }
}

/// The frame of a page; a page's template struct has it as the field `shell`.
#[derive(Clone, Debug)]
pub struct Shell {
    pub w: Words,
    /// `示范县`; on an enterprise's page the enterprise.
    pub county: String,
    /// `万人助万企`; may be empty.
    pub programme: String,
    pub nav: Vec<NavItem>,
    pub user: Option<ShellUser>,
    pub csrf: String,
    /// Path and query of this page, to come back to after switching the language.
    pub path: String,
    pub flash: Option<Flash>,
    /// The search box: `None` hides it, else what stands in it.
    pub search: Option<String>,
    pub demo: bool,
}

impl Shell {
    /// A word without arguments.
    pub fn t<'a>(&'a self, key: &str) -> Cow<'a, str> {
        self.w.t(key)
    }

    /// A word with arguments. Rust: `shell.f("inbox-fresh", &[("n", &count)])`; in a template without the first `&`.
    pub fn f(&self, key: &str, args: &[(&str, &dyn Arg)]) -> String {
        self.w.f(key, args)
    }

    /// The hidden input every POST form carries; print it inside the form.
    pub fn csrf_input(&self) -> CsrfInput<'_> {
        CsrfInput(&self.csrf)
    }

    /// Value of the `lang` attribute.
    pub fn lang(&self) -> &'static str {
        self.w.lang().tag()
    }

    /// For `shell.html`.
    pub fn is_zh(&self) -> bool {
        self.w.lang() == Lang::Zh
    }

    /// For `shell.html`: the address that switches to a language and comes back.
    pub fn switch(&self, tag: &str) -> String {
        format!("/language/{tag}?back={}", href::encode(&self.path))
    }

    /// For the frame's template: address of an embedded file.
    pub fn asset(&self, name: &str) -> &'static str {
        assets::url(name)
    }
}

/// `<input type="hidden" …>` with the token; see `Shell::csrf_input`.
pub struct CsrfInput<'a>(&'a str);

impl fmt::Display for CsrfInput<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let token = askama::filters::escape(self.0, askama::filters::Html).map_err(|_| fmt::Error)?;
        write!(f, r#"<input type="hidden" name="{CSRF_FIELD}" value="{token}">"#)
    }
}

impl HtmlSafe for CsrfInput<'_> {}

/// The frame of a page that stands alone on a sheet: posters, supervision orders, the page before a meeting.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub w: Words,
    /// Where “back” leads.
    pub back: String,
}

impl Sheet {
    /// A word without arguments.
    pub fn t<'a>(&'a self, key: &str) -> Cow<'a, str> {
        self.w.t(key)
    }

    /// Value of the `lang` attribute.
    pub fn lang(&self) -> &'static str {
        self.w.lang().tag()
    }

    /// For the frame's template: address of an embedded file.
    pub fn asset(&self, name: &str) -> &'static str {
        assets::url(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials() {
        for (name, want) in [("王芳", "王"), ("Wang Lei", "WL"), ("li", "L"), ("", "?")] {
            let user = ShellUser { name: name.into(), role: String::new() };
            assert_eq!(user.initial(), want);
        }
    }
}
