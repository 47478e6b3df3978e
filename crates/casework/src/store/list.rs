//! Lists of needs: one set of conditions for rows, counts and exports, so that they cannot disagree.

use chrono::{DateTime, NaiveDate, Utc};
use db::{Conn, Engine, Row, Value, sql_text};
use identity::Reached;
use kernel::{EnterpriseId, NeedId, RequestId, Result, fts5_query, search_query, tsquery};

/// How a list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// What is due first stands first; what waits stands last. For open needs.
    #[default]
    Due,
    Newest,
    Oldest,
}

/// The lights a row may show, as stored times tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Light {
    OnTime,
    DueSoon,
    Late,
    Waiting,
    Done,
}

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
    /// A unit refused it at least once; twice, and the desk must decide.
    pub refused: bool,
    pub disputed: bool,
    /// An extension was asked for and nobody has decided.
    pub extension_asked: bool,
    /// Waits for the enterprise and nothing happened for [`STUCK_DAYS`].
    pub stuck: bool,
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

/// Times that lights depend on.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    pub now: DateTime<Utc>,
    /// Until when a due date counts as soon: the close of the next working day.
    pub soon: DateTime<Utc>,
}

/// One row of a list.
#[derive(Clone, Debug)]
pub struct NeedRow {
    pub id: NeedId,
    pub serial: i64,
    pub request: RequestId,
    pub idx: i64,
    pub number: String,
    pub title: String,
    pub enterprise: EnterpriseId,
    pub enterprise_name: String,
    pub township: Option<(String, String)>,
    pub source: String,
    pub handed_down: bool,
    pub category: Option<String>,
    pub grade: Option<String>,
    pub level: Option<String>,
    pub state: String,
    pub open: bool,
    pub act_next: String,
    /// Name in Chinese and in English of the unit that must act.
    pub act_unit: Option<(String, String)>,
    pub lead: Option<(String, String)>,
    pub clock: Option<String>,
    pub due_at: Option<DateTime<Utc>>,
    pub resolve_due_at: Option<DateTime<Utc>>,
    pub resolve_on_time: Option<bool>,
    pub submitted_at: DateTime<Utc>,
    pub accepted_at: Option<DateTime<Utc>>,
    pub answered_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    pub outcome: Option<String>,
    pub result: Option<String>,
    pub round: i64,
    pub reopened: i64,
    pub hops: i64,
    pub paused: bool,
    pub provisional: bool,
    pub version: i64,
}

impl NeedRow {
    /// The light of the row at a moment; [`NeedFilter::light`] narrows by the same rule.
    pub fn light(&self, at: Moment) -> Light {
        match self.due_at {
            _ if !self.open => Light::Done,
            Some(due) if !self.paused && due < at.now => Light::Late,
            Some(due) if !self.paused && due <= at.soon => Light::DueSoon,
            Some(_) if !self.paused => Light::OnTime,
            _ => Light::Waiting,
        }
    }
}

/// Where the next page begins: sort key and serial of the last row of this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    pub due: Option<DateTime<Utc>>,
    pub serial: i64,
}

const COLUMNS: &str = "n.id, n.serial, n.request_id, n.idx, n.number, n.title, n.enterprise_id, e.name, t.name, t.name_en, \
    n.source, n.handed_down, n.category, n.grade, n.level, n.state, n.open, n.act_next, a.name, a.name_en, l.name, \
    l.name_en, n.clock, n.due_at, n.resolve_due_at, n.resolve_on_time, n.submitted_at, n.accepted_at, n.answered_at, \
    n.closed_at, n.outcome, n.result, n.round, n.reopened, n.hops, n.paused, n.provisional, r.version";
const JOINS: &str = " JOIN request r ON r.id = n.request_id LEFT JOIN unit a ON a.id = n.act_unit_id \
    LEFT JOIN unit l ON l.id = n.lead_unit_id";
const FROM: &str = " FROM need n JOIN enterprise e ON e.id = n.enterprise_id LEFT JOIN unit t ON t.id = e.township_id";

