//! What one need adds to the monthly figures. A store keeps sums and, when a need changes, adds the difference between
//! what it contributed before and now; the sums never have to be counted again.

use chrono::{DateTime, Utc};
use kernel::UnitId;

use crate::event::{CallResult, Outcome};
use crate::projection::Projection;
use crate::state::State;

/// So many needs of one month, unit and origin count for a metric.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tally {
    /// One of [`METRICS`].
    pub metric: &'static str,
    /// Month in Shanghai, `2026-11`.
    pub month: String,
    /// The lead unit; `None` before there is one. The same for all metrics of a need, so that sums by unit add up.
    pub unit: Option<UnitId>,
    pub handed_down: bool,
    pub n: i64,
}

/// Every metric, and which instant gives its month.
pub const METRICS: [(&str, &str); 28] = [
    ("submitted", "submitted"),
    // Numerator of the acceptance rate: of those submitted in the month, accepted or returned in time.
    ("accept_on_time", "submitted"),
    ("accept_late", "submitted"),
    ("returned", "submitted"),
    ("withdrawn", "submitted"),
    // Denominator of the closing rate, and its numerator: of those accepted in the month, closed whenever.
    ("accepted", "accepted"),
    ("accepted_closed", "accepted"),
    ("accepted_answered", "accepted"),
    // Of those that fell or fall due in the month. Open ones count in `due` only: overdue ones lower the rate.
    ("due", "resolve due"),
    ("answered_on_time", "resolve due"),
    ("answered_late", "resolve due"),
    ("closed_on_time", "resolve due"),
    ("closed_late", "resolve due"),
    // What was achieved in the month.
    ("answered", "answered"),
    ("used_days", "answered"),
    ("outcome_resolved", "answered"),
    ("outcome_planned", "answered"),
    ("outcome_not_possible", "answered"),
    ("outcome_withdrawn", "answered"),
    ("outcome_not_reachable", "answered"),
    ("closed", "closed"),
    // Denominator of the satisfaction rate: what the next three add up to. A need that was found dissatisfied stays so
    // in the month of the first such call, even when it is found satisfied later.
    ("reached", "closed or first dissatisfied"),
    ("satisfied", "closed"),
    ("basically", "closed"),
    ("dissatisfied", "first dissatisfied"),
    // What cannot be talked up: refusals, changes of hands and reopenings stay with the need for good.
    ("reopened", "accepted"),
    ("refused", "accepted"),
    ("hops", "accepted"),
];

/// What a need contributes as it stands, sorted, without zeros.
pub fn contributions(own: &Projection) -> Vec<Tally> {
    let mut all = Vec::with_capacity(16);
    let mut add = |metric, at: Option<DateTime<Utc>>, n: i64| {
        if let Some(at) = at.filter(|_| n != 0) {
            all.push(Tally { metric, month: month(at), unit: own.lead_unit, handed_down: own.handed_down, n });
        }
    };
    let submitted = Some(own.submitted_at);
    let is = i64::from;
    add("submitted", submitted, 1);
    add("accept_on_time", submitted, is(own.accept_on_time == Some(true)));
    add("accept_late", submitted, is(own.accept_on_time == Some(false)));
    add("returned", submitted, is(own.state == State::Returned));
    add("withdrawn", submitted, is(own.state == State::Withdrawn));

    let (closed, answered) = (own.closed_at.is_some(), own.answered_at.is_some());
    add("accepted", own.accepted_at, 1);
    add("accepted_closed", own.accepted_at, is(closed));
    add("accepted_answered", own.accepted_at, is(answered));
    add("reopened", own.accepted_at, i64::from(own.reopened));
    add("refused", own.accepted_at, i64::from(own.refusals));
    add("hops", own.accepted_at, i64::from(own.hops));

    if own.state != State::Withdrawn {
        let due = own.resolve_due_at;
        add("due", due, 1);
        add("answered_on_time", due, is(answered && own.resolve_on_time == Some(true)));
        add("answered_late", due, is(answered && own.resolve_on_time == Some(false)));
        add("closed_on_time", due, is(closed && own.resolve_on_time == Some(true)));
        add("closed_late", due, is(closed && own.resolve_on_time == Some(false)));
    }

    add("answered", own.answered_at, 1);
    add("used_days", own.answered_at, own.used_days.map_or(0, i64::from));
    if let Some(outcome) = own.outcome {
        add(outcome_metric(outcome), own.answered_at, 1);
    }
    add("closed", own.closed_at, 1);
    add("reached", own.closed_at, is(own.result.is_some_and(CallResult::reached)));
    add("reached", own.dissatisfied_at, 1);
    add("dissatisfied", own.dissatisfied_at, 1);
    add("satisfied", own.closed_at, is(own.result == Some(CallResult::Satisfied)));
    add("basically", own.closed_at, is(own.result == Some(CallResult::BasicallySatisfied)));
    all.sort_unstable();
    all
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
        self.metric == other.metric
            && self.month == other.month
            && self.unit == other.unit
            && self.handed_down == other.handed_down
    }
}

fn outcome_metric(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Resolved => "outcome_resolved",
        Outcome::Planned { .. } => "outcome_planned",
        Outcome::NotPossible => "outcome_not_possible",
        Outcome::Withdrawn => "outcome_withdrawn",
        Outcome::NotReachable => "outcome_not_reachable",
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

    /// `metric month n`, the unit left out.
    fn tallies(text: &str) -> String {
        let all =
            contributions(&row(text)).into_iter().map(|tally| format!("{} {} {}", tally.metric, tally.month, tally.n));
        all.collect::<Vec<_>>().join(", ")
    }

    const START: &str =
        "2026-03-30 09:30 提交，2026-03-31 17:31 受理，2026-03-31 17:40 分类 一般，2026-03-31 17:50 牵头 甲局";

    #[test]
    fn a_need_counts_where_it_belongs() {
        let open = "accept_late 2026-03 1, accepted 2026-03 1, due 2026-04 1, submitted 2026-03 1";
        assert_eq!(tallies(START), open);
        // While it waits nobody knows when it falls due.
        let waiting = format!("{START}，2026-04-01 10:00 等企业");
        assert_eq!(tallies(&waiting), "accept_late 2026-03 1, accepted 2026-03 1, submitted 2026-03 1");
        assert_eq!((row(&waiting).due_at, row(&waiting).due_clock), (None, None));
        assert_eq!(
            tallies("2026-03-30 09:30 提交，2026-03-31 17:30 退回"),
            "accept_on_time 2026-03 1, returned 2026-03 1, submitted 2026-03 1"
        );

        // Answered in time, found dissatisfied in April, answered late and found satisfied in May: late it stays.
        let closed = format!(
            "{START}，2026-04-02 10:00 答复 甲局，2026-04-03 09:00 回访 不满意，2026-04-20 10:00 答复 甲局 不可行，\
             2026-05-06 10:00 回访 基本满意"
        );
        assert_eq!(
            tallies(&closed),
            "accept_late 2026-03 1, accepted 2026-03 1, accepted_answered 2026-03 1, accepted_closed 2026-03 1, \
             answered 2026-04 1, answered_late 2026-04 1, basically 2026-05 1, closed 2026-05 1, closed_late 2026-04 1, \
             dissatisfied 2026-04 1, due 2026-04 1, outcome_not_possible 2026-04 1, reached 2026-04 1, reached 2026-05 1, \
             reopened 2026-03 1, submitted 2026-03 1, used_days 2026-04 12"
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
