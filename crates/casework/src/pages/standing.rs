//! How a need stands, said to the enterprise: light, one sentence (who has it and until when) and a bar. The desk shows
//! the same sentence as what the enterprise sees.

use chrono::{DateTime, Utc};
use kernel::{UnitId, local_date};
use web::Words;
use web::components::{Light as Pill, LightState, Progress, Tone};

use crate::limits::{ClockKind, LimitUnit, Limits};
use crate::pages::shared::{Due, due_pill, name, open_due_said};
use crate::projection::Projection;
use crate::settings::Settings;
use crate::state::{Act, State};
use crate::store::list::{Light, Moment, NeedRow, UnitName};

/// What the sentence depends on, from a row of a list or from a case.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    pub state: State,
    /// The unit that has it.
    pub unit: Option<UnitName>,
    /// The lead that has answered while `unit`, a co-unit, has not, and when that one's own share is due.
    pub answered: Option<(UnitName, Option<DateTime<Utc>>)>,
    /// When the present step is due, and from when on that is soon.
    pub due: Option<DateTime<Utc>>,
    pub soon: Option<DateTime<Utc>>,
    pub resolve_due: Option<DateTime<Utc>>,
    /// A holiday notice that is not entered may still move them.
    pub provisional: bool,
    pub since: DateTime<Utc>,
    pub closed: Option<DateTime<Utc>>,
    /// The enterprise has said what it thinks of the answer.
    pub rated: bool,
    /// The reader is not of the enterprise, but its helper for instance: 您 would be the wrong one.
    pub theirs: bool,
}

impl Standing {
    pub(super) fn of_row(row: &NeedRow) -> Standing {
        let others = row.act_next == Act::UnitAnswer.as_str() && row.act_unit != row.lead;
        Standing {
            state: State::parse(&row.state).unwrap_or(State::Draft),
            unit: row.act_unit.clone().or_else(|| row.lead.clone()),
            answered: row.lead.clone().filter(|_| others).map(|lead| (lead, row.co_due_at)),
            due: row.due_at,
            soon: row.soon_at,
            resolve_due: row.resolve_due_at,
            provisional: row.provisional,
            since: row.accepted_at.unwrap_or(row.submitted_at),
            closed: row.closed_at,
            rated: false,
            theirs: false,
        }
    }

    /// `named`: the names of a unit.
    pub(super) fn of_case(p: &Projection, named: impl Fn(UnitId) -> Option<UnitName>) -> Standing {
        let others = p.act_next.act == Act::UnitAnswer && p.act_next.unit != p.lead_unit;
        Standing {
            state: p.state,
            unit: p.act_next.unit.or(p.lead_unit).and_then(&named),
            answered: p.lead_unit.filter(|_| others).and_then(named).map(|lead| (lead, p.co_due_at)),
            due: p.due_at,
            soon: p.soon_at,
            resolve_due: p.resolve_due_at,
            provisional: p.provisional,
            since: p.accepted_at.unwrap_or(p.submitted_at),
            closed: p.closed_at,
            rated: p.verdict.is_some(),
            theirs: false,
        }
    }

    /// The light of the row, as the county's own lists show it.
    pub(super) fn light(&self, at: Moment) -> Light {
        match self.state {
            State::Returned | State::Closed | State::Withdrawn => Light::Done,
            State::Waiting | State::Answered | State::Draft => Light::Waiting,
            _ => Light::running(self.due, self.soon, at),
        }
    }

    /// words: enterprise-light-*
    pub(super) fn pill(&self, w: &Words, settings: &Settings, at: Moment) -> Pill {
        let said = |light, key: &str| Pill::new(light, w.t(key));
        match (self.state, self.due) {
            (State::Answered, _) => said(LightState::OnTime, "enterprise-light-answered"),
            (State::Waiting, _) if self.theirs => said(LightState::DueSoon, "enterprise-light-waiting-theirs"),
            (State::Waiting, _) => said(LightState::DueSoon, "enterprise-light-waiting"),
            (State::Returned, _) => said(LightState::Waiting, "enterprise-light-returned"),
            (State::Withdrawn, _) => said(LightState::Waiting, "enterprise-light-withdrawn"),
            (State::Closed, _) => said(LightState::Done, "enterprise-light-closed"),
            (_, Some(due)) => due_pill(w, settings, Due { at: due, provisional: self.provisional }, at, self.light(at)),
            _ => said(LightState::Waiting, "enterprise-light-received"),
        }
    }