/// Rows of one page, at most `limit`.
pub async fn list(
    conn: &mut Conn,
    reached: &Reached,
    filter: &NeedFilter,
    at: Moment,
    order: Order,
    after: Option<&After>,
    limit: usize,
) -> Result<Vec<NeedRow>> {
    let mut w = Where::new(conn.engine(), reached, filter, at);
    if let Some(after) = after {
        match (order, after.due) {
            (Order::Newest, _) => w.and("n.serial < ?", [after.serial.into()]),
            (Order::Oldest, _) => w.and("n.serial > ?", [after.serial.into()]),
            (Order::Due, None) => w.and("n.due_at IS NULL AND n.serial > ?", [after.serial.into()]),
            (Order::Due, Some(due)) => w.and(
                "(n.due_at > ? OR n.due_at IS NULL OR (n.due_at = ? AND n.serial > ?))",
                [due.into(), due.into(), after.serial.into()],
            ),
        }
    }
    let order = match order {
        Order::Due => "n.due_at ASC NULLS LAST, n.serial ASC",
        Order::Newest => "n.serial DESC",
        Order::Oldest => "n.serial ASC",
    };
    let text = format!("SELECT {COLUMNS}{FROM}{JOINS} WHERE {} ORDER BY {order} LIMIT {limit}", w.text);
    sql_text(text).bind_all(w.values).all(conn).await?.iter().map(read).collect()
}

/// One row by its number, if it is reached.
pub async fn find(conn: &mut Conn, reached: &Reached, number: &str, at: Moment) -> Result<Option<NeedRow>> {
    let mut w = Where::new(conn.engine(), reached, &NeedFilter::default(), at);
    w.and("n.number = ?", [number.into()]);
    let text = format!("SELECT {COLUMNS}{FROM}{JOINS} WHERE {}", w.text);
    sql_text(text).bind_all(w.values).optional(conn).await?.as_ref().map(read).transpose()
}

/// How many rows the list has, counted up to `most` so that a county of a million closed ones stays quick.
pub async fn count(conn: &mut Conn, reached: &Reached, filter: &NeedFilter, at: Moment, most: i64) -> Result<i64> {
    let w = Where::new(conn.engine(), reached, filter, at);
    let text = format!("SELECT COUNT(*) FROM (SELECT 1{} WHERE {} LIMIT {most}) AS counted", w.from(), w.text);
    sql_text(text).bind_all(w.values).one(conn).await?.get(0)
}

/// A group of rows that share state, light, category, who must act, grade and source, for the counts beside a list.
#[derive(Clone, Debug)]
pub struct Facet {
    pub state: String,
    pub light: Light,
    pub category: Option<String>,
    pub act_next: String,
    pub grade: Option<String>,
    pub source: String,
    /// Code of the lead unit.
    pub lead: Option<String>,
    pub n: i64,
}

/// All groups of the rows under the filter. For open needs: the closed are counted by [`count`].
pub async fn facets(conn: &mut Conn, reached: &Reached, filter: &NeedFilter, at: Moment) -> Result<Vec<Facet>> {
    let mut w = Where::new(conn.engine(), reached, filter, at);
    let (now, soon) = (w.bind(at.now.into()), w.bind(at.soon.into()));
    let light = format!(
        "CASE WHEN NOT n.open THEN 4 WHEN n.paused OR n.due_at IS NULL THEN 3 WHEN n.due_at < {now} THEN 2 \
         WHEN n.due_at <= {soon} THEN 1 ELSE 0 END"
    );
    let text = format!(
        "SELECT state, light, category, act_next, grade, source, lead, COUNT(*) FROM (SELECT n.state, {light} AS light, \
         n.category, n.act_next, n.grade, n.source, l.code AS lead{} LEFT JOIN unit l ON l.id = n.lead_unit_id WHERE {}) AS f \
         GROUP BY state, light, category, act_next, grade, source, lead",
        w.from(),
        w.text
    );
    let rows = sql_text(text).bind_all(w.values).all(conn).await?;
    let group = |row: &Row| {
        let mut c = row.cursor();
        Ok(Facet {
            state: c.next()?,
            light: light_of(i64::from(c.next::<i32>()?)),
            category: c.next()?,
            act_next: c.next()?,
            grade: c.next()?,
            source: c.next()?,
            lead: c.next()?,
            n: c.next()?,
        })
    };
    rows.iter().map(group).collect()
}

fn light_of(n: i64) -> Light {
    match n {
        0 => Light::OnTime,
        1 => Light::DueSoon,
        2 => Light::Late,
        3 => Light::Waiting,
        _ => Light::Done,
    }
}

