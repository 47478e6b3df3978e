//! Fields of forms with label, hint and error tied together for every reader, and the summary of errors on top.

use askama::Template;
use askama::filters::HtmlSafe;

use super::choice::{Choice, LOOKED_THROUGH};
use crate::words::Words;

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
    /// One of many: an input with suggestions, which needs no script. Sends what [`super::chosen`] reads.
    Pick {
        choices: Vec<Choice>,
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
    pub shared: String,
    pub scope: String,
    pub bounds: (String, String, String),
    /// What the input says that finds tick boxes; empty without one. Then what it says when it found some, and none.
    pub find: (String, String, String),
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
            shared: String::new(),
            scope: String::new(),
            bounds: Default::default(),
            find: Default::default(),
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

    /// One of choices that may be many: a select or, beyond [`LOOKED_THROUGH`], an input that finds them by any part of the
    /// name or by its initials. A choice with an empty value (`不限`) is what an empty input means. Read it with [`super::chosen`].
    pub fn pick(name: impl Into<String>, label: impl Into<String>, mut choices: Vec<Choice>) -> Field {
        if choices.len() <= LOOKED_THROUGH {
            return Field::select(name, label, choices);
        }
        let none = choices.iter().position(|choice| choice.value.is_empty()).map(|at| choices.remove(at).label);
        let field = Field::new(name, label, Control::Pick { choices });
        Field { placeholder: none.unwrap_or_default(), autocomplete: "off", ..field }
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

    /// Many tick boxes get an input above them that leaves those found by a part of the name or its initials, and those
    /// ticked stand first. Without script the list is whole and nothing is typed.
    pub fn found_by_typing(mut self, w: &Words) -> Field {
        if let Control::Checks { choices } = &mut self.control
            && choices.len() > LOOKED_THROUGH
        {
            // Stable: the rest stays in its order.
            choices.sort_by_key(|choice| !choice.chosen);
            self.find = ["boxes-find", "boxes-found", "boxes-none"].map(|key| w.t(key).into_owned()).into();
        }
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

    /// An English name, which nobody needs to give.
    pub fn english(self, w: &Words) -> Field {
        self.hint(w.t("name-en-hint")).optional(w)
    }

    /// Adds the line of no choice to a select.
    pub fn empty(mut self, w: &Words) -> Field {
        match &mut self.control {
            Control::Select { empty, .. } => *empty = Some(w.t("choose").into_owned()),
            Control::Pick { .. } => self.placeholder = w.t("choose-typing").into_owned(),
            _ => {}
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

    /// Suggestions under a text input that several fields share: the id of [`Suggestions`].
    pub fn suggested_by(mut self, id: impl Into<String>) -> Field {
        self.shared = id.into();
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

    /// What stands in the input of a choice among many: the choice made, else what was typed.
    fn picked(&self) -> String {
        let Control::Pick { choices } = &self.control else { return self.value.clone() };
        choices.iter().find(|choice| choice.chosen).map_or_else(|| self.value.clone(), Choice::typed)
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
    use crate::components::{by_reading, chosen};
    use crate::words::WORDS;

    #[test]
    fn many_choices_are_typed_and_few_are_looked_through() {
        let many = |n: usize| -> Vec<Choice> {
            (0..n).map(|n| Choice::new(format!("u{n}"), format!("\u{3000}第{n}局"), n == 3)).collect()
        };
        let few = Field::pick("unit", "单位", many(LOOKED_THROUGH)).to_string();
        assert!(few.contains("<select") && !few.contains("<datalist"), "{few}");
        let long = Field::pick("unit", "单位", many(LOOKED_THROUGH + 1)).required().to_string();
        for want in [r#"list="f-unit-list""#, r#"value="第3局 [u3]""#, "<datalist", ">d30j</option>", "required"] {
            assert!(long.contains(want), "{want} is missing in {long}");
        }
        assert!(!long.contains("<select"), "{long}");
        let mut any = many(40);
        any.insert(0, Choice::new("", "不限", false));
        any[4].chosen = false;
        let typed = Field::pick("unit", "单位", any).value("第九").to_string();
        assert!(typed.contains(r#"placeholder="不限""#) && typed.contains(r#"value="第九""#), "{typed}");
        for (sent, value) in
            [("第3局 [u3]", "u3"), ("u3", "u3"), (" 第3局 ", "第3局"), ("", ""), ("甲 [乙] 丙", "甲 [乙] 丙")]
        {
            assert_eq!(chosen(sent), value);
        }
        let mut choices: Vec<Choice> = ["财政局", "安监局", "住建局"].map(|n| Choice::new(n, n, false)).into();
        by_reading(&mut choices);
        assert_eq!(choices.iter().map(|c| c.label.as_str()).collect::<Vec<_>>(), ["安监局", "财政局", "住建局"]);
    }

    #[test]
    fn many_boxes_are_found_by_typing_and_the_ticked_stand_first() {
        let w = Words::build(WORDS.iter().copied()).unwrap();
        let boxes = |n: usize| -> String {
            let choices = (0..n).map(|n| Choice::new(format!("u{n}"), format!("第{n}局"), n == 7)).collect();
            Field::checks("co", "协办", choices).found_by_typing(&w).to_string()
        };
        let (few, many) = (boxes(LOOKED_THROUGH), boxes(LOOKED_THROUGH + 1));
        assert!(!few.contains("data-find"), "{few}");
        assert!(many.contains("data-find-boxes") && many.contains(r#"data-find="d3j""#), "{many}");
        let place = |value: &str| many.find(&format!(r#"value="{value}""#)).unwrap();
        assert!(place("u7") < place("u0") && place("u6") < place("u8"));
        assert!(many.contains(r#"id="f-co" name="co" value="u7" checked"#), "{many}");
    }

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