    /// `自然资源局正在办理，3月2日 周一前答复`
    /// words: enterprise-says-*
    pub(super) fn sentence(&self, w: &Words, settings: &Settings, at: Moment) -> String {
        if let (State::Closed, Some(closed)) = (self.state, self.closed) {
            return w.f("enterprise-says-closed-on", &[("day", &w.date(local_date(closed)))]);
        }
        let unit =
            self.unit.as_ref().map_or_else(|| w.t("enterprise-desk").into_owned(), |own| name(w, own).to_owned());
        let lead = self.answered.as_ref().map_or_else(String::new, |(lead, _)| name(w, lead).to_owned());
        let (key, due) = match self.state {
            State::Draft | State::Submitted => ("enterprise-says-submitted", self.due),
            State::Accepted => ("enterprise-says-accepted", self.resolve_due),
            State::InProgress if self.answered.is_some() => {
                ("enterprise-says-co", self.answered.as_ref().and_then(|(_, due)| *due))
            }
            State::Assigned => ("enterprise-says-assigned", self.resolve_due),
            State::InProgress => ("enterprise-says-in-progress", self.resolve_due),
            State::Waiting => ("enterprise-says-waiting", None),
            State::Answered if self.rated => ("enterprise-says-rated", None),
            State::Answered => ("enterprise-says-answered", None),
            State::Returned => ("enterprise-says-returned", None),
            State::Closed => ("enterprise-says-closed", None),
            State::Withdrawn => ("enterprise-says-withdrawn", None),
        };
        let said = |at, written| open_due_said(w, settings, Due { at, provisional: self.provisional }, written);
        match due {
            Some(due) if due < at.now => {
                let late = w.days_late(settings.working_days_late(due, at.now));
                let day = said(due, w.weekday_date(local_date(due)));
                let says =
                    w.f(&format!("{key}-late"), &[("unit", &unit), ("lead", &lead), ("due", &day), ("late", &late)]);
                match (self.theirs, settings.desk_line.is_set()) {
                    (true, _) => says,
                    (false, true) => {
                        w.f("enterprise-says-ask", &[("says", &says), ("phone", &settings.desk_line.said(w))])
                    }
                    (false, false) => w.f("enterprise-says-ask-none", &[("says", &says)]),
                }
            }
            Some(due) if self.state == State::Submitted => {
                w.f(&self.voice(key), &[("unit", &unit), ("due", &said(due, w.datetime(due)))])
            }
            Some(due) => {
                let day = said(due, w.weekday_date(local_date(due)));
                w.f(key, &[("unit", &unit), ("lead", &lead), ("due", &day)])
            }
            None if matches!(
                self.state,
                State::Draft | State::Submitted | State::Accepted | State::Assigned | State::InProgress
            ) =>
            {
                w.f(&format!("{key}-open"), &[("unit", &unit), ("lead", &lead)])
            }
            None => w.f(&self.voice(key), &[("unit", &unit)]),
        }
    }

    /// The key of what is said to the enterprise (您), turned to what is said about it where that differs.
    fn voice(&self, key: &str) -> String {
        use State::{Answered, Submitted, Waiting, Withdrawn};
        let differs = matches!(self.state, Submitted | Waiting | Answered | Withdrawn);
        format!("{key}{}", if self.theirs && differs { "-theirs" } else { "" })
    }

