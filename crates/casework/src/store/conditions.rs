//! What a list is narrowed to, as conditions of a statement: the one place where rows, counts and exports agree.

use chrono::NaiveDate;
use db::{Engine, Where};
use identity::Reached;

use super::list::{FROM, Light, Moment};

/// What a list is narrowed to. Empty fields narrow nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NeedFilter {
    pub states: Vec<String>,
    pub open: Option<bool>,
    pub light: Option<Light>,
    pub category: Option<String>,
    pub grade: Option<String>,
    pub source: Option<String>,
    pub handed_down: Option<bool>,
    /// Code of the lead unit.
    pub lead: Option<String>,
    /// Code of a unit that has an open part in it, as lead or co-unit.
    pub unit: Option<String>,
    /// Code of a unit that refused it, in whatever round.
    pub refused_by: Option<String>,
    /// Who must act next: `desk_accept`, `unit_sign` …
    pub act_next: Option<String>,
    /// Credit code of the enterprise.
    pub enterprise: Option<String>,
    /// Code of the township or park of the enterprise.
    pub township: Option<String>,
    pub outcome: Option<String>,
    pub result: Option<String>,
    pub reopened: Option<bool>,
    pub hopped: Option<bool>,
    pub accept_on_time: Option<bool>,
    pub resolve_on_time: Option<bool>,
    /// Accepted at all, whatever became of it.
    pub accepted: Option<bool>,
    pub submitted: Span,
    pub accepted_in: Span,
    pub closed_in: Span,
    pub due_in: Span,
    /// Open, accepted and past the promise to the enterprise.
    pub overdue: bool,
    /// Answered, and the working days it took are known.
    pub answered: Option<bool>,
    pub answered_in: Span,
    /// Answered in this round or an earlier one.
    pub answered_once: bool,
    /// The promise to the enterprise fell due, whatever became of it; what was taken back is left out.
    pub fell_due: bool,
    /// It fell due and was not answered in time.
    pub missed: bool,
    /// The first contact was made or is overdue.
    pub contact_owed: bool,
    pub contact_on_time: Option<bool>,
    /// A call-back reached the enterprise; dated by the first that found it dissatisfied, otherwise by the closing.
    pub judged: bool,
    pub judged_in: Span,
    pub satisfied: Option<bool>,
    /// The last call-back found the enterprise satisfied or basically satisfied.
    pub confirmed: bool,
    /// Not explained as impossible, withdrawn or not reachable.
    pub solvable: bool,
    /// Its lead did not give it up as not reachable.
    pub reachable: bool,
    /// A unit refused it at least once; twice, and the desk must decide.
    pub refused: bool,
    pub disputed: bool,
    /// An extension was asked for and nobody has decided.
    pub extension_asked: bool,
    /// Waits for the enterprise and nothing happened for [`STUCK_DAYS`].
    pub stuck: bool,
    /// The day to look again at what was planned has come, and nobody has said anything since.
    pub review_due: bool,
    /// What a leader should ask about: late, disputed, an extension asked for, or stuck.
    pub attention: bool,
    /// Words, parts of words, pinyin initials, credit code, number.
    pub text: String,
}

/// After so many days without an event a need that waits for the enterprise is stuck.
pub const STUCK_DAYS: i64 = 14;

/// Days in Shanghai, both included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

/// Whether everything is reached. A path of one segment is the root of the tree: everything lies under it.
pub(crate) fn reaches_all(reached: &Reached) -> bool {
    reached.all || reached.paths.iter().any(|path| path.matches('/').count() == 2)
}

/// What the actor may see of what the filter leaves.
pub(crate) fn conditions(engine: Engine, reached: &Reached, filter: &NeedFilter, at: Moment) -> Where {
    let mut w = Where::new(engine);
    reach(&mut w, reached);
    narrowed(&mut w, filter, at);
    w
}

/// The conditions of another filter as an expression, their parameters added to these.
pub(crate) fn condition(w: &mut Where, filter: &NeedFilter, at: Moment) -> String {
    w.apart(|w| narrowed(w, filter, at))
}

