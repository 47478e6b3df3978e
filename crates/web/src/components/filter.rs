//! The filters beside a list: groups of facets, each a link with the count behind it.

use askama::Template;
use askama::filters::HtmlSafe;

use super::Link;
use super::light::LightState;
use crate::format;
use crate::href::Href;
use crate::words::Words;

/// One facet.
#[derive(Clone, Debug)]
pub struct FilterItem {
    pub label: String,
    pub count: Option<i64>,
    pub href: String,
    pub active: bool,
    pub light: Option<LightState>,
}

impl FilterItem {
    /// Links to `here` with `key=value` set, or removed when it is set already.
    pub fn new(here: &Href, key: &str, value: &str, label: impl Into<String>, count: Option<i64>) -> FilterItem {
        FilterItem {
            label: label.into(),
            count,
            href: here.facet(key, value).to_string(),
            active: here.get(key) == Some(value),
            light: None,
        }
    }

    /// Shows the label as a light.
    pub fn light(mut self, state: LightState) -> FilterItem {
        self.light = Some(state);
        self
    }

    fn number(&self) -> String {
        self.count.map(format::number).unwrap_or_default()
    }
}

/// Facets under one heading.
#[derive(Clone, Debug)]
pub struct FilterGroup {
    pub title: String,
    pub items: Vec<FilterItem>,
    /// A link to the rest: `还有 6 类`.
    pub more: Option<Link>,
}

/// The panel; on a phone it folds into one line.
#[derive(Clone, Debug, Template)]
#[template(path = "components/filter_panel.html")]
pub struct FilterPanel {
    title: String,
    clear: Option<Link>,
    groups: Vec<FilterGroup>,
}

impl FilterPanel {
    /// `here` gives the address for “clear filters”, shown when any facet is active; it keeps `sort` and `q`.
    pub fn new(w: &Words, here: &Href, groups: Vec<FilterGroup>) -> FilterPanel {
        let any = groups.iter().flat_map(|group| &group.items).any(|item| item.active);
        let mut base = Href::parse(here.path());
        for key in ["q", "sort"] {
            if let Some(value) = here.get(key) {
                base = base.with(key, value);
            }
        }
        FilterPanel {
            title: w.t("filters").into_owned(),
            clear: any.then(|| Link::new(base, w.t("clear-filters"))),
            groups,
        }
    }

    fn active(&self) -> usize {
        self.groups.iter().flat_map(|group| &group.items).filter(|item| item.active).count()
    }
}

impl HtmlSafe for FilterPanel {}
