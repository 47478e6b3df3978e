//! The overview as it is printed: numbers with their links, lights, the chart.

use askama::Template;
use web::Words;
use web::components::{
    Empty, Figure as Counted, Honest, Light as Pill, LightState, Link, MonthChart, MonthRow, Part, Progress, RateCard,
    StackBar, Tone,
};
use web::format::{Stamp, number};

use super::cards::{self, Compared};
use super::opens::{Opens, Shown};
use crate::figures::{Origin, Overview, UnitLoad, working_days};
use crate::filter::href;
use crate::pages::shared::{self, Due};
use crate::settings::Settings;
use crate::store::figures::{Concern, Reason};
use crate::store::list::{Light, Moment, NeedFilter, STUCK_DAYS};

/// Units shown before one asks for all.
const UNITS: usize = 8;

#[derive(Template)]
#[template(path = "leader/body.html")]
pub(super) struct Body {
    w: Words,
    pub(super) fresh: String,
    empty: Option<Empty>,
    rates: Vec<RateCard>,
    open: Shown,
    units: Vec<UnitRow>,
    more_units: Option<Link>,
    chart: MonthChart,
    /// Cases may be opened.
    lists: bool,
    attention: i64,
    reasons: Vec<Link>,
    concerns: Vec<ConcernRow>,
    more_concerns: Option<Link>,
    /// What is compared, with the names of both.
    compares: String,
    months: [String; 2],
    compared: Vec<Compared>,
    helped: Counted,
}

struct UnitRow {
    name: Shown,
    open: Shown,
    soon: Shown,
    late: Shown,
    bar: StackBar,
    longest: String,
}

struct ConcernRow {
    light: Pill,
    href: String,
    number: String,
    title: String,
    enterprise: String,
    lead: String,
    due: String,
}

impl Body {
    pub(super) fn new(
        w: &Words,
        settings: &Settings,
        own: &Overview,
        at: Moment,
        (all_units, opens): (bool, Opens),
    ) -> Body {
        let submitted = own.report.pair("accept_rate", Origin::All).denominator;
        let shown = if all_units { usize::MAX } else { UNITS };
        let more_units = (own.units.len() > shown).then(|| {
            let here = web::href::Href::parse("/overview").with("period", own.choice.as_str()).with("units", "all");
            Link::new(here, w.f("overview-units-all", &[("n", &own.units.len())]))
        });
        let open = NeedFilter { open: Some(true), ..NeedFilter::default() };
        let attention = NeedFilter { attention: true, ..NeedFilter::default() };
        let rest = own.open.attention - i64::try_from(own.concerns.len()).unwrap_or(0);
        Body {
            fresh: fresh(w, settings, own, at, opens),
            empty: (submitted == 0 && own.open.open == 0)
                .then(|| Empty::new(w.t("overview-empty"), w.t("overview-empty-text"), None)),
            rates: cards::rates(w, own, opens),
            open: opens.shown(href(open), w.f("overview-units-open", &[("n", &number(own.open.open))])),
            units: own.units.iter().take(shown).map(|load| unit_row(w, settings, load, at, opens)).collect(),
            more_units,
            chart: chart(w, own, opens),
            lists: opens.0,
            attention: own.open.attention,
            reasons: reasons(w, own),
            concerns: own.concerns.iter().map(|concern| concern_row(w, settings, concern, at)).collect(),
            more_concerns: (rest > 0)
                .then(|| Link::new(href(attention), w.f("overview-concerns-more", &[("n", &rest)]))),
            compares: w.t(cards::title(own.beside)).into_owned(),
            months: cards::months(w, [&own.front, &own.back]),
            compared: cards::compared(w, [&own.front, &own.back], opens),
            helped: helped(w, own),
            w: w.clone(),
        }
    }
}

#[derive(Template)]
#[template(path = "leader/fresh.html")]
struct Fresh<'a> {
    w: &'a Words,
    stamp: Stamp,
    working_days: Option<String>,
    source: Shown,
}

fn fresh(w: &Words, settings: &Settings, own: &Overview, at: Moment, opens: Opens) -> String {
    let submitted = own.report.pair("accept_rate", Origin::All).denominator;
    let rows = own.report.rows("accept_rate", Origin::All).map(|(_, rows)| href(rows)).unwrap_or_default();
    let days = working_days(settings.calendar(), at.now);
    let line = Fresh {
        w,
        stamp: w.stamp(at.now),
        working_days: days.map(|(gone, left)| {
            let said = w.f("overview-working-days", &[("gone", &gone), ("left", &left)]);
            shared::due_said(w, said, settings.is_provisional(at.now))
        }),
        source: opens.shown(
            rows,
            w.f(if opens.0 { "overview-source" } else { "overview-source-only" }, &[("n", &number(submitted))]),
        ),
    };
    line.render().unwrap_or_default()
}

