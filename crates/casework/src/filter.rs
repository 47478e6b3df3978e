//! A list's filter as it stands in the address: it can be saved as a bookmark, sent to a colleague, linked from a figure.

use chrono::NaiveDate;
use web::href::Href;

use crate::store::list::{After, Light, Line, NeedFilter, Order, Span};

/// Filter, order and place of a list, read from an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilterQuery {
    pub filter: NeedFilter,
    pub order: Order,
    pub after: Option<After>,
    /// The page that ends above this row; it goes before `after`.
    pub before: Option<After>,
}

/// Names of the lights in an address.
const LIGHTS: [(&str, Light); 5] = [
    ("on-time", Light::OnTime),
    ("soon", Light::DueSoon),
    ("late", Light::Late),
    ("waiting", Light::Waiting),
    ("done", Light::Done),
];

impl Light {
    /// The name in an address.
    pub fn as_str(self) -> &'static str {
        LIGHTS.iter().find(|(_, light)| *light == self).map_or("", |(name, _)| name)
    }

    /// Reads [`Light::as_str`].
    pub fn parse(text: &str) -> Option<Light> {
        LIGHTS.iter().find(|(name, _)| *name == text).map(|(_, light)| *light)
    }
}

impl After {
    /// The place of a row in a list of this order.
    pub fn of(row: &Line, order: Order) -> After {
        After { due: row.due_at.filter(|_| order == Order::Due), serial: row.serial }
    }

    /// As an address carries it.
    pub fn write(&self) -> String {
        match self.due {
            Some(due) => format!("{}.{}", self.serial, due.timestamp_micros()),
            None => self.serial.to_string(),
        }
    }

    fn parse(text: &str) -> Option<After> {
        let (serial, due) = text.split_once('.').map_or((text, None), |(serial, due)| (serial, Some(due)));
        let due = match due {
            Some(micros) => Some(chrono::DateTime::from_timestamp_micros(micros.parse().ok()?)?),
            None => None,
        };
        Some(After { due, serial: serial.parse().ok()? })
    }
}

impl FilterQuery {
    /// Reads the query of an address. What cannot be read narrows nothing.
    pub fn parse(address: &str) -> FilterQuery {
        let href = Href::parse(address);
        let one = |name: &str| href.get(name).filter(|value| !value.is_empty()).map(str::to_owned);
        let flag = |name: &str| match href.get(name) {
            Some("yes") => Some(true),
            Some("no") => Some(false),
            _ => None,
        };
        let yes = |name: &str| flag(name) == Some(true);
        let day = |name: &str| href.get(name).and_then(|value| value.parse::<NaiveDate>().ok());
        let span = |name: &str| Span { from: day(&format!("{name}_from")), to: day(&format!("{name}_to")) };
        let states = href.get("state").unwrap_or("").split(',').filter(|s| !s.is_empty()).map(str::to_owned);
        let filter = NeedFilter {
            states: states.collect(),
            open: flag("open"),
            light: href.get("light").and_then(Light::parse),
            category: one("category"),
            grade: one("grade"),
            source: one("source"),
            handed_down: flag("from_above"),
            lead: href.chosen("lead").filter(|code| !code.is_empty()).map(str::to_owned),
            unit: one("unit"),
            refused_by: one("refused_by"),
            act_next: one("act"),
            enterprise: one("enterprise"),
            township: one("township"),
            outcome: one("outcome"),
            result: one("result"),
            reopened: flag("reopened"),
            hopped: flag("handed_on"),
            accept_on_time: flag("accepted_in_time"),
            resolve_on_time: flag("answered_in_time"),
            accepted: flag("accepted"),
            submitted: span("submitted"),
            accepted_in: span("accepted"),
            closed_in: span("closed"),
            due_in: span("due"),
            overdue: yes("overdue"),
            answered: flag("answered"),
            answered_in: span("answered"),
            answered_once: yes("answered_once"),
            fell_due: yes("fell_due"),
            missed: yes("missed"),
            contact_owed: yes("contact_owed"),
            contact_on_time: flag("contacted_in_time"),
            judged: yes("judged"),
            judged_in: span("judged"),
            satisfied: flag("satisfied"),
            confirmed: yes("confirmed"),
            solvable: yes("solvable"),
            reachable: yes("reachable"),
            refused: yes("refused"),
            disputed: yes("disputed"),
            extension_asked: yes("extension_asked"),
            stuck: yes("stuck"),
            review_due: yes("review_due"),
            attention: yes("attention"),
            text: one("q").unwrap_or_default().chars().take(100).collect(),
        };
        let order = match href.get("order") {
            Some("newest") => Order::Newest,
            Some("oldest") => Order::Oldest,
            Some("due") => Order::Due,
            // What is closed has no due date to sort by.
            _ if filter.open == Some(false) || filter.states.iter().any(|s| s == "closed") => Order::Newest,
            _ => Order::Due,
        };
        let place = |name: &str| href.get(name).and_then(After::parse);
        FilterQuery { filter, order, after: place("after"), before: place("before") }
    }

