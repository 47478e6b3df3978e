//! Every page of this folder, rendered from samples in both languages: no word missing, nothing unescaped.

use std::collections::HashMap;

use askama::Template;
use chrono::{DateTime, Utc};
use identity::Subject;
use kernel::{FixedClock, OsRandom, RequestId, UnitId};
use web::shell::Sheet;
use web::{Lang, Shell, Words};

use super::door::{Door, Entered, guest};
use super::problem::{Refill, build};
use super::{helped, helped_one, my, posters, sent};
use crate::case::{Case, Request};
use crate::command::{Command, Context, Order};
use crate::decide::decide_all;
use crate::event::{
    Actor, ActorKind, CallResult, Classification, Grade, Level, Outcome, Recorded, Role, Source, Verdict,
};
use crate::limits::Limits;
use crate::settings::Settings;
use crate::store::case::Kept;

fn words(lang: Lang) -> Words {
    let mut all: Vec<(&str, &str)> = web::WORDS.to_vec();
    all.extend(kernel::WORDS);
    all.extend(identity::WORDS);
    // The shared words of the crate and those of these pages.
    all.extend(crate::MODULE.words.iter().take(4));
    Words::build(all).unwrap().in_lang(lang)
}

fn shell(w: &Words) -> Shell {
    Shell {
        w: w.clone(),
        county: "示范县".into(),
        programme: String::new(),
        nav: Vec::new(),
        user: None,
        csrf: "token".into(),
        path: "/my/2026-000001?rate=solved".into(),
        flash: None,
        search: None,
        demo: false,
    }
}

fn settings() -> Settings {
    let hours = workdays::Hours::standard();
    let calendars = vec![workdays::Calendar::china().clone()];
    Settings::new(Limits::defaults(), Vec::new(), calendars, vec![(hours.to_string(), hours)])
}

const HOSTILE: &str = "<script>alert('万')</script>";

/// A case on which the commands were carried out one hour after the other.
fn entered(settings: &Settings, commands: Vec<(ActorKind, Command)>) -> (Entered, HashMap<UnitId, (String, String)>) {
    let unit: UnitId = uuid::Uuid::from_u128(7).into();
    let mut now: DateTime<Utc> = "2026-11-09T02:00:00Z".parse().unwrap();
    let (mut case, mut events) = (Case::default(), Vec::new());
    for (kind, command) in commands {
        let by = Actor { person: None, name: HOSTILE.into(), unit: (kind == ActorKind::Handler).then_some(unit), kind };
        let context =
            Context { now, actor: &by, limits: &settings.limits, calendars: settings, terms: &settings.terms };
        let need = (!matches!(command, Command::Submit { .. })).then_some(1);
        for decided in decide_all(&case, &[Order { need, command }], &context).unwrap() {
            let id = uuid::Uuid::from_u128(1000 + u128::from(case.seq)).into();
            let own =
                Recorded { id, seq: case.seq + 1, at: now, by: by.clone(), need: decided.need, event: decided.event };
            case.apply(&own);
            events.push(own);
        }
        now += chrono::Duration::hours(1);
    }
    let enterprise = uuid::Uuid::from_u128(3).into();
    let request = Request {
        id: RequestId::new(now, &OsRandom),
        number: "2026-000001".into(),
        enterprise,
        contact_name: HOSTILE.into(),
        contact_phone: "13812346021".into(),
        source: Source::Web,
        handed_down: false,
        origin_level: None,
        title: HOSTILE.into(),
        body: format!("{HOSTILE}\n二期"),
        created_at: now,
    };
    let subject = Subject { enterprise: Some(enterprise), ..Subject::default() };
    let kept = Kept { request, category_hint: Some("land".into()), events, case, subject };
    let units = HashMap::from([(unit, ("自然资源局".to_owned(), "Natural Resources".to_owned()))]);
    (Entered { kept, index: 1, actor: guest(enterprise, HOSTILE), door: Door::Follow }, units)
}

/// One case after another, each a little further along; the last is closed and may be objected to.
fn stages() -> Vec<Vec<(ActorKind, Command)>> {
    use ActorKind::{Desk, Enterprise, Handler};
    let unit: UnitId = uuid::Uuid::from_u128(7).into();
    let assignment = uuid::Uuid::from_u128(9).into();
    let said = || HOSTILE.to_owned();
    let submit = (
        Enterprise,
        Command::Submit { number: "2026-000001".into(), title: said(), source: Source::Web, handed_down: false },
    );
    let classification = Classification { category: "land".into(), grade: Grade::Key, level: Level::County };
    let file = uuid::Uuid::from_u128(11).into();
    let mut whole = vec![submit.clone()];
    whole.extend([
        (Enterprise, Command::Attach { file, name: said() }),
        (Desk, Command::Accept),
        (Desk, Command::Classify { classification }),
        (Desk, Command::Assign { assignment, unit, role: Role::Lead, note: "internal-note".into(), share: None }),
        (Handler, Command::Sign { assignment }),
        (Handler, Command::Report { assignment: Some(assignment), text: said(), visible_to_enterprise: true }),
        (
            Handler,
            Command::Report {
                assignment: Some(assignment),
                text: "internal-note".into(),
                visible_to_enterprise: false,
            },
        ),
        (Handler, Command::StartWait { reason: said() }),
        (Enterprise, Command::Comment { text: said(), visible_to_enterprise: true }),
        (Handler, Command::Answer { assignment, outcome: Outcome::Resolved, text: said() }),
        (Enterprise, Command::Rate { verdict: Verdict::Solved, stars: Some(5), text: said() }),
        (Desk, Command::CallBack { result: CallResult::Satisfied, note: "internal-note".into() }),
    ]);
    let mut stages: Vec<Vec<_>> = (1..=whole.len()).map(|n| whole[..n].to_vec()).collect();
    stages.push(vec![submit.clone(), (Desk, Command::Return { reason_code: "scope".into(), explanation: said() })]);
    stages.push(vec![submit, (Enterprise, Command::Withdraw { reason: said() })]);
    let mut objected = whole;
    objected.push((Enterprise, Command::Object { text: said() }));
    stages.push(objected);
    stages
}

