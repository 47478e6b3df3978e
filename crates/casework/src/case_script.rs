//! For tests: short Chinese sentences as commands, and tables in `cases/*.md` whose results are rewritten with
//! `UPDATE_CASES=1`.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use kernel::{AssignmentId, EventId, FileId, PersonId, UnitId};
use uuid::Uuid;
use workdays::{Calendar, Hours, Mode, Schedule};

use crate::case::Case;
use crate::clocks::{CalendarAt, recompute};
use crate::command::{Command, Context, Order, Refusal};
use crate::decide::decide;
use crate::event::{
    Actor, ActorKind, CallResult, Classification, Event, Grade, Level, Outcome, Recorded, Role, Source, Terms, Verdict,
};
use crate::limits::{ClockKind, LimitUnit, Limits};

/// A case that is written as it is read.
pub(crate) struct Script {
    pub(crate) case: Case,
    pub(crate) events: Vec<Recorded>,
    pub(crate) now: DateTime<Utc>,
    pub(crate) limits: Limits,
    pub(crate) calendars: Versions,
    pub(crate) terms: Terms,
    units: Vec<String>,
}

/// Calendars by version, standard hours.
pub(crate) struct Versions {
    pub(crate) known: Vec<Calendar>,
    pub(crate) hours: Hours,
    pub(crate) mode: Mode,
}

impl CalendarAt for Versions {
    fn schedule(&self, terms: &Terms) -> Option<Schedule<'_>> {
        let calendar = self.known.iter().find(|known| known.version() == terms.calendar)?;
        Some(Schedule { calendar, hours: &self.hours, mode: self.mode, last_day: terms.last_day() })
    }
}

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    kernel::clock::parse_date_time_local(text).unwrap_or_else(|| panic!("not an instant: {text}"))
}

impl Script {
    pub(crate) fn new() -> Self {
        let calendar = Calendar::china().clone();
        let terms = Terms { calendar: calendar.version().to_owned(), hours: "standard".to_owned(), next_workday: true };
        Self {
            case: Case::default(),
            events: Vec::new(),
            now: at("2026-03-02T09:00"),
            limits: Limits::defaults(),
            calendars: Versions { known: vec![calendar], hours: Hours::standard(), mode: Mode::Strict },
            terms,
            units: Vec::new(),
        }
    }

    pub(crate) fn unit(&mut self, name: &str) -> UnitId {
        let at = self.units.iter().position(|own| own == name).unwrap_or_else(|| {
            self.units.push(name.to_owned());
            self.units.len() - 1
        });
        UnitId::from_uuid(Uuid::from_u128(at as u128 + 1))
    }

    pub(crate) fn unit_name(&self, unit: UnitId) -> String {
        self.units[unit.uuid().as_u128() as usize - 1].clone()
    }

    /// Sentences separated by `，`. A sentence may begin with an instant (`2026-02-06 16:42`) or a need (`2号`), and may
    /// end with who did it (`由乙局`). Stops at the first refusal.
    pub(crate) fn run(&mut self, text: &str) -> Result<(), Refusal> {
        for sentence in text.split('，').map(str::trim).filter(|sentence| !sentence.is_empty()) {
            self.sentence(sentence)?;
        }
        Ok(())
    }

    fn sentence(&mut self, sentence: &str) -> Result<(), Refusal> {
        let mut words: Vec<&str> = sentence.split_whitespace().collect();
        if words[0].starts_with("20") {
            self.now = at(&format!("{}T{}", words[0], words[1]));
            words.drain(..2);
        } else {
            self.now += Duration::minutes(10);
        }
        let mut need = None;
        if let Some(index) = words[0].strip_suffix('号').and_then(|index| index.parse().ok()) {
            need = Some(index);
            words.remove(0);
        }
        let mut by = None;
        if let Some(name) = words.last().and_then(|word| word.strip_prefix('由')) {
            by = Some(name);
            words.pop();
        }
        let arg = |at: usize| words.get(at).copied().unwrap_or("");
        let word = words[0];
        if word == "过" {
            let days: i64 = arg(1).trim_end_matches('天').parse().unwrap();
            self.now += Duration::days(days);
            return Ok(());
        }
        if word == "日历" {
            let day: NaiveDate = arg(1).parse().unwrap();
            let calendar = Calendar::china_as_of(day);
            self.terms.calendar = calendar.version().to_owned();
            self.calendars.known.push(calendar);
            return Ok(());
        }
        if word == "限时" {
            let (clock, n, unit) = (ClockKind::parse(arg(1)), arg(2).parse().unwrap(), LimitUnit::parse(arg(3)));
            let (clock, unit) = (clock.unwrap(), unit.unwrap());
            let mut rows: Vec<_> = self.limits.rows().to_vec();
            for row in rows.iter_mut().filter(|row| row.clock == clock) {
                (row.n, row.unit) = (n, unit);
            }
            self.limits = Limits::new(rows);
            return Ok(());
        }
        let command = self.command(word, arg(1), arg(2), need);
        let actor = self.actor(&command, arg(1), by);
        self.give(&Order { need, command }, &actor)
    }

