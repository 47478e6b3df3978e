//! Runs `cases/state.md` and `cases/clocks.md`.

use chrono::{DateTime, Utc};

use crate::case_script::{Script, at, table};
use crate::clocks::{ClockView, Light, clocks};
use crate::clocks_explain::{Part, explain};
use crate::event::{DueChange, Event};
use crate::limits::ClockKind;
use crate::state::{Act, State};

fn state_word(state: State) -> &'static str {
    match state {
        State::Draft => "草稿",
        State::Submitted => "待受理",
        State::Returned => "已退回",
        State::Accepted => "待交办",
        State::Assigned => "待签收",
        State::InProgress => "办理中",
        State::Waiting => "等企业补件",
        State::Answered => "待回访",
        State::Closed => "已销号",
        State::Withdrawn => "企业撤回",
    }
}

fn act_word(act: Act) -> &'static str {
    match act {
        Act::DeskAccept => "专班受理",
        Act::DeskAssign => "专班交办",
        Act::UnitSign => "签收",
        Act::UnitAnswer => "答复",
        Act::EnterprisePapers => "企业补件",
        Act::DeskCallBack => "专班回访",
        Act::Nobody => "无",
    }
}

#[test]
fn states_follow_from_what_happened() {
    table("state.md", 1, 60, |cells| {
        let mut script = Script::new();
        let refused = script.run(cells[0]).err().map_or_else(String::new, |refusal| format!("`{}`", refusal.code));
        let mut states = Vec::new();
        let mut acts = Vec::new();
        for need in &script.case.needs {
            let next = need.act_next();
            states.push(state_word(need.state()));
            acts.push(next.unit.map_or_else(String::new, |unit| script.unit_name(unit)) + act_word(next.act));
        }
        let whole = state_word(script.case.state());
        if states.is_empty() {
            states.push(whole);
            acts.push("企业提交".to_owned());
        }
        vec![states.join("；"), acts.join("；"), whole.to_owned(), refused]
    });
}

fn light_word(light: Light) -> &'static str {
    match light {
        Light::OnTime => "● 正常",
        Light::DueSoon => "◆ 将到期",
        Light::Late => "▲ 超期",
        Light::Waiting => "○ 等待",
        Light::DoneOnTime => "● 按时",
        Light::DoneLate => "▲ 超期完成",
        Light::Dropped => "○ 作废",
        Light::Unknown => "？ 未知",
    }
}

fn short(instant: DateTime<Utc>) -> String {
    workdays::shanghai(instant).format("%m-%d %H:%M").to_string()
}

/// `resolve`, `resolve 2` (second round), `share 甲局`.
fn chosen<'a>(script: &Script, views: &'a [ClockView<'a>], words: &str) -> &'a ClockView<'a> {
    let mut words = words.split_whitespace();
    let clock = ClockKind::parse(words.next().unwrap()).unwrap();
    let second = words.next();
    let fits = |view: &&ClockView<'_>| {
        let unit = view.unit.map(|unit| script.unit_name(unit));
        let round = second.and_then(|word| word.parse().ok());
        view.clock == clock && round.map_or(second.is_none() || second == unit.as_deref(), |n: u16| n == view.round)
    };
    views.iter().rev().find(fits).unwrap()
}

#[test]
fn clocks_run_as_promised() {
    table("clocks.md", 3, 25, |cells| {
        let mut script = Script::new();
        if let Some(refusal) = script.run(cells[0]).err() {
            return vec![format!("`{}`", refusal.code)];
        }
        let now = at(&cells[1].replace(' ', "T"));
        let views = clocks(&script.case, 1, &script.calendars, now);
        let view = chosen(&script, &views, cells[2]);
        let amount = |n: Option<i64>| match (n, view.difference_unit) {
            (Some(n), Some(unit)) => format!("{n} {}", unit.as_str()),
            _ => "-".to_owned(),
        };
        let due = view.due.map_or("-".to_owned(), short) + if view.projected { " 预计" } else { "" };
        vec![
            short(view.start),
            due,
            view.paused_days.to_string(),
            view.stopped_at.map_or("-".to_owned(), short),
            amount(view.difference.or(view.left)),
            view.difference_seconds.map_or("-".to_owned(), |seconds| seconds.to_string()),
            light_word(view.light).to_owned(),
        ]
    });
}