fn check(name: &str, html: &str) {
    assert!(
        !html.contains('⟦'),
        "{name}: a word is missing: {}",
        &html[html.find('⟦').unwrap()..].chars().take(60).collect::<String>()
    );
    for banned in ["<script>alert", " style=", " onclick=", "internal-note"] {
        assert!(!html.contains(banned), "{name}: {banned}");
    }
    assert_eq!(html.matches("<h1").count(), 1, "{name}");
    let mut ids: Vec<_> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(count, ids.len(), "{name} uses an id twice");
}

#[test]
fn a_problem_at_every_stage_reads_well_in_both_languages() {
    let settings = settings();
    let now = FixedClock::at("2026-11-10 09:00").map(|clock| kernel::Clock::now(&clock)).unwrap();
    for lang in Lang::ALL {
        let w = words(lang);
        for (at, stage) in stages().into_iter().enumerate() {
            let (entered, units) = entered(&settings, stage);
            let mut shell = shell(&w);
            shell.path = if at % 2 == 0 { "/my/x?rate=solved".into() } else { "/my/x?rate=not_solved".into() };
            let refill = Refill {
                form: "remark".into(),
                text: HOSTILE.into(),
                wrong: vec![
                    kernel::FieldError::new("text", "required"),
                    kernel::FieldError::new("attachment", "enterprise-file-large").arg("name", HOSTILE),
                ],
                looked_at: Some(1),
                problem: "x".into(),
                ..Refill::default()
            };
            for refill in [Refill::default(), refill] {
                let html = build(shell.clone(), now, &settings, &entered, &units, refill).render().unwrap();
                check(&format!("stage {at} {}", lang.tag()), &html);
            }
        }
    }
}

#[test]
fn the_enterprise_may_do_what_its_stage_allows() {
    let settings = settings();
    let now: DateTime<Utc> = "2026-11-10T01:00:00Z".parse().unwrap();
    let w = words(Lang::Zh);
    // Which forms a page has, by the number of commands carried out.
    for (at, forms) in [
        (0, "remark withdraw"),
        (8, "remark withdraw"),
        (10, "rate remark"),
        (12, "object"),
        (13, "remark resubmit"),
        (14, ""),
    ] {
        let (entered, units) = entered(&settings, stages().swap_remove(at));
        let mut shell = shell(&w);
        shell.path = "/my/x".into();
        let html = build(shell, now, &settings, &entered, &units, Refill::default()).render().unwrap();
        let there: Vec<&str> = ["object", "rate", "remark", "resubmit", "withdraw"]
            .into_iter()
            .filter(|form| html.contains(&format!("action=\"/follow/2026-000001/{form}\"")))
            .collect();
        assert_eq!(there.join(" "), forms, "stage {at}");
    }
}

#[test]
fn the_other_pages_in_both_languages() {
    for lang in Lang::ALL {
        let w = words(lang);
        let poster = posters::Poster {
            sheet: Sheet { w: w.clone(), back: "/".into() },
            name: HOSTILE.into(),
            limit: "1".into(),
            helpers: vec![("助企干部".into(), "工信局 李明".into(), "13800000000".into())],
            qr: posters::qr("http://127.0.0.1/raise?e=1").unwrap(),
            desk: web::DeskLine { phone: "0373-8812345".into(), hours: HOSTILE.into(), hours_en: String::new() }
                .call(&w),
            address: "http://127.0.0.1/raise?e=1".into(),
            county: "示范县".into(),
        };
        let list =
            posters::Posters { shell: shell(&w), townships: vec![("/posters/township/1".into(), HOSTILE.into())] };
        let mut pages = vec![("poster", poster.render()), ("posters", list.render())];
        for full in [true, false] {
            pages.push(("my", my::samples::page(shell(&w), &w, full).render()));
            pages.push(("helped", helped::samples::page(shell(&w), &w, full).render()));
            pages.push(("helped one", helped_one::samples::page(shell(&w), &w, full).render()));
            pages.push(("sent", sent::samples::sent(shell(&w), full).render()));
        }
        for (name, html) in pages {
            check(&format!("{name} {}", lang.tag()), &html.unwrap());
        }
    }
}