/// The tables the conditions need: a count by columns of the need alone does not visit its enterprise.
pub(crate) fn from(w: &Where) -> &'static str {
    let others =
        ["e.", "t."].iter().any(|name| w.text.contains(&format!(" {name}")) || w.text.contains(&format!("({name}")));
    if others { FROM } else { " FROM need n" }
}

fn narrowed(w: &mut Where, filter: &NeedFilter, at: Moment) {
    narrow(w, filter);
    spans(w, filter);
    light(w, filter.light, at);
    if filter.overdue {
        w.and("n.open AND NOT n.paused AND n.answered_at IS NULL AND n.resolve_due_at < ?", [at.now.into()]);
    }
    facts(w, filter, at);
    w.and_found("n.serial", "need_search", &filter.text);
}

/// What the actor may see at all.
fn reach(w: &mut Where, reached: &Reached) {
    if reaches_all(reached) {
        return;
    }
    let mut any = Vec::new();
    for enterprise in &reached.enterprises {
        any.push(format!("n.enterprise_id = {}", w.bind((*enterprise).into())));
    }
    if let Some(person) = reached.helper {
        let person = w.bind(person.into());
        any.push(format!("n.enterprise_id IN (SELECT h.enterprise_id FROM helper h WHERE h.person_id = {person} AND h.to_date IS NULL)"));
    }
    for unit in &reached.units {
        let unit = w.bind((*unit).into());
        any.push(format!("n.id IN (SELECT x.need_id FROM assignment x WHERE x.unit_id = {unit})"));
    }
    for path in &reached.paths {
        let path = w.bind(format!("{path}%").into());
        any.push(format!("t.path LIKE {path}"));
        any.push(format!(
            "n.id IN (SELECT x.need_id FROM assignment x JOIN unit xu ON xu.id = x.unit_id WHERE xu.path LIKE {path})"
        ));
    }
    w.and_any(&any);
}

fn narrow(w: &mut Where, f: &NeedFilter) {
    if !f.states.is_empty() {
        let names: Vec<_> = f.states.iter().map(|s| w.bind(s.as_str().into())).collect();
        w.text.push_str(&format!(" AND n.state IN ({})", names.join(", ")));
    }
    let flags = [
        (f.open, "n.open"),
        (f.handed_down, "n.handed_down"),
        (f.reopened, "n.reopened > 0"),
        (f.hopped, "n.hops > 0"),
        (f.accepted, "n.accepted_at IS NOT NULL"),
        (f.answered, "n.used_days IS NOT NULL"),
    ];
    for (flag, fragment) in flags {
        match flag {
            Some(true) => w.and(fragment, []),
            Some(false) => w.and(&format!("NOT ({fragment})"), []),
            None => {}
        }
    }
    let words = [
        (&f.category, "n.category = ?"),
        (&f.grade, "n.grade = ?"),
        (&f.source, "n.source = ?"),
        (&f.act_next, "n.act_next = ?"),
        (&f.outcome, "n.outcome = ?"),
        (&f.result, "n.result = ?"),
    ];
    for (word, fragment) in words {
        if let Some(word) = word {
            w.and(fragment, [word.as_str().into()]);
        }
    }
    let truths = [
        (f.accept_on_time, "n.accept_on_time = ?"),
        (f.resolve_on_time, "n.resolve_on_time = ?"),
        (f.contact_on_time, "n.contact_on_time = ?"),
        (f.satisfied, "n.satisfied = ?"),
    ];
    for (truth, fragment) in truths {
        if let Some(truth) = truth {
            w.and(fragment, [truth.into()]);
        }
    }
    let codes = [
        (&f.lead, "n.lead_unit_id = (SELECT x.id FROM unit x WHERE x.code = ?)"),
        (
            &f.unit,
            "n.id IN (SELECT x.need_id FROM assignment x JOIN unit xu ON xu.id = x.unit_id WHERE xu.code = ? AND x.open)",
        ),
        (
            &f.refused_by,
            "n.id IN (SELECT x.need_id FROM assignment x JOIN unit xu ON xu.id = x.unit_id WHERE xu.code = ? \
             AND x.state = 'refused')",
        ),
        (&f.enterprise, "e.credit_code = ?"),
        (&f.township, "t.code = ?"),
    ];
    for (code, fragment) in codes {
        if let Some(code) = code {
            w.and(fragment, [code.as_str().into()]);
        }
    }
}