    pub(crate) fn give(&mut self, order: &Order, actor: &Actor) -> Result<(), Refusal> {
        let context =
            Context { now: self.now, actor, limits: &self.limits, calendars: &self.calendars, terms: &self.terms };
        for decided in decide(&self.case, order, &context)? {
            self.record(decided.need, decided.event, actor);
        }
        Ok(())
    }

    fn record(&mut self, need: Option<u16>, event: Event, actor: &Actor) {
        let seq = self.case.seq + 1;
        let id = EventId::from_uuid(Uuid::from_u128(u128::from(seq)));
        let recorded = Recorded { id, seq, at: self.now, by: actor.clone(), need, event };
        self.case.apply(&recorded);
        self.events.push(recorded);
    }

    fn actor(&mut self, command: &Command, unit: &str, by: Option<&str>) -> Actor {
        let kind = match command {
            Command::Submit { .. }
            | Command::Resubmit { .. }
            | Command::Withdraw { .. }
            | Command::Attach { .. }
            | Command::Rate { .. }
            | Command::TakeBackRating
            | Command::Object { .. } => ActorKind::Enterprise,
            Command::Sign { .. }
            | Command::Refuse { .. }
            | Command::Report { .. }
            | Command::TryContact { .. }
            | Command::Answer { .. }
            | Command::RequestExtension { .. } => ActorKind::Handler,
            _ => ActorKind::Desk,
        };
        let name = match (by, kind) {
            (Some(by), _) => by,
            (None, ActorKind::Handler) => unit,
            (None, ActorKind::Enterprise) => "企业",
            _ => "专班",
        };
        let unit = self.unit(name);
        let person = PersonId::from_uuid(unit.uuid());
        let belongs = kind != ActorKind::Enterprise;
        Actor { person: belongs.then_some(person), name: name.to_owned(), unit: belongs.then_some(unit), kind }
    }

    /// The latest assignment of a unit, ended or not.
    fn assignment(&mut self, unit: &str, need: Option<u16>) -> AssignmentId {
        let unit = self.unit(unit);
        let need = self.case.need(need.unwrap_or(1));
        let found = need.and_then(|need| need.assignments.iter().rev().find(|own| own.unit == unit));
        found.map_or(AssignmentId::from_uuid(Uuid::nil()), |own| own.id)
    }

