//! Random histories: whatever people do in whatever order, the case, its rows and its sums stay consistent.

use chrono::Duration;
use proptest::prelude::*;

use crate::case::Case;
use crate::case_script::Script;
use crate::clocks::{Light, clocks};
use crate::event::Recorded;
use crate::projection::project;
use crate::projection_tally::{METRICS, Tally, contributions, difference};
use crate::state::{Act, State};

/// Sentences to draw from; those that are likely lead on, so that histories get far.
const SENTENCES: [&str; 50] = [
    "提交",
    "提交 上级交办",
    "受理",
    "受理",
    "分类 一般",
    "分类 重点",
    "分类 疑难",
    "牵头 甲局",
    "牵头 乙局",
    "牵头 丙局",
    "协办 乙局",
    "协办 丙局 2日",
    "签收 甲局",
    "签收 乙局",
    "签收 丙局",
    "拒收 甲局",
    "拒收 乙局",
    "进展 甲局",
    "没联系上 甲局",
    "等企业",
    "等企业",
    "补件",
    "不等",
    "申请延期 甲局 5日",
    "准延期 甲局",
    "不准延期 甲局",
    "申请延期 乙局 1日",
    "准延期 乙局",
    "答复 甲局",
    "答复 甲局",
    "答复 乙局 挂账",
    "答复 丙局 不可行",
    "答复 甲局 联系不上",
    "回访 满意",
    "回访 基本满意",
    "回访 不满意",
    "回访 未接通",
    "销号",
    "评价 解决了",
    "评价 没解决",
    "异议",
    "撤回",
    "退回",
    "再提交",
    "拆分",
    "收回 甲局",
    "收回 乙局",
    "改限时 3日",
    "重算",
    "补件",
];

fn sums(into: &mut Vec<Tally>, change: &[Tally]) {
    let negative: Vec<Tally> = change.iter().map(|tally| Tally { n: -tally.n, ..tally.clone() }).collect();
    *into = difference(&negative, into);
}

/// Does the first thing from `sentence` on that is not refused, so that histories get far; ends a need only when told
/// to, so that they get long.
fn step(script: &mut Script, sentence: usize, need: u16, may_end: bool) -> Result<(), TestCaseError> {
    for skip in 0..SENTENCES.len() {
        // Seven has no divisor in common with the number of sentences: each gets its turn.
        let own = SENTENCES[(sentence + 7 * skip) % SENTENCES.len()];
        if matches!(own, "撤回" | "退回") && !may_end {
            continue;
        }
        let need = 1 + usize::from(need) % script.case.needs.len();
        let text = if own.starts_with("提交") { own.to_owned() } else { format!("{need}号 {own}") };
        let before = script.events.len();
        if script.run(&text).is_ok() {
            return Ok(());
        }
        prop_assert_eq!(script.events.len(), before, "a refusal changes nothing");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn histories_stay_consistent(
        start in 0i64..900,
        steps in prop::collection::vec((0usize..SENTENCES.len(), 0u16..3, 0i64..4_000), 1..80),
    ) {
        let mut script = Script::new();
        script.now = crate::case_script::at("2024-01-02T08:00") + Duration::days(start);
        script.run("提交").unwrap();
        let mut kept: Vec<Tally> = Vec::new();
        let mut rows: Vec<Vec<Tally>> = Vec::new();
        for (sentence, need, minutes) in steps {
            script.now += Duration::minutes(minutes);
            step(&mut script, sentence, need, minutes % 5 == 0)?;
            for index in 1..=script.case.needs.len() as u16 {
                let at = usize::from(index) - 1;
                let new = contributions(&project(&script.case, index, &script.calendars).unwrap());
                if rows.len() <= at {
                    rows.push(Vec::new());
                }
                sums(&mut kept, &difference(&rows[at], &new));
                rows[at] = new;
            }
        }

        // The history as it comes back from the database tells the same case.
        let json = serde_json::to_string(&script.events).unwrap();
        let read: Vec<Recorded> = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(&read, &script.events);
        let case = Case::fold(&read);
        prop_assert_eq!(&case, &script.case);

        let mut counted: Vec<Tally> = Vec::new();
        for need in &case.needs {
            let row = project(&case, need.index, &script.calendars).unwrap();
            let own = contributions(&row);
            prop_assert!(own.iter().all(|tally| METRICS.iter().any(|(metric, _)| *metric == tally.metric) || tally.metric.starts_with(crate::projection_tally::DAYS)));
            sums(&mut counted, &own);

            let lead = need.lead();
            prop_assert!(need.active().filter(|own| own.role == crate::event::Role::Lead).count() <= 1);
            prop_assert_eq!(row.state == State::Answered, lead.is_some()
                && need.active().all(|own| own.answer.is_some())
                && row.closed_at.is_none() && row.withdrawn_at.is_none());
            prop_assert_eq!(row.answered_at.is_some(), matches!(row.state, State::Answered | State::Closed));
            prop_assert_eq!(row.act_next.act == Act::Nobody, row.state.is_final());
            prop_assert_eq!(row.paused, row.state == State::Waiting);
            prop_assert!(row.due_at.is_none() || row.due_clock.is_some());
            prop_assert!(!row.state.is_final() || need.runs.iter().all(|run| run.stop.is_some()));

            let views = clocks(&case, need.index, &script.calendars, script.now);
            for view in &views {
                prop_assert!(view.stopped_at.is_none_or(|stop| stop >= view.start));
                prop_assert!(view.due.is_none_or(|due| due >= view.counted_from));
                prop_assert!(view.due.is_some() != view.unknown.is_some());
                prop_assert_eq!(view.stopped_at.is_some(), matches!(view.light, Light::DoneOnTime | Light::DoneLate | Light::Dropped)
                    || (view.light == Light::Unknown && view.stopped_at.is_some()));
                let told = crate::clocks_explain::explain(view, &script.calendars, script.now);
                prop_assert_eq!(told.ok().and_then(|told| told.lines.last().map(|line| line.date)),
                    view.due.map(workdays::local_date));
            }
        }
        prop_assert_eq!(counted, kept);
    }
}

/// `cargo test -p casework --release -- --ignored --nocapture speed` prints what one typical case costs.
#[test]
#[ignore = "prints a measurement; nothing is asserted"]
fn speed() {
    let mut script = Script::new();
    script.run("提交，受理，分类 重点，牵头 甲局，签收 甲局，进展 甲局，过 2天，答复 甲局，回访 满意").unwrap();
    let rounds = 20_000u32;
    let started = std::time::Instant::now();
    for _ in 0..rounds {
        let case = Case::fold(std::hint::black_box(&script.events));
        std::hint::black_box(project(&case, 1, &script.calendars));
        std::hint::black_box(clocks(&case, 1, &script.calendars, script.now));
    }
    println!("fold + projection + clocks of {} events: {:?}", script.events.len(), started.elapsed() / rounds);
}
