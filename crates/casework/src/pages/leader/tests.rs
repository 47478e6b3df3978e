//! The overview rendered from made-up numbers in both languages.

use std::sync::Arc;

use askama::Template;
use chrono::{DateTime, Utc};
use web::{Lang, Words};

use super::cards::points;
use super::export;
use super::opens::Opens;
use super::view::Body;
use crate::figures::{Beside, Choice, DEFINITIONS, Figure, MonthFlow, Overview, Pair, Report, UnitLoad};
use crate::limits::Limits;
use crate::settings::Settings;
use crate::store::figures::{Concern, Reason};
use crate::store::list::{Moment, Span};

/// The words these pages use.
const OWN: [(&str, &str); 4] = [
    ("zh-CN", include_str!("../../../words/zh-CN.ftl")),
    ("en", include_str!("../../../words/en.ftl")),
    ("zh-CN", include_str!("../../../words/leader.zh-CN.ftl")),
    ("en", include_str!("../../../words/leader.en.ftl")),
];

fn words(lang: Lang) -> Words {
    let texts = kernel::WORDS.iter().chain(web::WORDS).copied().chain(OWN);
    Words::build(texts).unwrap().in_lang(lang)
}

fn now() -> DateTime<Utc> {
    "2026-11-20T09:30:00Z".parse().unwrap()
}

fn report(choice: Choice) -> Report {
    let pair = |numerator, denominator| Pair { numerator, denominator };
    let figure = |code| Figure { code, all: pair(288, 298), own: pair(221, 229), handed_down: pair(67, 69) };
    Report {
        period: choice.span(now()),
        lead: None,
        at: now(),
        figures: DEFINITIONS.iter().map(|own| figure(own.code)).collect(),
    }
}

fn sample() -> Overview {
    let due: DateTime<Utc> = "2026-11-12T09:30:00Z".parse().unwrap();
    let unit = |name: &str, late| UnitLoad {
        unit: Some((name.to_owned(), (name.to_owned(), format!("{name} office")))),
        open: 3,
        soon: 1,
        late,
        worst: (late > 0).then_some(due),
        ..UnitLoad::default()
    };
    let concern = |reason, number: &str| Concern {
        reason,
        number: number.to_owned(),
        title: "二期用地 <不动产证> 办理".to_owned(),
        enterprise: "恒达起重".to_owned(),
        lead: Some(("自然资源局".to_owned(), "Natural Resources".to_owned())),
        due_at: (reason == Reason::Late).then_some(due),
        provisional: false,
        last_event_at: due,
    };
    let units: Vec<_> = (0..12)
        .map(|n| unit(&format!("单位{n}"), i64::from(n < 2)))
        .chain([UnitLoad { open: 2, ..UnitLoad::default() }])
        .collect();
    let this = kernel::Month::at(now());
    Overview {
        choice: Choice::All,
        report: Report { period: Span::default(), ..report(Choice::All) },
        beside: Beside::at(Some(workdays::Calendar::china()), now()),
        front: report(Choice::Month),
        back: report(Choice::Month),
        close_before: Pair { numerator: 280, denominator: 291 },
        months: (-11..=0).map(|back| MonthFlow { month: this.plus(back), accepted: 18, closed: 15, late: 1 }).collect(),
        units,
        open: UnitLoad {
            open: 38,
            soon: 12,
            late: 2,
            disputed: 1,
            extension_asked: 1,
            stuck: 1,
            attention: 5,
            ..UnitLoad::default()
        },
        concerns: vec![
            concern(Reason::Late, "2026-000271"),
            concern(Reason::Disputed, "2026-000279"),
            concern(Reason::ExtensionAsked, "2026-000280"),
            concern(Reason::Stuck, "2026-000281"),
        ],
        enterprises: 995,
        helped: 984,
    }
}

fn body(w: &Words, own: &Overview) -> String {
    seen(w, own, Opens(true))
}

fn seen(w: &Words, own: &Overview, opens: Opens) -> String {
    let calendar = workdays::Calendar::china().clone();
    let hours = vec![("standard".to_owned(), workdays::Hours::standard())];
    let settings = Settings::new(Limits::defaults(), Vec::new(), vec![calendar], hours);
    let body = Body::new(w, &settings, own, Moment { now: now() }, (false, opens));
    format!("{}{}", body.fresh, body.render().unwrap())
}