    /// How much of the promised time is used; nothing while no promise runs.
    pub(super) fn bar(&self, w: &Words, at: Moment) -> Option<Progress> {
        let due =
            self.resolve_due.filter(|_| matches!(self.state, State::Accepted | State::Assigned | State::InProgress))?;
        let (used, whole) = ((at.now - self.since).num_minutes(), (due - self.since).num_minutes().max(1));
        let tone = match self.light(at) {
            Light::Late => Tone::Late,
            Light::DueSoon => Tone::DueSoon,
            _ => Tone::OnTime,
        };
        let share = (used.clamp(0, whole) * 100) / whole;
        Some(Progress::new(used.clamp(0, whole), whole, tone, w.f("enterprise-bar", &[("share", &share)])))
    }
}

/// `1 个工作日`
/// words: enterprise-limit-*
pub(super) fn limit_text(w: &Words, n: u32, unit: LimitUnit) -> String {
    w.f(&format!("enterprise-limit-{}", unit.as_str().replace('_', "-")), &[("n", &n)])
}

/// Within what time a problem is accepted.
pub(super) fn accept_limit(w: &Words, limits: &Limits) -> String {
    limits.find(ClockKind::Accept, None, None, None).map_or_else(String::new, |row| limit_text(w, row.n, row.unit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case_script::{Script, at};
    use crate::projection::project;
    use crate::store::list::Line;
    use web::Lang;

    const OWN: [(&str, &str); 4] = [
        ("zh-CN", include_str!("../../words/zh-CN.ftl")),
        ("en", include_str!("../../words/en.ftl")),
        ("zh-CN", include_str!("../../words/enterprise.zh-CN.ftl")),
        ("en", include_str!("../../words/enterprise.en.ftl")),
    ];

    fn words() -> Words {
        Words::build(kernel::WORDS.iter().chain(web::WORDS).copied().chain(OWN)).unwrap()
    }

    fn settings() -> Settings {
        let hours = vec![("standard".to_owned(), workdays::Hours::standard())];
        Settings::new(Limits::defaults(), Vec::new(), vec![workdays::Calendar::china().clone()], hours)
    }

    /// The row a list reads, made from the projection as the store writes it.
    fn row(p: &Projection, named: impl Fn(UnitId) -> Option<UnitName>) -> NeedRow {
        let line = Line {
            serial: 1,
            number: p.number.clone(),
            title: p.title.clone(),
            enterprise_name: String::new(),
            township: None,
            source: "web".into(),
            category: None,
            state: p.state.as_str().into(),
            open: !p.state.is_final(),
            act_next: p.act_next.act.as_str().into(),
            act_unit: p.act_next.unit.and_then(&named),
            due_at: p.due_at,
            soon_at: p.soon_at,
            co_due_at: p.co_due_at,
            resolve_on_time: p.resolve_on_time,
            paused: p.paused,
            provisional: p.provisional,
            review_at: None,
        };
        NeedRow {
            line,
            id: uuid::Uuid::nil().into(),
            request: uuid::Uuid::nil().into(),
            idx: 1,
            enterprise: uuid::Uuid::nil().into(),
            handed_down: false,
            grade: None,
            level: None,
            lead: p.lead_unit.and_then(named),
            clock: None,
            resolve_due_at: p.resolve_due_at,
            submitted_at: p.submitted_at,
            accepted_at: p.accepted_at,
            answered_at: p.answered_at,
            closed_at: p.closed_at,
            outcome: None,
            result: None,
            round: 1,
            reopened: 0,
            hops: 0,
            version: 1,
        }
    }

    fn says(script: &Script, now: &str) -> String {
        let own = project(&script.case, 1, &script.calendars).unwrap();
        let named = |id| Some((script.unit_name(id), String::new()));
        Standing::of_case(&own, named).sentence(&words(), &settings(), Moment { now: at(now) })
    }

    #[test]
    fn a_list_and_the_page_of_a_need_say_the_same() {
        // Every history of the tables officials read.
        let tables = [include_str!("../../cases/state.md"), include_str!("../../cases/clocks.md")];
        let histories = tables.iter().flat_map(|table| table.lines()).filter(|line| line.starts_with("| "));
        let mut compared = 0;
        for history in histories.filter_map(|line| line.trim_matches('|').split('|').next()) {
            let mut script = Script::new();
            if history.trim().starts_with("经过") {
                continue;
            }
            let _ = script.run(history);
            let named = |id| Some((script.unit_name(id), String::new()));
            for need in 1..=script.case.needs.len() {
                let own = project(&script.case, u16::try_from(need).unwrap(), &script.calendars).unwrap();
                for now in [script.now, script.now + chrono::Duration::days(40)] {
                    let (at, settings) = (Moment { now }, settings());
                    let case = Standing { rated: false, ..Standing::of_case(&own, named) };
                    let listed = Standing::of_row(&row(&own, named));
                    for w in Lang::ALL.map(|lang| words().in_lang(lang)) {
                        let said = case.sentence(&w, &settings, at);
                        assert_eq!(said, listed.sentence(&w, &settings, at), "{history}");
                        assert_eq!(case.pill(&w, &settings, at).text, listed.pill(&w, &settings, at).text, "{history}");
                        assert!(!said.contains('⟦') && !said.contains("催办"), "{said}");
                    }
                    compared += 1;
                }
            }
        }
        assert!(compared > 300, "{compared}");
    }

    #[test]
    fn a_co_unit_that_has_not_answered_is_named_with_its_own_date() {
        let mut script = Script::new();
        let text = "2026-03-02 09:30 提交，2026-03-02 10:00 受理，2026-03-02 10:30 分类 疑难，2026-03-02 11:00 牵头 甲局，\
                    2026-03-02 11:10 协办 乙局 3日，2026-03-03 10:00 答复 甲局";
        script.run(text).unwrap();
        assert_eq!(says(&script, "2026-03-03T11:00"), "甲局已答复，还等乙局（协办），3月5日 周四 前答复");
        assert_eq!(
            says(&script, "2026-03-09T08:00"),
            "甲局已答复，还等乙局（协办）；应在 3月5日 周四 前答复，已超期 1 个工作日。问进度请联系您的助企干部或服务专班"
        );
        script.run("2026-03-04 10:00 答复 乙局").unwrap();
        assert_eq!(says(&script, "2026-03-04T11:00"), "已经答复，请告诉我们解决了没有");
    }

    #[test]
    fn nobody_is_told_of_urging_and_lateness_is_in_working_days() {
        let mut script = Script::new();
        let text = "2026-03-02 09:30 提交，2026-03-02 10:00 受理，2026-03-02 10:30 分类 一般，2026-03-02 11:00 牵头 甲局，\
                    2026-03-02 12:00 签收 甲局";
        script.run(text).unwrap();
        let late =
            |late: &str| format!("甲局正在办理；承诺 3月9日 周一 前答复，已{late}。问进度请联系您的助企干部或服务专班");
        assert_eq!(says(&script, "2026-03-10T08:59"), late("超期不足 1 个工作日"));
        assert_eq!(says(&script, "2026-03-12T01:30"), late("超期 2 个工作日"));
        // Nobody is told to call before there is a number, and then everybody gets it.
        let line = web::DeskLine { phone: "0373-8812345".into(), hours: "工作日".into(), hours_en: String::new() };
        let (own, at) = (project(&script.case, 1, &script.calendars).unwrap(), at("2026-03-12T01:30"));
        let said = Standing::of_case(&own, |id| Some((script.unit_name(id), String::new()))).sentence(
            &words(),
            &settings().called_at(line),
            Moment { now: at },
        );
        assert!(said.ends_with("。问进度请打服务专班电话 0373-8812345（工作日），或联系您的助企干部"), "{said}");
        // Accepted and not yet filed: nothing is promised yet.
        let mut script = Script::new();
        script.run("2026-03-02 09:30 提交，2026-03-02 10:00 受理").unwrap();
        assert_eq!(says(&script, "2026-03-02T11:00"), "已受理，正在交给承办单位");
    }
}
