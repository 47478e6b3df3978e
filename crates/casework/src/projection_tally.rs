//! What one need adds to the monthly figures. A store keeps sums and, when a need changes, adds the difference between
//! what it contributed before and now; the sums never have to be counted again.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use crate::event::{CallResult, Outcome};
use crate::projection::Projection;
use crate::state::State;

/// So many needs of one month and origin count for a metric.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tally {
    /// One of [`METRICS`], or [`days_metric`].
    pub metric: Cow<'static, str>,
    /// Month in Shanghai, `2026-11`.
    pub month: String,
    pub handed_down: bool,
    pub n: i64,
}

/// Every metric but the days, and which instant gives its month. Each counts needs, never events.
pub const METRICS: [(&str, &str); 19] = [
    ("submitted", "submitted"),
    ("accepted_in_time", "submitted"),
    ("returned", "submitted"),
    // Denominator of the closing rate, and its numerator: of those accepted in the month, closed whenever; what was given
    // up as not reachable is never in a numerator.
    ("accepted", "accepted"),
    ("accepted_closed", "accepted"),
    // Answered in whatever round, and what cannot be talked up: it stays with the need for good.
    ("answered_once", "accepted"),
    ("reopened", "accepted"),
    ("refused", "accepted"),
    ("hopped", "accepted"),
    // Of those that fell or fall due in the month. Open ones count in `due` only: overdue ones lower the rate.
    ("due", "resolve due"),
    ("answered_on_time", "resolve due"),
    ("closed_on_time", "resolve due"),
    ("closed", "closed"),
    ("confirmed", "closed"),
    ("not_reached", "closed"),
    ("not_reachable", "closed"),
    // A need that was found dissatisfied stays so in the month of the first such call.
    ("judged", "judged"),
    ("satisfied", "judged"),
    ("satisfied_fully", "judged"),
];

/// Beginning of the names under which needs are counted by the working days they took, in the month of the answer.
pub const DAYS: &str = "days_";

/// The metric for needs that took so many working days: `days_7`.
pub fn days_metric(days: u32) -> Cow<'static, str> {
    Cow::Owned(format!("{DAYS}{days}"))
}

/// What of a need is counted; from its projection, or from its row.
#[derive(Clone, Debug)]
pub struct Facts {
    pub state: State,
    pub handed_down: bool,
    pub submitted_at: DateTime<Utc>,
    pub accepted_at: Option<DateTime<Utc>>,
    pub accept_on_time: Option<bool>,
    pub resolve_due_at: Option<DateTime<Utc>>,
    pub resolve_on_time: Option<bool>,
    pub answered_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    pub result: Option<CallResult>,
    /// Its lead gave it up as not reachable.
    pub not_reachable: bool,
    pub judged_at: Option<DateTime<Utc>>,
    pub satisfied: Option<bool>,
    pub reopened: u32,
    pub refusals: u32,
    pub hops: u32,
    pub used_days: Option<u32>,
}

impl From<&Projection> for Facts {
    fn from(own: &Projection) -> Self {
        Facts {
            state: own.state,
            handed_down: own.handed_down,
            submitted_at: own.submitted_at,
            accepted_at: own.accepted_at,
            accept_on_time: own.accept_on_time,
            resolve_due_at: own.resolve_due_at,
            resolve_on_time: own.resolve_on_time,
            answered_at: own.answered_at,
            closed_at: own.closed_at,
            result: own.result,
            not_reachable: own.outcome == Some(Outcome::NotReachable),
            judged_at: own.judged_at(),
            satisfied: own.satisfied(),
            reopened: u32::from(own.reopened),
            refusals: u32::from(own.refusals),
            hops: u32::from(own.hops),
            used_days: own.used_days,
        }
    }
}

/// What a need contributes as it stands, sorted, without zeros.
pub fn contributions(own: &Projection) -> Vec<Tally> {
    Facts::from(own).contributions()
}

impl Facts {
    /// See [`contributions`].
    pub fn contributions(&self) -> Vec<Tally> {
        let mut all = Vec::with_capacity(16);
        let mut add = |metric: &'static str, at: Option<DateTime<Utc>>, counts: bool| {
            if let Some(at) = at.filter(|_| counts) {
                let handed_down = self.handed_down;
                all.push(Tally { metric: Cow::Borrowed(metric), month: month(at), handed_down, n: 1 });
            }
        };
        let submitted = Some(self.submitted_at);
        add("submitted", submitted, true);
        add("accepted_in_time", submitted, self.accepted_at.is_some() && self.accept_on_time == Some(true));
        add("returned", submitted, self.state == State::Returned);

        let (closed, in_time) = (self.closed_at.is_some(), self.resolve_on_time == Some(true));
        let done = closed && !self.not_reachable;
        add("accepted", self.accepted_at, true);
        add("accepted_closed", self.accepted_at, done);
        add("answered_once", self.accepted_at, self.answered_at.is_some() || self.reopened > 0);
        add("reopened", self.accepted_at, self.reopened > 0);
        add("refused", self.accepted_at, self.refusals > 0);
        add("hopped", self.accepted_at, self.hops > 0);

        let due = self.resolve_due_at.filter(|_| self.state != State::Withdrawn);
        add("due", due, true);
        add("answered_on_time", due, in_time);
        add("closed_on_time", due, done && in_time);