fn spans(w: &mut Where, f: &NeedFilter) {
    let spans = [
        (f.submitted, "n.submitted_at"),
        (f.accepted_in, "n.accepted_at"),
        (f.closed_in, "n.closed_at"),
        (f.due_in, "n.resolve_due_at"),
        (f.answered_in, "n.answered_at"),
        (f.judged_in, "n.judged_at"),
    ];
    for (span, column) in spans {
        if let Some(from) = span.from {
            w.and(&format!("{column} >= ?"), [kernel::start_of_day(from).into()]);
        }
        if let Some(next) = span.to.and_then(|to| to.succ_opt()) {
            w.and(&format!("{column} < ?"), [kernel::start_of_day(next).into()]);
        }
    }
}

/// What figures are made of.
fn facts(w: &mut Where, f: &NeedFilter, at: Moment) {
    let plain = [
        (f.answered_once, "(n.answered_at IS NOT NULL OR n.reopened > 0)"),
        (f.judged, "n.judged_at IS NOT NULL"),
        (f.confirmed, "n.result IN ('satisfied', 'basically_satisfied')"),
        (f.solvable, "(n.outcome IS NULL OR n.outcome IN ('resolved', 'planned'))"),
        (f.reachable, "(n.outcome IS NULL OR n.outcome <> 'not_reachable')"),
        (f.refused, "n.refusals > 0"),
        (f.disputed, "n.state = 'accepted' AND n.refusals > 1"),
        (f.extension_asked, "n.open AND n.extension_asked"),
    ];
    for (_, fragment) in plain.into_iter().filter(|(wanted, _)| *wanted) {
        w.and(fragment, []);
    }
    if f.fell_due || f.missed {
        w.and("n.state <> 'withdrawn' AND n.resolve_due_at < ?", [at.now.into()]);
    }
    if f.missed {
        w.and("(n.resolve_on_time IS NULL OR NOT n.resolve_on_time)", []);
    }
    if f.contact_owed {
        w.and("(n.contact_on_time IS NOT NULL OR n.contact_due_at < ?)", [at.now.into()]);
    }
    if f.review_due {
        w.and("n.review_at <= ? AND n.updated_at < n.review_at", [at.now.into()]);
    }
    let stuck_since = at.now - chrono::Duration::days(STUCK_DAYS);
    if f.stuck {
        w.and("n.state = 'waiting' AND n.updated_at < ?", [stuck_since.into()]);
    }
    if f.attention {
        w.and(
            "n.open AND ((NOT n.paused AND n.due_at < ?) OR (n.state = 'accepted' AND n.refusals > 1) \
             OR n.extension_asked OR (n.state = 'waiting' AND n.updated_at < ?))",
            [at.now.into(), stuck_since.into()],
        );
    }
}

fn light(w: &mut Where, light: Option<Light>, at: Moment) {
    match light {
        None => {}
        Some(Light::Done) => w.and("NOT n.open", []),
        Some(Light::Waiting) => w.and("n.open AND (n.paused OR n.due_at IS NULL)", []),
        Some(Light::Late) => w.and("n.open AND NOT n.paused AND n.due_at < ?", [at.now.into()]),
        Some(Light::DueSoon) => {
            w.and("n.open AND NOT n.paused AND n.due_at >= ? AND n.soon_at <= ?", [at.now.into(), at.now.into()]);
        }
        Some(Light::OnTime) => {
            let soon = "(n.soon_at IS NULL OR n.soon_at > ?)";
            w.and(&format!("n.open AND NOT n.paused AND n.due_at >= ? AND {soon}"), [at.now.into(), at.now.into()]);
        }
    }
}
