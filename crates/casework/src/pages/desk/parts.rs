//! Parts that several pages of the desk print: the enterprise in one line, similar needs, the rows of a list.

use askama::Template;
use askama::filters::HtmlSafe;
use web::components::{Light as Pill, Link, Phone, Sight};
use web::href::encode;
use web::{Words, format};

use crate::filter;
use crate::pages::shared;
use crate::settings::Settings;
use crate::store::desk::{Glance, Helper};
use crate::store::kind::Similar;
use crate::store::list::{Line, Moment, NeedFilter};

/// The enterprise with what one should know of it at once.
#[derive(Template)]
#[template(path = "desk/enterprise_line.html")]
pub struct EnterpriseLine {
    name: Link,
    /// To where the desk looks at an enterprise that the register does not have.
    check: Option<Link>,
    facts: Vec<String>,
    earlier: Option<Link>,
    helpers: Vec<(String, Phone)>,
}

impl HtmlSafe for EnterpriseLine {}

impl EnterpriseLine {
    /// `number` of the request it stands at; `earlier`: other needs of the enterprise; `sight`: of the helpers' telephone numbers.
    /// words: ent-scale-*
    pub fn new(w: &Words, glance: &Glance, number: &str, earlier: i64, sight: Sight) -> EnterpriseLine {
        let mut facts = Vec::new();
        facts.extend(glance.township.as_ref().map(|names| shared::name(w, names).to_owned()));
        facts.extend(glance.staff.map(|n| w.f("desk-staff", &[("n", &format::number(n))])));
        let scale = format!("ent-scale-{}", glance.scale.replace('_', "-"));
        if glance.scale != "unknown" && w.has(&scale) {
            facts.push(w.t(&scale).into_owned());
        }
        let all = NeedFilter { enterprise: Some(glance.credit_code.clone()), ..NeedFilter::default() };
        let helper = |own: &Helper| {
            let address = format!("/requests/{number}/helpers/{}/contact", encode(&own.login));
            (w.f("desk-helper", &[("name", &own.name)]), Phone::new(w, sight, &own.phone, &own.name, &address))
        };
        EnterpriseLine {
            name: Link::new(format!("/enterprises/{}", glance.credit_code), glance.name.as_str()),
            check: kernel::shown_code(&glance.credit_code)
                .is_empty()
                .then(|| Link::new(super::waiting::href(&glance.credit_code), w.t("desk-unregistered"))),
            facts,
            earlier: (earlier > 0).then(|| Link::new(filter::href(all), w.f("desk-earlier", &[("n", &earlier)]))),
            helpers: glance.helpers.iter().map(helper).collect(),
        }
    }
}

/// A need that was solved before: by whom, how fast, how.
pub struct SimilarLine {
    pub link: Link,
    pub title: String,
    pub how: String,
    pub answer: String,
}

impl SimilarLine {
    pub fn new(w: &Words, one: &Similar) -> SimilarLine {
        let unit = one.lead.as_ref().map_or("", |names| shared::name(w, names)).to_owned();
        let how = match one.used_days {
            Some(n) => w.f("desk-similar-days", &[("unit", &unit), ("n", &n)]),
            None => w.f("desk-similar", &[("unit", &unit)]),
        };
        let mut answer: String = one.answer.chars().take(80).collect();
        if answer.len() < one.answer.len() {
            answer.push('…');
        }
        SimilarLine {
            link: Link::new(format!("/requests/{}", one.number), one.number.as_str()),
            title: one.title.clone(),
            how,
            answer,
        }
    }
}

/// One row of a list of needs.
pub struct ListRow {
    pub number: String,
    pub href: String,
    pub light: Pill,
    pub title: String,
    /// `恒达起重 · 魏庄镇`.
    pub place: String,
    pub category: String,
    pub source: String,
    pub next: String,
    pub open: bool,
}

impl ListRow {
    /// `href`: where the number leads.
    pub fn new(w: &Words, settings: &Settings, row: &Line, at: Moment, href: String, open: bool) -> ListRow {
        ListRow {
            number: row.number.clone(),
            href,
            light: shared::desk_pill(w, settings, row, at),
            title: row.title.clone(),
            place: place(w, &row.enterprise_name, row.township.as_ref()),
            category: row.category.as_deref().map(|code| shared::category(w, settings, code)).unwrap_or_default(),
            source: shared::source(w, &row.source),
            next: shared::desk_next(w, settings, row, at),
            open,
        }
    }
}

/// `恒达起重 · 魏庄镇`.
pub fn place(w: &Words, enterprise: &str, township: Option<&(String, String)>) -> String {
    match township {
        Some(names) if enterprise.is_empty() => shared::name(w, names).to_owned(),
        Some(names) => format!("{enterprise} · {}", shared::name(w, names)),
        None => enterprise.to_owned(),
    }
}