fn read(row: &Row) -> Result<NeedRow> {
    let mut c = row.cursor();
    Ok(NeedRow {
        id: c.id()?,
        serial: c.next()?,
        request: c.id()?,
        idx: c.next()?,
        number: c.next()?,
        title: c.next()?,
        enterprise: c.id()?,
        enterprise_name: c.next()?,
        township: names(&mut c)?,
        source: c.next()?,
        handed_down: c.next()?,
        category: c.next()?,
        grade: c.next()?,
        level: c.next()?,
        state: c.next()?,
        open: c.next()?,
        act_next: c.next()?,
        act_unit: names(&mut c)?,
        lead: names(&mut c)?,
        clock: c.next()?,
        due_at: c.next()?,
        resolve_due_at: c.next()?,
        resolve_on_time: c.next()?,
        submitted_at: c.next()?,
        accepted_at: c.next()?,
        answered_at: c.next()?,
        closed_at: c.next()?,
        outcome: c.next()?,
        result: c.next()?,
        round: c.next()?,
        reopened: c.next()?,
        hops: c.next()?,
        paused: c.next()?,
        provisional: c.next()?,
        version: c.next()?,
    })
}

fn names(c: &mut db::Cursor<'_>) -> Result<Option<(String, String)>> {
    let (zh, en) = (c.next::<Option<String>>()?, c.next::<Option<String>>()?);
    Ok(zh.zip(en))
}

/// Whether everything is reached. A path of one segment is the root of the tree: everything lies under it.
pub(crate) fn reaches_all(reached: &Reached) -> bool {
    reached.all || reached.paths.iter().any(|path| path.matches('/').count() == 2)
}

/// Conditions put together with their parameters; `?` in a fragment becomes the next `$n`.
pub(crate) struct Where {
    pub text: String,
    pub values: Vec<Value>,
    engine: Engine,
}

impl Where {
    pub fn new(engine: Engine, reached: &Reached, filter: &NeedFilter, at: Moment) -> Self {
        let mut w = Where { text: String::from("1 = 1"), values: Vec::new(), engine };
        w.reach(reached);
        w.conditions(filter, at);
        w
    }

    fn conditions(&mut self, filter: &NeedFilter, at: Moment) {
        self.narrow(filter);
        self.spans(filter);
        self.light(filter.light, at);
        if filter.overdue {
            self.and("n.open AND NOT n.paused AND n.answered_at IS NULL AND n.resolve_due_at < ?", [at.now.into()]);
        }
        self.facts(filter, at);
        self.words(&filter.text);
    }

    /// The conditions of another filter as an expression, their parameters added to these.
    pub fn condition(&mut self, filter: &NeedFilter, at: Moment) -> String {
        let kept = std::mem::replace(&mut self.text, String::from("1 = 1"));
        self.conditions(filter, at);
        std::mem::replace(&mut self.text, kept)
    }

