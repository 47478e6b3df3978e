//! Choices of a field: few are looked through, many are typed into an input that suggests them.

use askama::Template;
use askama::filters::HtmlSafe;

/// A choice of a select, of radio buttons or of tick boxes.
#[derive(Clone, Debug)]
pub struct Choice {
    pub value: String,
    pub label: String,
    /// A grey line under the label (radio buttons and tick boxes).
    pub hint: String,
    pub chosen: bool,
}

impl Choice {
    pub fn new(value: impl ToString, label: impl Into<String>, chosen: bool) -> Choice {
        Choice { value: value.to_string(), label: label.into(), hint: String::new(), chosen }
    }

    /// As an input shows and sends it: `自然资源局 [land]`.
    pub(super) fn typed(&self) -> String {
        format!("{} [{}]", self.label.trim(), self.value)
    }

    /// The initials of the label, by which it is found as well: `zrzyj`.
    pub(super) fn initials(&self) -> String {
        kernel::pinyin_initials(&self.label)
    }

    /// Explains the choice.
    pub fn hint(mut self, text: impl Into<String>) -> Choice {
        self.hint = text.into();
        self
    }
}

/// More choices than this are not looked through but typed: a few letters, a part of the name, its pinyin initials.
pub const LOOKED_THROUGH: usize = 30;

/// The value of what a choice sent: a list that is looked through sends the value itself, one that is typed into
/// `自然资源局 [land]`. What was typed freely comes back as it is, for the page to look it up or refuse it.
pub fn chosen(sent: &str) -> &str {
    let sent = sent.trim();
    sent.strip_suffix(']').and_then(|text| text.rsplit_once('[')).map_or(sent, |(_, value)| value.trim())
}

/// Puts choices in the order in which their labels are read.
pub fn by_reading(choices: &mut [Choice]) {
    choices.sort_by_cached_key(|choice| (kernel::pinyin_full(choice.label.trim()), choice.value.clone()));
}

/// Choices that several inputs suggest; what they send is read with [`chosen`].
#[derive(Clone, Debug, Template)]
#[template(path = "components/suggestions.html")]
pub struct Suggestions {
    id: String,
    choices: Vec<Choice>,
}

impl Suggestions {
    pub fn new(id: impl Into<String>, choices: Vec<Choice>) -> Suggestions {
        Suggestions { id: id.into(), choices }
    }
}

impl HtmlSafe for Suggestions {}
