//! Thin bars: how far along, and of what a total is made. Drawn as SVG with attributes, since the CSP forbids inline styles.

use askama::Template;
use askama::filters::HtmlSafe;

/// Colour of a bar or part; the first four are states, the rest are quiet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    OnTime,
    DueSoon,
    Late,
    Waiting,
    Brand,
    Pale,
}

impl Tone {
    /// CSS class of the SVG shape.
    pub fn class(self) -> &'static str {
        match self {
            Tone::OnTime => "fill-on-time",
            Tone::DueSoon => "fill-due-soon",
            Tone::Late => "fill-late",
            Tone::Waiting => "fill-waiting",
            Tone::Brand => "fill-brand",
            Tone::Pale => "fill-pale",
        }
    }
}

/// A share of a stacked bar.
#[derive(Clone, Debug)]
pub struct Part {
    pub tone: Tone,
    pub count: i64,
    /// What the part is, for screen readers and the tooltip: `超期 1`.
    pub label: String,
}

/// Parts of a total side by side.
#[derive(Clone, Debug, Template)]
#[template(path = "components/stack_bar.html")]
pub struct StackBar {
    pub parts: Vec<Part>,
    /// All labels in one line, read instead of the picture.
    pub label: String,
}

struct Placed<'a> {
    part: &'a Part,
    x: String,
    width: String,
}

impl StackBar {
    /// Parts with a count of zero or less draw nothing.
    pub fn new(parts: Vec<Part>) -> StackBar {
        let label = parts.iter().map(|part| part.label.as_str()).collect::<Vec<_>>().join(" · ");
        StackBar { parts, label }
    }

    fn placed(&self) -> Vec<Placed<'_>> {
        let total: i64 = self.parts.iter().map(|part| part.count.max(0)).sum();
        let mut before = 0;
        let mut out = Vec::with_capacity(self.parts.len());
        for part in self.parts.iter().filter(|part| part.count > 0) {
            out.push(Placed { part, x: share(before, total), width: share(part.count, total) });
            before += part.count;
        }
        out
    }
}

impl HtmlSafe for StackBar {}

/// One bar against its whole.
#[derive(Clone, Debug, Template)]
#[template(path = "components/progress.html")]
pub struct Progress {
    pub value: i64,
    pub max: i64,
    pub tone: Tone,
    pub label: String,
}

impl Progress {
    pub fn new(value: i64, max: i64, tone: Tone, label: impl Into<String>) -> Progress {
        Progress { value, max, tone, label: label.into() }
    }

    fn width(&self) -> String {
        share(self.value.clamp(0, self.max.max(0)), self.max)
    }
}

impl HtmlSafe for Progress {}

/// `part / whole` as a CSS percentage; `0%` of nothing.
pub(super) fn share(part: i64, whole: i64) -> String {
    if whole <= 0 {
        return "0%".to_owned();
    }
    format!("{:.2}%", part as f64 * 100.0 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_fill_the_bar_and_zeroes_vanish() {
        let part = |tone, count| Part { tone, count, label: count.to_string() };
        let bar = StackBar::new(vec![part(Tone::OnTime, 3), part(Tone::DueSoon, 0), part(Tone::Late, 1)]).to_string();
        assert!(bar.contains(r#"x="0.00%" width="75.00%""#) && bar.contains(r#"x="75.00%" width="25.00%""#), "{bar}");
        assert!(!bar.contains("fill-due-soon") && bar.contains("3 · 0 · 1"));
        assert!(Progress::new(9, 4, Tone::Brand, "x").to_string().contains(r#"width="100.00%""#));
        assert!(Progress::new(0, 0, Tone::Brand, "x").to_string().contains(r#"width="0%""#));
    }
}
