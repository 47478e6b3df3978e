//! What is known of needs of one kind: how many there are this year, how long they took, and which of those that were
//! solved resemble one.

use std::collections::HashMap;

use chrono::NaiveDate;
use db::{Conn, sql_text};
use identity::Reached;
use kernel::{Error, Pairs, RequestId, Result};

use super::desk::Names;
use super::list::{Moment, NeedFilter, Span, conditions, from};

/// So many of the newest solved ones are compared …
const COMPARED: usize = 200;
/// … and only so many of the newest needs are looked through for them: what was solved years ago helps less.
const NEWEST: i64 = 20_000;
/// From this likeness on a title says something of the same.
const ALIKE: f64 = 0.2;
/// Matters of one request are not compared with each other; so many may stand in the way.
const SIBLINGS: usize = 3;

/// Needs of one category since a day, and the newest of it that were solved, whenever.
#[derive(Debug, Default)]
pub struct Kind {
    pub filter: NeedFilter,
    /// Needs under the filter.
    pub n: i64,
    /// Of these, reopened at least once.
    pub reopened: i64,
    /// Half of those answered took at most so many working days.
    pub median: Option<i64>,
    /// Serial and title, newest first.
    solved: Vec<(i64, Pairs)>,
}

impl Kind {
    /// Serials of those whose title is most like `title`, the likest first, of equally like ones the newest.
    fn like(&self, title: &str, most: usize) -> Vec<i64> {
        let pairs = Pairs::of(title);
        let mut found: Vec<(f64, i64)> = self
            .solved
            .iter()
            .map(|(serial, own)| (pairs.likeness(own), *serial))
            .filter(|(likeness, _)| *likeness >= ALIKE)
            .collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        found.into_iter().take(most).map(|(_, serial)| serial).collect()
    }
}

/// What is known of a category; without one, only what was solved of any.
pub async fn kind(
    conn: &mut Conn,
    reached: &Reached,
    category: Option<&str>,
    since: Option<NaiveDate>,
    at: Moment,
) -> Result<Kind> {
    let filter = NeedFilter { category: category.map(str::to_owned), ..NeedFilter::default() };
    let mut kind = Kind { solved: solved(conn, reached, &filter, at).await?, ..Kind::default() };
    kind.filter = NeedFilter { submitted: Span { from: since, to: None }, ..filter };
    if category.is_some() {
        days(conn, reached, &mut kind, at).await?;
    }
    Ok(kind)
}

/// One pass over the year for all its figures.
async fn days(conn: &mut Conn, reached: &Reached, kind: &mut Kind, at: Moment) -> Result<()> {
    let w = conditions(conn.engine(), reached, &kind.filter, at);
    let text = format!(
        "SELECT n.used_days, COUNT(*), CAST(SUM(CASE WHEN n.reopened > 0 THEN 1 ELSE 0 END) AS BIGINT){} WHERE {} \
         GROUP BY n.used_days ORDER BY n.used_days ASC NULLS LAST",
        from(&w),
        w.text
    );
    let mut days: Vec<(i64, i64)> = Vec::new();
    for row in sql_text(text).bind_all(w.values).all(conn).await? {
        let mut c = row.cursor();
        let (used, n): (Option<i64>, i64) = (c.next()?, c.next()?);
        kind.n += n;
        kind.reopened += c.next::<i64>()?;
        days.extend(used.map(|used| (used, n)));
    }
    let all: i64 = days.iter().map(|(_, n)| n).sum();
    let mut before = 0;
    kind.median = days
        .iter()
        .find(|(_, n)| {
            before += n;
            before * 2 >= all
        })
        .map(|(used, _)| *used);
    Ok(())
}

async fn solved(conn: &mut Conn, reached: &Reached, filter: &NeedFilter, at: Moment) -> Result<Vec<(i64, Pairs)>> {
    let mut w = conditions(conn.engine(), reached, filter, at);
    w.and("n.state = 'closed' AND n.outcome = 'resolved'", []);
    w.and("n.serial > (SELECT MAX(x.serial) FROM need x) - ?", [NEWEST.into()]);
    let text = format!("SELECT n.serial, n.title{} WHERE {} ORDER BY n.serial DESC LIMIT {COMPARED}", from(&w), w.text);
    let rows = sql_text(text).bind_all(w.values).all(conn).await?;
    rows.iter().map(|row| Ok((row.get(0)?, Pairs::of(&row.get::<String>(1)?)))).collect()
}

/// A need that was solved before and resembles another.
#[derive(Clone, Debug)]
pub struct Similar {
    pub number: String,
    pub title: String,
    pub lead: Option<Names>,
    /// Working days from acceptance to answer.
    pub used_days: Option<i64>,
    /// The answer the enterprise got.
    pub answer: String,
}

/// The needs of a kind that are most like `title`, at most `most`, without those of the request itself.
pub async fn similar(
    conn: &mut Conn,
    kind: &Kind,
    title: &str,
    except: RequestId,
    most: usize,
) -> Result<Vec<Similar>> {
    let serials = kind.like(title, most + SIBLINGS);
    if serials.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<String> = (2..serials.len() + 2).map(|n| format!("${n}")).collect();
    // The last answer is the one that held.
    let text = format!(
        "SELECT n.serial, n.number, n.title, l.name, l.name_en, n.used_days, v.body FROM need n \
         LEFT JOIN unit l ON l.id = n.lead_unit_id LEFT JOIN case_event v ON v.request_id = n.request_id \
         AND v.kind = 'answered' AND COALESCE(v.need_idx, 1) = n.idx \
         WHERE n.request_id <> $1 AND n.serial IN ({}) ORDER BY v.seq",
        places.join(", ")
    );
    let query = sql_text(text).bind(except).bind_all(serials.iter().map(|serial| (*serial).into()));
    let mut found: HashMap<i64, Similar> = HashMap::new();
    for row in query.all(conn).await? {
        let mut c = row.cursor();
        let serial = c.next()?;
        let (number, title) = (c.next()?, c.next()?);
        let lead = c.next::<Option<String>>()?.zip(c.next()?);
        let (used_days, body) = (c.next()?, c.next::<Option<String>>()?);
        let answer = body.as_deref().map(answer_of).transpose()?.unwrap_or_default();
        found.insert(serial, Similar { number, title, lead, used_days, answer });
    }
    Ok(serials.iter().filter_map(|serial| found.remove(serial)).take(most).collect())
}

/// The text in the body of an answer.
fn answer_of(body: &str) -> Result<String> {
    let body: serde_json::Value = serde_json::from_str(body).map_err(Error::internal)?;
    Ok(body.get("text").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likest_stand_first_and_of_equals_the_newest() {
        let titles = [(9, "用电报装"), (8, "二期用地不动产证"), (7, "二期用地不动产证"), (6, "用地不动产证办理难")];
        let solved = titles.map(|(serial, title)| (serial, Pairs::of(title))).to_vec();
        let kind = Kind { solved, ..Kind::default() };
        assert_eq!(kind.like("三期用地不动产证", 9), [8, 7, 6]);
        assert_eq!(kind.like("三期用地不动产证", 2), [8, 7]);
        assert!(kind.like("", 9).is_empty());
    }
}
