//! Fields of forms with label, hint and error tied together for every reader, and the summary of errors on top.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::words::Words;

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

    /// Explains the choice.
    pub fn hint(mut self, text: impl Into<String>) -> Choice {
        self.hint = text.into();
        self
    }
}

/// What the person types into or picks from.
#[derive(Clone, Debug)]
pub enum Control {
    /// A one-line input of an HTML type: `text`, `date`, `number`, `tel`, `email`, `password`, `datetime-local`.
    Input {
        kind: &'static str,
    },
    Area {
        rows: u8,
    },
    /// `empty` is the line of no choice, such as `请选择`; none leaves it out.
    Select {
        choices: Vec<Choice>,
        empty: Option<String>,
    },
    Radios {
        choices: Vec<Choice>,
    },
    Checks {
        choices: Vec<Choice>,
    },
    /// A single box; the label stands beside it.
    Check {
        checked: bool,
    },
    File {
        accept: String,
        multiple: bool,
    },
}

/// A field. Make one with `text`, `area`, …; refine it with the methods; print it.
#[derive(Clone, Debug, Template)]
#[template(path = "components/field.html")]
pub struct Field {
    pub name: String,
    pub label: String,
    pub control: Control,
    pub value: String,
    pub hint: String,
    pub error: String,
    pub required: bool,
    pub optional: String,
    pub maxlength: Option<u32>,
    pub autocomplete: &'static str,
    pub inputmode: &'static str,
    pub placeholder: String,
    pub list: Vec<String>,
    pub scope: String,
    pub bounds: (String, String, String),
}

impl Field {
    fn new(name: impl Into<String>, label: impl Into<String>, control: Control) -> Field {
        Field {
            name: name.into(),
            label: label.into(),
            control,
            value: String::new(),
            hint: String::new(),
            error: String::new(),
            required: false,
            optional: String::new(),
            maxlength: None,
            autocomplete: "",
            inputmode: "",
            placeholder: String::new(),
            list: Vec::new(),
            scope: String::new(),
            bounds: Default::default(),
        }
    }

    /// One line of text.
    pub fn text(name: impl Into<String>, label: impl Into<String>) -> Field {
        Field::new(name, label, Control::Input { kind: "text" })
    }

    /// One line of another HTML type; see `Control::Input`.
    pub fn input(kind: &'static str, name: impl Into<String>, label: impl Into<String>) -> Field {
        Field::new(name, label, Control::Input { kind })
    }

    /// Several lines.
    pub fn area(name: impl Into<String>, label: impl Into<String>, rows: u8) -> Field {
        Field::new(name, label, Control::Area { rows })
    }

    /// A select; a first line “choose” when nothing is chosen yet comes with `empty`.
    pub fn select(name: impl Into<String>, label: impl Into<String>, choices: Vec<Choice>) -> Field {
        Field::new(name, label, Control::Select { choices, empty: None })
    }

    /// Radio buttons in a fieldset.
    pub fn radios(name: impl Into<String>, label: impl Into<String>, choices: Vec<Choice>) -> Field {
        Field::new(name, label, Control::Radios { choices })
    }

    /// Tick boxes in a fieldset, all of one name.
    pub fn checks(name: impl Into<String>, label: impl Into<String>, choices: Vec<Choice>) -> Field {
        Field::new(name, label, Control::Checks { choices })
    }

    /// One tick box; sends `yes`.
    pub fn check(name: impl Into<String>, label: impl Into<String>, checked: bool) -> Field {
        Field::new(name, label, Control::Check { checked })
    }

    /// A file chooser; `accept` as in HTML: `.xlsx,.pdf,image/*`.
    pub fn file(name: impl Into<String>, label: impl Into<String>, accept: impl Into<String>, multiple: bool) -> Field {
        Field::new(name, label, Control::File { accept: accept.into(), multiple })
    }

    /// What stands in it now.
    pub fn value(mut self, value: impl ToString) -> Field {
        self.value = value.to_string();
        self
    }

    /// A grey line between label and control.
    pub fn hint(mut self, text: impl Into<String>) -> Field {
        self.hint = text.into();
        self
    }

    /// What is wrong with it; nothing is shown for `None` or empty.
    pub fn error(mut self, text: Option<impl Into<String>>) -> Field {
        self.error = text.map(Into::into).unwrap_or_default();
        self
    }

    /// Must be filled in.
    pub fn required(mut self) -> Field {
        self.required = true;
        self
    }

    /// Says `（选填）` after the label.
    pub fn optional(mut self, w: &Words) -> Field {
        self.optional = w.t("field-optional").into_owned();
        self
    }