    /// The tables the conditions need: a count by columns of the need alone does not visit its enterprise.
    pub fn from(&self) -> &'static str {
        let others = ["e.", "t."]
            .iter()
            .any(|name| self.text.contains(&format!(" {name}")) || self.text.contains(&format!("({name}")));
        if others { FROM } else { " FROM need n" }
    }

    /// Adds a parameter and returns its name.
    pub fn bind(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }

    pub fn and<const N: usize>(&mut self, fragment: &str, values: [Value; N]) {
        let mut parts = fragment.split('?');
        self.text.push_str(" AND ");
        self.text.push_str(parts.next().unwrap_or(""));
        for (part, value) in parts.zip(values) {
            let name = self.bind(value);
            self.text.push_str(&name);
            self.text.push_str(part);
        }
    }

    /// What the actor may see at all.
    fn reach(&mut self, reached: &Reached) {
        if reaches_all(reached) {
            return;
        }
        let mut any = Vec::new();
        for enterprise in &reached.enterprises {
            any.push(format!("n.enterprise_id = {}", self.bind((*enterprise).into())));
        }
        if let Some(person) = reached.helper {
            let person = self.bind(person.into());
            any.push(format!("n.enterprise_id IN (SELECT h.enterprise_id FROM helper h WHERE h.person_id = {person} AND h.to_date IS NULL)"));
        }
        for unit in &reached.units {
            let unit = self.bind((*unit).into());
            any.push(format!("n.id IN (SELECT x.need_id FROM assignment x WHERE x.unit_id = {unit})"));
        }
        for path in &reached.paths {
            let path = self.bind(format!("{path}%").into());
            any.push(format!("t.path LIKE {path}"));
            any.push(format!(
                "n.id IN (SELECT x.need_id FROM assignment x JOIN unit xu ON xu.id = x.unit_id WHERE xu.path LIKE {path})"
            ));
        }
        self.text = if any.is_empty() { "1 = 0".to_owned() } else { format!("({})", any.join(" OR ")) };
    }

    fn narrow(&mut self, f: &NeedFilter) {
        if !f.states.is_empty() {
            let names: Vec<_> = f.states.iter().map(|s| self.bind(s.as_str().into())).collect();
            self.text.push_str(&format!(" AND n.state IN ({})", names.join(", ")));
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
                Some(true) => self.and(fragment, []),
                Some(false) => self.and(&format!("NOT ({fragment})"), []),
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
                self.and(fragment, [word.as_str().into()]);
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
                self.and(fragment, [truth.into()]);
            }
        }
        let codes = [
            (&f.lead, "n.lead_unit_id = (SELECT x.id FROM unit x WHERE x.code = ?)"),
            (
                &f.unit,
                "n.id IN (SELECT x.need_id FROM assignment x JOIN unit xu ON xu.id = x.unit_id WHERE xu.code = ? AND x.open)",
            ),
            (&f.enterprise, "e.credit_code = ?"),
            (&f.township, "t.code = ?"),
        ];
        for (code, fragment) in codes {
            if let Some(code) = code {
                self.and(fragment, [code.as_str().into()]);
            }
        }
    }

    fn spans(&mut self, f: &NeedFilter) {
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
                self.and(&format!("{column} >= ?"), [kernel::start_of_day(from).into()]);
            }
            if let Some(next) = span.to.and_then(|to| to.succ_opt()) {
                self.and(&format!("{column} < ?"), [kernel::start_of_day(next).into()]);
            }
        }
    }

    /// What figures are made of.
    fn facts(&mut self, f: &NeedFilter, at: Moment) {
        let plain = [
            (f.answered_once, "(n.answered_at IS NOT NULL OR n.reopened > 0)"),
            (f.judged, "n.judged_at IS NOT NULL"),
            (f.confirmed, "n.result IN ('satisfied', 'basically_satisfied')"),
            (f.solvable, "(n.outcome IS NULL OR n.outcome IN ('resolved', 'planned'))"),
            (f.refused, "n.refusals > 0"),
            (f.disputed, "n.state = 'accepted' AND n.refusals > 1"),
            (f.extension_asked, "n.open AND n.extension_asked"),
        ];
        for (_, fragment) in plain.into_iter().filter(|(wanted, _)| *wanted) {
            self.and(fragment, []);
        }
        if f.fell_due || f.missed {
            self.and("n.state <> 'withdrawn' AND n.resolve_due_at < ?", [at.now.into()]);
        }
        if f.missed {
            self.and("(n.resolve_on_time IS NULL OR NOT n.resolve_on_time)", []);
        }
        if f.contact_owed {
            self.and("(n.contact_on_time IS NOT NULL OR n.contact_due_at < ?)", [at.now.into()]);
        }
        let stuck_since = at.now - chrono::Duration::days(STUCK_DAYS);
        if f.stuck {
            self.and("n.state = 'waiting' AND n.updated_at < ?", [stuck_since.into()]);
        }
        if f.attention {
            self.and(
                "n.open AND ((NOT n.paused AND n.due_at < ?) OR (n.state = 'accepted' AND n.refusals > 1) \
                 OR n.extension_asked OR (n.state = 'waiting' AND n.updated_at < ?))",
                [at.now.into(), stuck_since.into()],
            );
        }
    }

    fn light(&mut self, light: Option<Light>, at: Moment) {
        match light {
            None => {}
            Some(Light::Done) => self.and("NOT n.open", []),
            Some(Light::Waiting) => self.and("n.open AND (n.paused OR n.due_at IS NULL)", []),
            Some(Light::Late) => self.and("n.open AND NOT n.paused AND n.due_at < ?", [at.now.into()]),
            Some(Light::DueSoon) => {
                self.and(
                    "n.open AND NOT n.paused AND n.due_at >= ? AND n.due_at <= ?",
                    [at.now.into(), at.soon.into()],
                );
            }
            Some(Light::OnTime) => self.and("n.open AND NOT n.paused AND n.due_at > ?", [at.soon.into()]),
        }
    }

    fn words(&mut self, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        let terms = search_query(text);
        if terms.is_empty() {
            return;
        }
        match self.engine {
            Engine::Sqlite => self.and(
                "n.serial IN (SELECT s.rowid FROM need_search s WHERE s.body MATCH ?)",
                [fts5_query(&terms).into()],
            ),
            Engine::Postgres => self.and(
                "n.serial IN (SELECT s.rowid FROM need_search s WHERE s.body @@ to_tsquery('simple', ?))",
                [tsquery(&terms).into()],
            ),
        }
    }
}
