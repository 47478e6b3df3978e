//! Tables of many rows: a head whose columns sort, and paging by key.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::href::Href;
use crate::words::Words;

/// A column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    pub title: String,
    /// Value of `sort=` that sorts by this column upwards (`-value` downwards); none if it cannot be sorted.
    pub sort: Option<&'static str>,
    /// CSS classes of the head cell: `num` right-aligns, `fit` keeps narrow, `wide-only` hides on phones.
    pub class: &'static str,
}

impl Column {
    /// A column that does not sort.
    pub fn new(title: impl Into<String>) -> Column {
        Column { title: title.into(), sort: None, class: "" }
    }

    /// Sorts by `key`.
    pub fn sort(mut self, key: &'static str) -> Column {
        self.sort = Some(key);
        self
    }

    /// Adds head classes.
    pub fn class(mut self, class: &'static str) -> Column {
        self.class = class;
        self
    }
}

struct HeadCell {
    title: String,
    class: &'static str,
    link: Option<SortLink>,
}

struct SortLink {
    href: String,
    label: String,
    /// Value of `aria-sort`; empty when the table is sorted by something else.
    aria: &'static str,
    arrow: &'static str,
}

/// The `<thead>` of a sortable table.
#[derive(Template)]
#[template(path = "components/table_head.html")]
pub struct TableHead {
    cells: Vec<HeadCell>,
    select: Option<String>,
}

impl TableHead {
    /// `here` is the present address; its `sort` parameter, or else `default` (`due`, `-raised`), says how the rows are sorted.
    pub fn new(w: &Words, here: &Href, default: &str, columns: Vec<Column>) -> TableHead {
        let now = here.get("sort").unwrap_or(default).to_owned();
        let cells = columns
            .into_iter()
            .map(|column| {
                let link = column.sort.map(|key| {
                    let down = format!("-{key}");
                    let (aria, arrow, next) = match now.as_str() {
                        up if up == key => ("ascending", "↑", down.as_str()),
                        other if other == down => ("descending", "↓", key),
                        _ => ("", "", key),
                    };
                    SortLink {
                        href: here.without(&["after", "before"]).with("sort", next).to_string(),
                        label: w.f("sort-by", &[("title", &column.title)]),
                        aria,
                        arrow,
                    }
                });
                HeadCell { title: column.title, class: column.class, link }
            })
            .collect();
        TableHead { cells, select: None }
    }

    /// Puts a box in front that selects all rows (rows carry `<input type="checkbox" name="row" data-row-select>`).
    pub fn selectable(mut self, w: &Words) -> TableHead {
        self.select = Some(w.t("select-all").into_owned());
        self
    }
}

impl HtmlSafe for TableHead {}

/// Previous and next page of a list paged by key.
#[derive(Clone, Debug, Template)]
#[template(path = "components/pager.html")]
pub struct Pager {
    label: String,
    previous: Option<(String, String)>,
    next: Option<(String, String)>,
    note: String,
}

impl Pager {
    /// `before` and `after` are the keys of the neighbouring pages, put into the parameters of these names;
    /// `note` says what is shown: `第 1–50 件，共 298 件`.
    pub fn new(w: &Words, here: &Href, before: Option<&str>, after: Option<&str>, note: impl Into<String>) -> Pager {
        let base = here.first_page();
        let link = |key, value: &str, word: &str| (base.with(key, value).to_string(), word.to_owned());
        Pager {
            label: w.t("pager").into_owned(),
            previous: before.map(|value| link("before", value, &w.t("page-previous"))),
            next: after.map(|value| link("after", value, &w.t("page-next"))),
            note: note.into(),
        }
    }
}

impl HtmlSafe for Pager {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::WORDS;

    #[test]
    fn head_turns_round_and_pager_keeps_filters() {
        let w = Words::build(WORDS.iter().copied()).unwrap();
        let here = Href::parse("/requests?state=open&sort=due&after=k1");
        let columns = vec![Column::new("到期").sort("due"), Column::new("编号").sort("number"), Column::new("<i>")];
        let head = TableHead::new(&w, &here, "due", columns).to_string();
        assert!(head.contains(r#"aria-sort="ascending""#) && head.contains("sort=-due"), "{head}");
        assert!(head.contains("sort=number") && head.contains("&#60;i&#62;") && !head.contains("after="), "{head}");
        let pager = Pager::new(&w, &here, None, Some("k/2"), "").to_string();
        assert!(
            pager.contains("state=open&#38;sort=due&#38;after=k%2F2")
                && pager.contains("下一页")
                && !pager.contains("上一页"),
            "{pager}"
        );
    }
}