    /// Adds the line of no choice to a select.
    pub fn empty(mut self, w: &Words) -> Field {
        if let Control::Select { empty, .. } = &mut self.control {
            *empty = Some(w.t("choose").into_owned());
        }
        self
    }

    /// Longest text, in UTF-16 units as browsers count.
    pub fn maxlength(mut self, n: u32) -> Field {
        self.maxlength = Some(n);
        self
    }

    /// HTML `autocomplete` token: `username`, `current-password`, `tel`, `off`.
    pub fn autocomplete(mut self, token: &'static str) -> Field {
        self.autocomplete = token;
        self
    }

    /// HTML `inputmode`: `numeric`, `decimal`, `tel`.
    pub fn inputmode(mut self, mode: &'static str) -> Field {
        self.inputmode = mode;
        self
    }

    /// An example inside the empty control; never the only place of an instruction.
    pub fn placeholder(mut self, text: impl Into<String>) -> Field {
        self.placeholder = text.into();
        self
    }

    /// Suggestions under a text input.
    pub fn suggestions(mut self, list: Vec<String>) -> Field {
        self.list = list;
        self
    }

    /// `min`, `max` and `step` of a number or date; empty leaves one out.
    pub fn bounds(mut self, min: impl ToString, max: impl ToString, step: impl ToString) -> Field {
        self.bounds = (min.to_string(), max.to_string(), step.to_string());
        self
    }

    /// Keeps ids apart when two forms on a page have fields of one name.
    pub fn scope(mut self, scope: impl Into<String>) -> Field {
        self.scope = scope.into();
        self
    }

    /// The control's id, which an error summary links to.
    pub fn id(&self) -> String {
        if self.scope.is_empty() { format!("f-{}", self.name) } else { format!("f-{}-{}", self.scope, self.name) }
    }

    fn described(&self) -> String {
        let id = self.id();
        let mut ids = Vec::new();
        if !self.hint.is_empty() {
            ids.push(format!("{id}-hint"));
        }
        if !self.error.is_empty() {
            ids.push(format!("{id}-error"));
        }
        ids.join(" ")
    }

    /// Choices of a group, each with the id of its box; the first carries the field's own id.
    fn boxes(&self) -> Vec<(String, &Choice)> {
        let (Control::Radios { choices } | Control::Checks { choices }) = &self.control else { return Vec::new() };
        let id = self.id();
        choices
            .iter()
            .enumerate()
            .map(|(index, choice)| (if index == 0 { id.clone() } else { format!("{id}-{index}") }, choice))
            .collect()
    }
}

impl HtmlSafe for Field {}

/// All errors of a form in one box on top, each linking to its field.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "components/error_summary.html")]
pub struct ErrorSummary {
    title: String,
    items: Vec<(String, String)>,
}

impl ErrorSummary {
    /// Prints nothing when no field has an error.
    pub fn of<'a>(w: &Words, fields: impl IntoIterator<Item = &'a Field>) -> ErrorSummary {
        let items: Vec<_> = fields
            .into_iter()
            .filter(|field| !field.error.is_empty())
            .map(|field| (field.id(), w.f("error-summary-item", &[("field", &field.label), ("error", &field.error)])))
            .collect();
        ErrorSummary { title: w.f("error-summary", &[("n", &items.len())]), items }
    }

    /// True when the form is fine.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

impl HtmlSafe for ErrorSummary {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::WORDS;

    #[test]
    fn errors_are_tied_to_their_fields() {
        let w = Words::build(WORDS.iter().copied()).unwrap();
        let title = Field::text("title", "事由").value("\"><b>").hint("一句话").error(Some("请填写事由")).required();
        let html = title.to_string();
        for want in [
            r#"<label for="f-title">"#,
            r#"aria-describedby="f-title-hint f-title-error""#,
            r#"aria-invalid="true""#,
            r#"id="f-title-error""#,
            "value=\"&#34;&#62;&#60;b&#62;\"",
        ] {
            assert!(html.contains(want), "{want} is missing in {html}");
        }
        let summary = ErrorSummary::of(&w, [&title, &Field::text("other", "x")]).to_string();
        assert!(
            summary.contains(r##"href="#f-title""##)
                && summary.contains("有 1 处需要修改")
                && summary.contains("事由：请填写事由"),
            "{summary}"
        );
        assert!(ErrorSummary::of(&w, [&Field::text("other", "x")]).to_string().trim().is_empty());
        let radios =
            Field::radios("grade", "等级", vec![Choice::new("a", "重点", true), Choice::new("b", "一般", false)])
                .to_string();
        assert!(radios.contains("<fieldset") && radios.matches("checked").count() == 1, "{radios}");
    }
}
