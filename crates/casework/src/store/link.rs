//! Requests that were raised for an enterprise under a name the register did not have, and their way to another one.

use db::{Conn, Tx, sql, sql_text};
use kernel::{EnterpriseId, RequestId, Result};

use super::case::enterprise_words;
use super::need_rows::put_search;

/// The requests of an enterprise, oldest first.
pub(crate) async fn requests_of(conn: &mut Conn, enterprise: EnterpriseId) -> Result<Vec<RequestId>> {
    let text = "SELECT id FROM request WHERE enterprise_id = $1 ORDER BY submitted_at, id";
    let rows = sql(text).bind(enterprise).all(conn).await?;
    rows.iter().map(|row| Ok(row.get::<uuid::Uuid>(0)?.into())).collect()
}

/// Moves one request and its needs to another enterprise, by whose names they are found from then on.
pub(crate) async fn move_request(tx: &mut Tx, request: RequestId, to: EnterpriseId) -> Result<()> {
    sql("UPDATE request SET enterprise_id = $2 WHERE id = $1").bind(request).bind(to).run(tx).await?;
    sql("UPDATE need SET enterprise_id = $2 WHERE request_id = $1").bind(request).bind(to).run(tx).await?;
    let words = enterprise_words(tx, to).await?;
    let text =
        "SELECT n.serial, n.number, n.title, r.body FROM need n JOIN request r ON r.id = n.request_id WHERE r.id = $1";
    for row in sql(text).bind(request).all(tx).await? {
        let mut c = row.cursor();
        let (serial, number, title, body): (i64, String, String, String) = (c.next()?, c.next()?, c.next()?, c.next()?);
        put_search(serial, &words, [&title, &body, &number]).run(tx).await?;
    }
    Ok(())
}

/// An enterprise that waits to be looked at, and how many requests it has.
pub struct Waiting {
    pub code: String,
    pub name: String,
    pub requests: i64,
    /// Number and title of the first.
    pub number: String,
    pub title: String,
    pub since: chrono::DateTime<chrono::Utc>,
    pub township: Option<(String, String)>,
}

/// At most `limit` of those within reach, longest waiting first.
pub(crate) async fn waiting(conn: &mut Conn, reached: &identity::Reached, limit: i64) -> Result<Vec<Waiting>> {
    let filter =
        registry::ask::Filter { status: Some(registry::Status::Unchecked), ..registry::ask::Filter::default() };
    let rows = registry::ask::list(conn, reached, &filter, None, usize::try_from(limit).unwrap_or(0)).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let marks: Vec<_> = (1..=rows.len()).map(|n| format!("${n}")).collect();
    let text = format!(
        "SELECT enterprise_id, number, title, submitted_at FROM request WHERE enterprise_id IN ({}) ORDER BY submitted_at, id",
        marks.join(", ")
    );
    let mut all: Vec<(EnterpriseId, Waiting)> = Vec::with_capacity(rows.len());
    for raised in sql_text(text).bind_all(rows.iter().map(|row| row.id.into())).all(conn).await? {
        let mut c = raised.cursor();
        let id: EnterpriseId = c.id()?;
        if let Some((_, known)) = all.iter_mut().find(|(other, _)| *other == id) {
            known.requests += 1;
        } else if let Some(row) = rows.iter().find(|row| row.id == id) {
            let waiting = Waiting {
                code: row.credit_code.clone(),
                name: row.name.clone(),
                requests: 1,
                number: c.next()?,
                title: c.next()?,
                since: c.next()?,
                township: row.township.as_ref().map(|t| (t.name.clone(), t.name_en.clone())),
            };
            all.push((id, waiting));
        }
    }
    Ok(all.into_iter().map(|(_, waiting)| waiting).collect())
}