        add("closed", self.closed_at, true);
        let confirmed = [Some(CallResult::Satisfied), Some(CallResult::BasicallySatisfied)].contains(&self.result);
        add("confirmed", self.closed_at, confirmed);
        add("not_reached", self.closed_at, self.result == Some(CallResult::NotReached));
        add("not_reachable", self.closed_at, self.not_reachable);
        let satisfied = self.satisfied == Some(true);
        add("judged", self.judged_at, true);
        add("satisfied", self.judged_at, satisfied);
        add("satisfied_fully", self.judged_at, satisfied && self.result == Some(CallResult::Satisfied));
        if let Some((days, at)) = self.used_days.zip(self.answered_at) {
            let metric = days_metric(days);
            all.push(Tally { metric, month: month(at), handed_down: self.handed_down, n: 1 });
        }
        all.sort_unstable();
        all
    }
}

/// What to add to the sums when contributions change from `old` to `new`: sorted, without zeros.
pub fn difference(old: &[Tally], new: &[Tally]) -> Vec<Tally> {
    let negative = old.iter().map(|tally| Tally { n: -tally.n, ..tally.clone() });
    let mut all: Vec<Tally> = negative.chain(new.iter().cloned()).collect();
    all.sort_unstable();
    let mut sums: Vec<Tally> = Vec::with_capacity(all.len());
    for tally in all {
        match sums.last_mut().filter(|last| last.is_same(&tally)) {
            Some(last) => last.n += tally.n,
            None => sums.push(tally),
        }
    }
    sums.retain(|tally| tally.n != 0);
    sums
}

impl Tally {
    fn is_same(&self, other: &Self) -> bool {
        self.metric == other.metric && self.month == other.month && self.handed_down == other.handed_down
    }
}

fn month(at: DateTime<Utc>) -> String {
    workdays::shanghai(at).format("%Y-%m").to_string()
}

#[cfg(test)]
mod tests {
    use crate::case_script::Script;
    use crate::projection::{Projection, project};
    use crate::projection_tally::contributions;

    fn row(text: &str) -> Projection {
        let mut script = Script::new();
        script.run(text).unwrap();
        project(&script.case, 1, &script.calendars).unwrap()
    }

    /// `metric month n`.
    fn tallies(text: &str) -> String {
        let all =
            contributions(&row(text)).into_iter().map(|tally| format!("{} {} {}", tally.metric, tally.month, tally.n));
        all.collect::<Vec<_>>().join(", ")
    }

    const START: &str =
        "2026-03-30 09:30 提交，2026-03-31 17:31 受理，2026-03-31 17:40 分类 一般，2026-03-31 17:50 牵头 甲局";

    #[test]
    fn a_need_counts_where_it_belongs() {
        let open = "accepted 2026-03 1, due 2026-04 1, submitted 2026-03 1";
        assert_eq!(tallies(START), open, "accepted a minute late");
        // While it waits nobody knows when it falls due.
        let waiting = format!("{START}，2026-04-01 10:00 等企业");
        assert_eq!(tallies(&waiting), "accepted 2026-03 1, submitted 2026-03 1");
        assert_eq!((row(&waiting).due_at, row(&waiting).due_clock), (None, None));
        assert_eq!(tallies("2026-03-30 09:30 提交，2026-03-31 17:30 退回"), "returned 2026-03 1, submitted 2026-03 1");

        // Answered in time, found dissatisfied in April, answered late and found satisfied in May: late and dissatisfied
        // it stays, and it is judged once.
        let closed = format!(
            "{START}，2026-04-02 10:00 答复 甲局，2026-04-03 09:00 回访 不满意，2026-04-20 10:00 答复 甲局 不可行，\
             2026-05-06 10:00 回访 基本满意"
        );
        assert_eq!(
            tallies(&closed),
            "accepted 2026-03 1, accepted_closed 2026-03 1, answered_once 2026-03 1, closed 2026-05 1, \
             confirmed 2026-05 1, days_12 2026-04 1, due 2026-04 1, judged 2026-04 1, reopened 2026-03 1, \
             submitted 2026-03 1"
        );
        let content = format!("{START}，2026-04-02 10:00 答复 甲局，2026-05-06 10:00 回访 满意");
        // Given up as not reachable and closed after calls on three days: closed, but in no numerator.
        let lost = format!(
            "{START}，2026-04-01 10:00 没联系上 甲局，2026-04-02 10:00 没联系上 甲局，2026-04-03 10:00 没联系上 甲局，\
             2026-04-03 11:00 答复 甲局 联系不上，2026-04-07 10:00 回访 未接通，2026-04-08 10:00 回访 未接通，\
             2026-04-09 10:00 回访 未接通，2026-04-09 10:30 销号"
        );
        assert_eq!(
            tallies(&lost),
            "accepted 2026-03 1, answered_on_time 2026-04 1, answered_once 2026-03 1, closed 2026-04 1, days_3 2026-04 1, \
             due 2026-04 1, not_reachable 2026-04 1, not_reached 2026-04 1, submitted 2026-03 1"
        );
        assert!(
            tallies(&content)
                .ends_with("judged 2026-05 1, satisfied 2026-05 1, satisfied_fully 2026-05 1, submitted 2026-03 1")
        );
    }

    #[test]
    fn used_days_leave_out_waits_whatever_the_limit_is_counted_in() {
        for limit in
            ["限时 resolve 5 working_day", "限时 resolve 30 day", "限时 resolve 1 month", "限时 resolve 9 working_hour"]
        {
            let own = row(&format!(
                "{limit}，2026-03-02 09:30 提交，2026-03-02 10:00 受理，2026-03-02 10:30 分类 一般，2026-03-02 11:00 牵头 甲局，\
                 2026-03-03 10:00 等企业，2026-03-05 09:00 补件，2026-03-10 15:00 答复 甲局"
            ));
            // 5, 6, 9, 10 March; the 3rd and 4th were waited away.
            assert_eq!(own.used_days, Some(4), "{limit}");
        }
    }
}
