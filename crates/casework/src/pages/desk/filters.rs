//! Filters of a list as people see them: facets with counts, chips that can be taken off, the count of what is listed.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use identity::Reached;
use kernel::Result;
use web::Words;
use web::components::{FilterGroup, FilterItem, FilterPanel, LightState, Link};
use web::href::Href;

use super::need::COUNTED;
use super::units::Units;
use crate::engine::Casework;
use crate::filter::FilterQuery;
use crate::pages::shared;
use crate::settings::Settings;
use crate::store::list::{Facet, Light, Moment, NeedFilter};

/// Groups of states in the panel: value in the address and key of the word.
pub const STATES: [(&str, &str); 5] = [
    ("submitted", "state-submitted"),
    ("accepted", "state-accepted"),
    ("assigned,in_progress", "state-in-progress"),
    ("waiting", "state-waiting"),
    ("answered", "state-answered"),
];
const LIGHTS: [(Light, LightState); 4] = [
    (Light::Late, LightState::Late),
    (Light::DueSoon, LightState::DueSoon),
    (Light::OnTime, LightState::OnTime),
    (Light::Waiting, LightState::Waiting),
];
/// So many categories and sources are shown; the rest is behind “more”.
const SHOWN: usize = 6;

/// The groups of open needs under a filter without what the panel itself narrows by, and with it.
pub struct Facets {
    groups: Arc<Vec<Facet>>,
    filter: NeedFilter,
}

/// The beginning of the minute: lists and the counts beside them are of the same moment, also when the counts were kept.
pub fn minute(now: DateTime<Utc>) -> DateTime<Utc> {
    now - chrono::Duration::microseconds(now.timestamp_micros().rem_euclid(60_000_000))
}

impl Facets {
    /// One query at most for all counts of the panel. `at` is a whole minute, see [`minute`].
    pub async fn load(
        casework: &Casework,
        conn: &mut db::Conn,
        reached: &Reached,
        filter: &NeedFilter,
        at: Moment,
    ) -> Result<Facets> {
        let base = NeedFilter {
            states: Vec::new(),
            open: Some(true),
            light: None,
            category: None,
            source: None,
            grade: None,
            ..filter.clone()
        };
        let groups = casework.open_groups.load(conn, reached, &base, at).await?;
        Ok(Facets { groups, filter: filter.clone() })
    }

    /// Rows that fit the whole filter with `change` made to it.
    pub fn count(&self, change: impl FnOnce(&mut NeedFilter)) -> i64 {
        let mut filter = self.filter.clone();
        change(&mut filter);
        self.groups.iter().filter(|group| fits(group, &filter)).map(|group| group.n).sum()
    }