#[test]
fn the_page_has_no_missing_word_and_every_number_its_list() {
    for lang in Lang::ALL {
        let w = words(lang);
        let text = body(&w, &sample());
        assert!(!text.contains('⟦'), "{text}");
        assert!(
            text.contains("/requests?state=closed&amp;accepted=yes&amp;reachable=yes&amp;order=newest\">288</a>")
                || text
                    .contains("/requests?state=closed&#38;accepted=yes&#38;reachable=yes&#38;order=newest\">288</a>"),
            "{text}"
        );
        assert!(text.contains("2026-000271") && text.contains("&#60;不动产证&#62;"), "user text is escaped");
        assert!(!text.contains("单位9") && text.contains("units=all"), "the rest of the units is behind a link");
    }
    let zh = body(&words(Lang::Zh), &sample());
    for said in [
        "96.6%",
        "67/69",
        "+0.4",
        "超期 6 个工作日",
        "需要您过问的 5 件",
        "还有 1 件",
        "本月第 15 个工作日，还剩 6 个",
        "984",
    ] {
        assert!(zh.contains(said), "{said}: {zh}");
    }
}

#[test]
fn who_may_open_no_list_reads_the_same_numbers_without_links() {
    let w = words(Lang::Zh);
    let (own, plain) = (body(&w, &sample()), seen(&w, &sample(), Opens(false)));
    assert!(own.contains("href=\"/requests") && own.contains("href=\"/overview/units"));
    assert!(!plain.contains("/requests") && !plain.contains("/overview/units"), "{plain}");
    assert!(plain.contains("/enterprises?helper=no"), "the register may be opened");
    for said in ["96.6%", "67/69", "单位0"] {
        assert!(plain.contains(said), "{said}: {plain}");
    }
    assert!(!plain.contains("2026-000271"), "no case is named");
}

#[test]
fn an_empty_county_is_told_what_will_come() {
    let nothing = Overview {
        report: Report { figures: Vec::new(), ..report(Choice::All) },
        units: Vec::new(),
        open: UnitLoad::default(),
        ..sample()
    };
    for lang in Lang::ALL {
        let w = words(lang);
        let text = body(&w, &nothing);
        assert!(text.contains(&*w.t("overview-empty")) && !text.contains('⟦') && !text.contains("NaN"));
    }
}

#[test]
fn the_spreadsheet_holds_what_the_page_shows() {
    let w = words(Lang::Zh);
    let own = sample();
    let (head, rows) = export::sheet(&w, &own.report, &own);
    assert_eq!(rows.len(), DEFINITIONS.len() * 3 + own.units.len() + own.months.len());
    assert!(rows.iter().all(|row| row.len() == head.columns.len()));
    let said = |row: &Vec<web::export::Cell>| format!("{row:?}");
    assert!(rows.iter().any(|row| said(row).contains("办结率") && said(row).contains("96.6%")));
    assert!(!rows.iter().any(|row| said(row).contains('⟦')));
}

#[test]
fn a_change_is_the_difference_of_what_is_shown() {
    let pair = |numerator, denominator| Pair { numerator, denominator };
    assert_eq!(points(pair(288, 298), pair(280, 291)).as_deref(), Some("+0.4"));
    assert_eq!(points(pair(10, 20), pair(10, 20)).as_deref(), Some("±0.0"));
    assert_eq!(points(pair(10, 30), pair(20, 30)).as_deref(), Some("−33.4"));
    assert_eq!(points(pair(10, 30), pair(0, 0)), None);
    assert_eq!(points(pair(0, 1), pair(12, 13)), None, "points of fewer than ten cases say nothing");
    assert_eq!(points(pair(9, 10), pair(0, 9)), None);
}

#[test]
fn pages_are_kept_for_one_state_of_the_database_and_one_minute() {
    use super::cache::{Cache, Key, Made, Moment};
    let cache = Cache::default();
    let key = |reach: &str| Key {
        reach: reach.to_owned(),
        opens: Opens(true),
        lang: Lang::Zh,
        choice: Choice::All,
        all_units: false,
    };
    let at = Moment { number: 7, minute: 100 };
    let made = Made { fresh: String::new(), main: "page".to_owned() };
    assert!(cache.slot(at, key("")).set(Arc::new(made)).is_ok());
    assert_eq!(cache.slot(at, key("")).get().map(|page| page.main.as_str()), Some("page"));
    assert!(cache.slot(at, key("part")).get().is_none(), "who reaches less sees another page");
    assert!(cache.slot(Moment { number: 8, ..at }, key("")).get().is_none(), "something changed");
    assert!(cache.slot(at, key("")).get().is_none(), "and is not kept for longer");
}