const NEED_PICTURE: &str = "2026-02-06 16:42 提交，2026-02-06 16:50 受理，2026-02-06 17:05 分类 重点，\
    2026-02-06 17:10 牵头 自然资源局，2026-02-06 17:11 协办 住建局 5日，2026-02-09 15:30 签收 住建局，\
    2026-02-09 15:40 签收 自然资源局，2026-02-24 09:05 等企业，2026-02-26 08:40 补件，2026-02-27 10:12 进展 自然资源局";

#[test]
fn a_clock_explains_itself() {
    let mut script = Script::new();
    script.run(NEED_PICTURE).unwrap();
    let now = at("2026-02-27T10:30");
    let views = clocks(&script.case, 1, &script.calendars, now);
    for words in ["resolve", "share 自然资源局"] {
        let view = chosen(&script, &views, words);
        assert_eq!(view.due, Some(at("2026-03-02T17:30")));
        let told = explain(view, &script.calendars, now).unwrap();
        let days: Vec<String> =
            told.lines.iter().map(|line| format!("{:?}", line.kind).replace("Counted", "")).collect();
        let off = ["Off"; 9].join(" ");
        assert_eq!(
            days.join(" "),
            format!("Start Off Off (1) (2) (3) (4) (5) (6) {off} Paused Paused (7) (8) (9) Off (10)")
        );
        let kinds: Vec<String> = told
            .parts
            .iter()
            .filter_map(|part| match part {
                Part::Start { on, limit, day_excluded: true, .. } => Some(format!("start {on} {limit}")),
                Part::Holiday { name, from, to } => Some(format!("{name} {from} {to}")),
                Part::MakeUp { days } => Some(format!("{} {}", days[0], days[1])),
                Part::Paused { days, to: Some(_), .. } => Some(format!("paused {days}")),
                Part::Basis { notices, .. } => Some(notices.join(",")),
                _ => None,
            })
            .collect();
        assert_eq!(
            kinds,
            [
                "start 2026-02-06 10",
                "春节 2026-02-15 2026-02-23",
                "2026-02-14 2026-02-28",
                "paused 2",
                "国办发明电〔2025〕7号"
            ]
        );
        assert_eq!(told.mark, workdays::local_date(now));
        assert_eq!(told.parts.contains(&Part::WithPromise), words != "resolve");
    }
}

#[test]
fn a_recomputation_records_old_and_new() {
    let mut script = Script::new();
    // Spring Festival 2020 was lengthened on 26 January.
    script.run("日历 2020-01-20").unwrap();
    script
        .run("2020-01-20 10:00 提交，2020-01-20 10:30 受理，2020-01-20 11:00 分类 一般，2020-01-20 11:30 牵头 甲局")
        .unwrap();
    script.run("日历 2020-01-27，2020-01-27 09:00 重算").unwrap();
    let Event::ClocksRecomputed { from, to, changes, .. } = &script.events.last().unwrap().event else {
        unreachable!()
    };
    assert_ne!(from, to);
    let resolve = changes.iter().find(|change| change.clock == ClockKind::Resolve).unwrap();
    assert_eq!(
        *resolve,
        DueChange {
            clock: ClockKind::Resolve,
            assignment: None,
            old: Some(at("2020-02-01T17:30")),
            new: Some(at("2020-02-04T17:30")),
        }
    );
    assert!(changes.iter().all(|change| change.clock != ClockKind::Accept), "a stopped clock stays as it was");
    assert_eq!(script.run("重算").unwrap_err().code, "nothing-changed");
}