fn unit_row(w: &Words, settings: &Settings, load: &UnitLoad, at: Moment, opens: Opens) -> UnitRow {
    let (name, of) = match &load.unit {
        Some((code, names)) => {
            let page = format!("/overview/units/{}", web::href::encode(code));
            let of = NeedFilter { lead: Some(code.clone()), ..NeedFilter::default() };
            (opens.shown(page, shared::name(w, names)), of)
        }
        // What no unit leads is with the desk.
        None => {
            let states = vec!["submitted".to_owned(), "accepted".to_owned()];
            let of = NeedFilter { states, ..NeedFilter::default() };
            let list = NeedFilter { open: Some(true), ..of.clone() };
            (opens.shown(href(list), w.t("overview-desk")), of)
        }
    };
    let link = |light: Option<Light>, n: i64| {
        let open = light.is_none().then_some(true);
        opens.shown(href(NeedFilter { light, open, ..of.clone() }), number(n))
    };
    let zero = |n: i64, class| if n == 0 { "zero" } else { class };
    let part = |tone, state: LightState, count: i64| Part { tone, count, label: format!("{} {count}", state.word(w)) };
    let on_time = load.open - load.soon - load.late - load.waiting;
    UnitRow {
        name,
        open: link(None, load.open),
        soon: link(Some(Light::DueSoon), load.soon).class(zero(load.soon, "")),
        late: link(Some(Light::Late), load.late).class(zero(load.late, "late")),
        bar: StackBar::new(vec![
            part(Tone::OnTime, LightState::OnTime, on_time),
            part(Tone::DueSoon, LightState::DueSoon, load.soon),
            part(Tone::Late, LightState::Late, load.late),
            part(Tone::Waiting, LightState::Waiting, load.waiting),
        ]),
        longest: match load.worst.filter(|_| load.late > 0) {
            Some(due) => match settings.working_days_late(due, at.now) {
                0 => w.t("overview-days-little").into_owned(),
                n => w.f("overview-days", &[("n", &n)]),
            },
            None => "—".to_owned(),
        },
    }
}

fn chart(w: &Words, own: &Overview, opens: Opens) -> MonthChart {
    let row = |flow: &crate::figures::MonthFlow| {
        let [accepted, ..] = flow.rows();
        MonthRow {
            label: w.month_name(flow.month.month()),
            href: opens.to(href(accepted)),
            received: flow.accepted,
            closed: flow.closed,
            late: flow.late,
        }
    };
    let rows = own.months.iter().map(row).collect();
    MonthChart::new(w, "flow", w.t("overview-flow"), w.t("overview-flow-text"), rows)
}

fn reasons(w: &Words, own: &Overview) -> Vec<Link> {
    let none = NeedFilter::default;
    // words: overview-reason-late overview-reason-disputed overview-reason-extension overview-reason-stuck
    let all = [
        ("overview-reason-late", own.open.late, NeedFilter { light: Some(Light::Late), ..none() }),
        ("overview-reason-disputed", own.open.disputed, NeedFilter { disputed: true, ..none() }),
        ("overview-reason-extension", own.open.extension_asked, NeedFilter { extension_asked: true, ..none() }),
        ("overview-reason-stuck", own.open.stuck, NeedFilter { stuck: true, ..none() }),
    ];
    let told = all.into_iter().filter(|(_, n, _)| *n > 0);
    told.map(|(key, n, filter)| Link::new(href(filter), w.f(key, &[("n", &n), ("days", &STUCK_DAYS)]))).collect()
}

fn concern_row(w: &Words, settings: &Settings, own: &Concern, at: Moment) -> ConcernRow {
    let light = match (own.reason, own.due_at) {
        (Reason::Late, Some(due)) => {
            shared::due_pill(w, settings, Due { at: due, provisional: own.provisional }, at, Light::Late)
        }
        (Reason::Late, None) => Pill::word(w, LightState::Late),
        (Reason::Disputed, _) => Pill::new(LightState::DueSoon, w.t("overview-disputed")),
        (Reason::ExtensionAsked, _) => Pill::new(LightState::DueSoon, w.t("overview-extension")),
        (Reason::Stuck, _) => {
            let days = (at.now - own.last_event_at).num_days();
            Pill::new(LightState::Waiting, w.f("overview-stuck", &[("n", &days)]))
        }
    };
    ConcernRow {
        light,
        href: format!("/requests/{}", own.number),
        number: own.number.clone(),
        title: own.title.clone(),
        enterprise: own.enterprise.clone(),
        lead: own
            .lead
            .as_ref()
            .map_or_else(|| w.t("overview-desk").into_owned(), |names| shared::name(w, names).to_owned()),
        due: own.due_at.map_or_else(
            || "—".to_owned(),
            |at| {
                let due = Due { at, provisional: own.provisional };
                shared::open_due_said(w, settings, due, w.day(kernel::local_date(at)))
            },
        ),
    }
}

fn helped(w: &Words, own: &Overview) -> Counted {
    let without = own.enterprises - own.helped;
    let label = format!("{} / {}", number(own.helped), number(own.enterprises));
    Counted::new(own.helped, w.t("overview-helped"), Some("/enterprises?helper=yes".to_owned()))
        .bar(Progress::new(own.helped, own.enterprises, Tone::OnTime, label))
        .note(Honest::new(
            w.t("overview-unhelped"),
            number(without),
            w.t("overview-enterprises"),
            Some("/enterprises?helper=no".to_owned()),
        ))
}