    fn command(&mut self, word: &str, first: &str, second: &str, need: Option<u16>) -> Command {
        let text = || "说明".to_owned();
        let new_id = AssignmentId::from_uuid(Uuid::from_u128(u128::from(self.case.seq) + 1));
        match word {
            "存稿" => Command::KeepDraft,
            "提交" => Command::Submit {
                number: "2026-000123".to_owned(),
                title: "用地".to_owned(),
                source: Source::Web,
                handed_down: first == "上级交办",
            },
            "再提交" => Command::Resubmit { title: "用地".to_owned() },
            "受理" => Command::Accept,
            "退回" => Command::Return { reason_code: "scope".to_owned(), explanation: text() },
            "无言退回" => Command::Return { reason_code: "scope".to_owned(), explanation: " ".to_owned() },
            "分类" => Command::Classify { classification: class(first) },
            "拆分" => Command::Split { title: "另一件".to_owned() },
            "牵头" | "协办" => {
                let role = if word == "牵头" { Role::Lead } else { Role::Co };
                let share = second.trim_end_matches('日').parse().ok().map(|n| (n, LimitUnit::WorkingDay));
                Command::Assign { assignment: new_id, unit: self.unit(first), role, note: String::new(), share }
            }
            "收回" => Command::Unassign { assignment: self.assignment(first, need), reason: text() },
            "签收" => Command::Sign { assignment: self.assignment(first, need) },
            "拒收" => Command::Refuse { assignment: self.assignment(first, need), reason: text() },
            "进展" => Command::Report {
                assignment: Some(self.assignment(first, need)),
                text: text(),
                visible_to_enterprise: true,
            },
            "没联系上" => Command::TryContact { assignment: self.assignment(first, need), note: String::new() },
            "等企业" => Command::StartWait { reason: text() },
            "不等" => Command::EndWait,
            "补件" => Command::Attach { file: FileId::from_uuid(Uuid::nil()), name: "测绘报告.pdf".to_owned() },
            "申请延期" => Command::RequestExtension {
                assignment: self.assignment(first, need),
                n: second.trim_end_matches('日').parse().unwrap(),
                reason: text(),
            },
            "准延期" | "不准延期" => Command::DecideExtension {
                assignment: self.assignment(first, need),
                granted: word == "准延期",
                note: text(),
            },
            "答复" => {
                Command::Answer { assignment: self.assignment(first, need), outcome: outcome(second), text: text() }
            }
            "回访" => Command::CallBack { result: result(first), note: text() },
            "销号" => Command::Close,
            "评价" => Command::Rate {
                verdict: if first == "解决了" { Verdict::Solved } else { Verdict::NotSolved },
                stars: None,
                text: text(),
            },
            "收回评价" => Command::TakeBackRating,
            "异议" => Command::Object { text: text() },
            "撤回" => Command::Withdraw { reason: text() },
            "留言" => Command::Comment { text: text(), visible_to_enterprise: true },
            "改限时" => Command::ChangeLimit {
                clock: ClockKind::Resolve,
                assignment: None,
                n: first.trim_end_matches('日').parse().unwrap(),
                unit: LimitUnit::WorkingDay,
                reason: text(),
            },
            "重算" => {
                let to = self.terms.clone();
                let (changes, kept) = recompute(&self.case, need.unwrap_or(1), &to, &self.calendars, self.now);
                Command::RecomputeClocks { to, changes, kept }
            }
            other => panic!("no such sentence: {other}"),
        }
    }
}

fn class(grade: &str) -> Classification {
    let grade = match grade {
        "一般" => Grade::Ordinary,
        "重点" => Grade::Key,
        "疑难" => Grade::Hard,
        other => panic!("no such grade: {other}"),
    };
    Classification { category: "land".to_owned(), grade, level: Level::County }
}

fn outcome(word: &str) -> Outcome {
    match word {
        "" | "已解决" => Outcome::Resolved,
        "挂账" => Outcome::Planned { review_on: NaiveDate::from_ymd_opt(2026, 9, 1).unwrap() },
        "不可行" => Outcome::NotPossible,
        "企业放弃" => Outcome::Withdrawn,
        "联系不上" => Outcome::NotReachable,
        other => panic!("no such outcome: {other}"),
    }
}

fn result(word: &str) -> CallResult {
    match word {
        "满意" => CallResult::Satisfied,
        "基本满意" => CallResult::BasicallySatisfied,
        "不满意" => CallResult::Dissatisfied,
        "未接通" => CallResult::NotReached,
        other => panic!("no such result: {other}"),
    }
}

/// Runs a table: the first `given` cells of a row are input, the others are what `run` must give.
pub(crate) fn table(file: &str, given: usize, least: usize, run: impl Fn(&[&str]) -> Vec<String>) {
    let path = format!("{}/cases/{file}", env!("CARGO_MANIFEST_DIR"));
    let before = std::fs::read_to_string(&path).unwrap();
    let mut rows = 0;
    let after: String = before
        .lines()
        .map(|line| {
            let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
            if !line.starts_with("| ") || line.contains("---") || cells[0].starts_with("经过") {
                return format!("{line}\n");
            }
            rows += 1;
            let got = run(&cells[..given]);
            let cells: Vec<String> = cells[..given].iter().map(|cell| (*cell).to_owned()).chain(got).collect();
            format!("| {} |\n", cells.join(" | "))
        })
        .collect();
    assert!(rows >= least, "{file} has {rows} rows; expected at least {least}");
    if std::env::var_os("UPDATE_CASES").is_some() {
        std::fs::write(&path, after).unwrap();
        return;
    }
    let different = before.lines().zip(after.lines()).filter(|(old, new)| old != new);
    let shown: String = different.map(|(old, new)| format!("- {old}\n+ {new}\n")).collect();
    assert!(shown.is_empty(), "{file} (UPDATE_CASES=1 rewrites it):\n{shown}");
}