    /// The address of `path` with this filter.
    pub fn at(&self, path: &str) -> Href {
        let f = &self.filter;
        let flag = |value: Option<bool>| value.map(|v| if v { "yes" } else { "no" }.to_owned());
        let yes = |wanted: bool| Some("yes".to_owned()).filter(|_| wanted);
        let day = |value: Option<NaiveDate>| value.map(|day| day.to_string());
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let order = match self.order {
            Order::Due => "due",
            Order::Newest => "newest",
            Order::Oldest => "oldest",
        };
        let pairs = [
            ("state", some(&f.states.join(","))),
            ("open", flag(f.open)),
            ("light", f.light.map(|light| light.as_str().to_owned())),
            ("category", f.category.clone()),
            ("grade", f.grade.clone()),
            ("source", f.source.clone()),
            ("from_above", flag(f.handed_down)),
            ("lead", f.lead.clone()),
            ("unit", f.unit.clone()),
            ("refused_by", f.refused_by.clone()),
            ("act", f.act_next.clone()),
            ("enterprise", f.enterprise.clone()),
            ("township", f.township.clone()),
            ("outcome", f.outcome.clone()),
            ("result", f.result.clone()),
            ("reopened", flag(f.reopened)),
            ("handed_on", flag(f.hopped)),
            ("accepted_in_time", flag(f.accept_on_time)),
            ("answered_in_time", flag(f.resolve_on_time)),
            ("accepted", flag(f.accepted)),
            ("submitted_from", day(f.submitted.from)),
            ("submitted_to", day(f.submitted.to)),
            ("accepted_from", day(f.accepted_in.from)),
            ("accepted_to", day(f.accepted_in.to)),
            ("closed_from", day(f.closed_in.from)),
            ("closed_to", day(f.closed_in.to)),
            ("due_from", day(f.due_in.from)),
            ("due_to", day(f.due_in.to)),
            ("overdue", yes(f.overdue)),
            ("answered", flag(f.answered)),
            ("answered_from", day(f.answered_in.from)),
            ("answered_to", day(f.answered_in.to)),
            ("answered_once", yes(f.answered_once)),
            ("fell_due", yes(f.fell_due)),
            ("missed", yes(f.missed)),
            ("contact_owed", yes(f.contact_owed)),
            ("contacted_in_time", flag(f.contact_on_time)),
            ("judged", yes(f.judged)),
            ("judged_from", day(f.judged_in.from)),
            ("judged_to", day(f.judged_in.to)),
            ("satisfied", flag(f.satisfied)),
            ("confirmed", yes(f.confirmed)),
            ("solvable", yes(f.solvable)),
            ("reachable", yes(f.reachable)),
            ("refused", yes(f.refused)),
            ("disputed", yes(f.disputed)),
            ("extension_asked", yes(f.extension_asked)),
            ("stuck", yes(f.stuck)),
            ("review_due", yes(f.review_due)),
            ("attention", yes(f.attention)),
            ("q", some(&f.text)),
            ("order", some(order)),
            ("after", self.after.as_ref().map(After::write)),
            ("before", self.before.as_ref().map(After::write)),
        ];
        let mut href = Href::parse(path);
        for (name, value) in pairs {
            if let Some(value) = value {
                href = href.with(name, &value);
            }
        }
        href
    }
}

/// The address of the list of requests narrowed to `filter`; every figure leads there.
pub fn href(filter: NeedFilter) -> String {
    let order = FilterQuery::parse("").order;
    let mut query = FilterQuery { filter, order, after: None, before: None };
    if query.filter.open != Some(true) {
        query.order = Order::Newest;
    }
    query.at("/requests").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_back_as_the_filter_it_was_made_from() {
        let address = "/requests?state=assigned,in_progress&open=yes&light=late&category=fin&lead=4199-gxj&from_above=no\
            &closed_from=2026-01-01&closed_to=2026-11-22&overdue=yes&q=%E7%94%B5&order=oldest&after=17.1700000000000000&before=9&review_due=yes&refused_by=4199-gxj";
        let query = FilterQuery::parse(address);
        assert_eq!(query.filter.states, ["assigned", "in_progress"]);
        assert_eq!(query.filter.light, Some(Light::Late));
        assert_eq!(query.filter.text, "电");
        assert!(query.filter.overdue && query.after.is_some() && query.before.is_some());
        assert_eq!(FilterQuery::parse(&query.at("/requests").to_string()), query);
    }

    #[test]
    fn nonsense_narrows_nothing() {
        let query = FilterQuery::parse("/requests?light=green&open=maybe&closed_from=2026-13-01&after=x");
        assert_eq!(query, FilterQuery::default());
    }
}