    /// Values of one dimension with their counts, most first.
    fn values(
        &self,
        of: impl Fn(&Facet) -> Option<String>,
        without: impl FnOnce(&mut NeedFilter),
    ) -> Vec<(String, i64)> {
        let mut filter = self.filter.clone();
        without(&mut filter);
        let mut counts = std::collections::BTreeMap::<String, i64>::new();
        for group in self.groups.iter().filter(|group| fits(group, &filter)) {
            if let Some(value) = of(group) {
                *counts.entry(value).or_default() += group.n;
            }
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        counts
    }
}

fn fits(group: &Facet, f: &NeedFilter) -> bool {
    let same = |want: &Option<String>, have: Option<&str>| want.as_deref().is_none_or(|want| Some(want) == have);
    (f.states.is_empty() || f.states.contains(&group.state))
        && f.light.is_none_or(|light| light == group.light)
        && same(&f.category, group.category.as_deref())
        && same(&f.grade, group.grade.as_deref())
        && same(&f.source, Some(&group.source))
}

/// The panel. `all` shows every category. `reviews`: how many plans are to be looked at again, where that is asked for.
pub fn panel(w: &Words, settings: &Settings, here: &Href, facets: &Facets, reviews: Option<i64>) -> FilterPanel {
    let split = |value: &str| value.split(',').map(str::to_owned).collect::<Vec<_>>();
    // words: state-submitted state-accepted state-in-progress state-waiting state-answered
    let states = STATES.map(|(value, key)| {
        let n = facets.count(|f| f.states = split(value));
        FilterItem::new(here, "state", value, w.t(key), Some(n))
    });
    let lights = LIGHTS.map(|(light, state)| {
        let n = facets.count(|f| f.light = Some(light));
        FilterItem::new(here, "light", light.as_str(), state.word(w), Some(n)).light(state)
    });
    let categories = facets.values(|g| g.category.clone(), |f| f.category = None);
    let sources = facets.values(|g| Some(g.source.clone()), |f| f.source = None);
    let all = here.get("all") == Some("yes");
    let more = |hidden: usize| {
        (hidden > 0).then(|| Link::new(here.with("all", "yes"), w.f("desk-more-facets", &[("n", &hidden)])))
    };
    let shown = if all { usize::MAX } else { SHOWN };
    let group = |title: &str, key: &str, values: Vec<(String, i64)>, label: &dyn Fn(&str) -> String| {
        let hidden = values.len().saturating_sub(shown);
        let chosen = here.get(key);
        let items = values.iter().enumerate().filter(|(at, (value, _))| *at < shown || chosen == Some(value));
        let items = items.map(|(_, (value, n))| FilterItem::new(here, key, value, label(value), Some(*n)));
        FilterGroup { title: w.t(title).into_owned(), items: items.collect(), more: more(hidden) }
    };
    let mut groups = vec![
        FilterGroup { title: w.t("desk-facet-state").into_owned(), items: states.into(), more: None },
        FilterGroup { title: w.t("desk-facet-light").into_owned(), items: lights.into(), more: None },
    ];
    // words: desk-facet-category desk-facet-source
    groups.push(group("desk-facet-category", "category", categories, &|code| shared::category(w, settings, code)));
    groups.push(group("desk-facet-source", "source", sources, &|code| shared::source(w, code)));
    if let Some(n) = reviews.filter(|n| *n > 0 || here.get("review_due").is_some()) {
        // These are mostly closed, so the other choices, which are of open needs, do not narrow them.
        let alone = if here.get("review_due").is_some() { here.clone() } else { Href::parse("/desk") };
        let due = FilterItem::new(&alone, "review_due", "yes", w.t("pill-review-due"), Some(n));
        groups.insert(2, FilterGroup { title: w.t("outcome-planned").into_owned(), items: vec![due], more: None });
    }
    groups.retain(|group| !group.items.is_empty());
    FilterPanel::new(w, here, groups)
}

/// What narrows the list now, each with a link that takes it off.
/// words: desk-chip-*
pub fn chips(w: &Words, settings: &Settings, units: &Units, query: &FilterQuery, path: &str) -> Vec<Link> {
    let whole = FilterQuery { after: None, before: None, ..query.clone() }.at(path);
    let shown = whole.pairs().iter().filter(|(key, _)| !matches!(key.as_str(), "order" | "after"));
    let chip = |(key, value): &(String, String)| {
        let name = format!("desk-chip-{}", key.replace('_', "-"));
        let label = if w.has(&name) { w.t(&name).into_owned() } else { key.clone() };
        let text = match said(w, settings, units, key, value) {
            Some(value) => w.f("desk-chip", &[("name", &label), ("value", &value)]),
            None => label,
        };
        Link::new(whole.without(&[key]), text)
    };
    shown.map(chip).collect()
}

/// A value in the reader's words; `None` where the name of the filter says it all.
fn said(w: &Words, settings: &Settings, units: &Units, key: &str, value: &str) -> Option<String> {
    let and = w.t("desk-and");
    Some(match key {
        "state" => value.split(',').map(|s| shared::state(w, s)).collect::<Vec<_>>().join(&and),
        "light" => {
            let state = match Light::parse(value) {
                Some(Light::OnTime) => LightState::OnTime,
                Some(Light::DueSoon) => LightState::DueSoon,
                Some(Light::Late) => LightState::Late,
                Some(Light::Waiting) => LightState::Waiting,
                _ => LightState::Done,
            };
            state.word(w)
        }
        "category" => shared::category(w, settings, value),
        "grade" => shared::grade(w, value),
        "source" => shared::source(w, value),
        "outcome" => shared::outcome(w, value),
        "result" => shared::result(w, value),
        "lead" | "unit" | "refused_by" | "township" => units.name_of_code(w, value),
        "act" => w.f(&format!("act-{}", value.replace('_', "-")), &[("unit", &w.t("desk-chip-any-unit").into_owned())]),
        _ if value == "yes" => return None,
        _ if value == "no" => w.t("desk-chip-no").into_owned(),
        _ => match value.parse::<chrono::NaiveDate>() {
            Ok(day) => w.date(day),
            Err(_) => value.to_owned(),
        },
    })
}

/// How many rows the list has: from the facets where these tell, otherwise counted up to a bound.
pub async fn total(
    conn: &mut db::Conn,
    reached: &Reached,
    facets: Option<&Facets>,
    filter: &NeedFilter,
    at: Moment,
) -> Result<i64> {
    if let Some(facets) = facets {
        return Ok(facets.count(|_| {}));
    }
    crate::store::list::count(conn, reached, filter, at, COUNTED).await
}

/// Whether the counts of the panel are those of the list: it shows open needs only.
pub fn is_open(filter: &NeedFilter) -> bool {
    let open = STATES.iter().flat_map(|(value, _)| value.split(','));
    let open: Vec<&str> = open.collect();
    filter.open == Some(true) || (!filter.states.is_empty() && filter.states.iter().all(|s| open.contains(&s.as_str())))
}
