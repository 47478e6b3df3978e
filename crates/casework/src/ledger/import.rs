//! Bringing a ledger in: everything is checked first, then all of it is written in one transaction or nothing is.

use std::collections::HashSet;
use std::path::Path;

use chrono::{DateTime, Utc};
use db::Conn;
use events::{LedgerEvent, LedgerImported};
use identity::{Done, Subject, require};
use kernel::{EnterpriseId, Error, ImportId, RequestId, Result, UnitId, local_date};
use serde_json::json;
use sha2::{Digest, Sha256};
use sheets::Summary;

use super::columns::Column;
use super::fault::Fault;
use super::history::{Units, tell, title};
use super::kept::Checked;
use super::read::{Read, read};
use super::row::LedgerRow;
use crate::access;
use crate::case::Request;
use crate::engine::Casework;
use crate::seal::Batch;
use crate::settings::Settings;
use crate::store;

/// A row that can be written.
#[derive(Debug)]
struct Planned {
    key: String,
    row: LedgerRow,
    enterprise: EnterpriseId,
    category: String,
    units: Units,
}

/// What bringing a file in would do.
#[derive(Debug, Default)]
pub struct Plan {
    planned: Vec<Planned>,
    /// Rows that were brought in before; they are left as they are.
    pub known: usize,
    pub faults: Vec<Fault>,
    /// Sheets, columns and rows read and left out.
    pub told: Summary,
}

/// What bringing a file in did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    pub added: usize,
    pub known: usize,
    pub told: Summary,
}

impl Plan {
    /// How many new requests it would make.
    pub fn added(&self) -> usize {
        self.planned.len()
    }
}

/// Reads and checks a file without writing anything.
///
/// # Errors
/// For a file that cannot be read at all; what is wrong with its rows is in [`Plan::faults`].
pub async fn plan(casework: &Casework, path: &Path) -> Result<Plan> {
    let today = local_date(casework.clock.now());
    let owned = path.to_owned();
    let read = tokio::task::spawn_blocking(move || read(&owned, today)).await.map_err(Error::internal)??;
    let mut conn = casework.db.read().await?;
    let settings = casework.settings(&mut conn).await?;
    check(casework, &mut conn, &settings, read).await
}

async fn check(casework: &Casework, conn: &mut Conn, settings: &Settings, read: Read) -> Result<Plan> {
    let mut plan = Plan { faults: read.faults, told: read.told, ..Plan::default() };
    let units = store::ledger::units(conn).await?;
    let mut keys = HashSet::new();
    for (sheet, row) in read.rows {
        let mut faults = Vec::new();
        let mut fault = |column: Column, value: &str, expected: &str, hint: String| {
            faults.push(Fault {
                sheet: sheet.clone(),
                row: row.row,
                column: column.title().to_owned(),
                value: value.to_owned(),
                expected: expected.to_owned(),
                hint,
            });
        };
        let key = key(&row);
        if !keys.insert(key.clone()) {
            fault(Column::Number, &row.number, "once", String::new());
        }
        if store::ledger::known_row(conn, &key).await? {
            plan.known += 1;
            continue;
        }
        let enterprise = store::ledger::enterprise(conn, &row.credit_code, &row.enterprise).await?;
        if enterprise.is_none() {
            fault(Column::Enterprise, &row.enterprise, "enterprise", row.credit_code.clone());
        }
        let category = category(settings, &row.category);
        if category.is_none() {
            let names: Vec<_> = settings.categories.iter().map(|c| c.name.as_str()).collect();
            fault(Column::Category, &row.category, "one-of", names.join("、"));
        }
        let mut found = Units::default();
        let named = (!row.lead.is_empty()).then_some(row.lead.as_str());
        for (column, name) in
            named.map(|n| (Column::Lead, n)).into_iter().chain(row.co.iter().map(|n| (Column::Co, n.as_str())))
        {
            match unit(&units, name) {
                Ok(id) if column == Column::Lead => found.lead = Some(id),
                Ok(id) => found.co.push(id),
                Err(near) if near.is_empty() => fault(column, name, "unit-unlike", near),
                Err(near) => fault(column, name, "unit", near),
            }
        }
        if let (Some(enterprise), Some(category), true) = (enterprise, category, faults.is_empty()) {
            match tell(&row, "0000-000000", &category, &found, settings, casework.random.as_ref()) {
                Ok(_) => plan.planned.push(Planned { key, row, enterprise, category, units: found }),
                Err(refusal) => faults.push(Fault {
                    sheet: sheet.clone(),
                    row: row.row,
                    column: Column::Number.title().to_owned(),
                    value: row.number.clone(),
                    expected: "rules".to_owned(),
                    hint: refusal.code.to_owned(),
                }),
            }
        }
        plan.faults.extend(faults);
    }
    Ok(plan)
}

/// The same row of the same ledger has the same key: its number, or else who said what and when.
fn key(row: &LedgerRow) -> String {
    if !row.number.is_empty() {
        return format!("n:{}", row.number);
    }
    let text = format!(
        "{}\u{1f}{}\u{1f}{}\u{1f}{}",
        row.credit_code,
        kernel::name_key(&row.enterprise),
        row.raised,
        row.problem
    );
    let hash = Sha256::digest(text.as_bytes());
    hash.iter().fold(String::from("h:"), |all, byte| all + &format!("{byte:02x}"))
}

/// A category by code, name or one half of a name such as `资金/融资`. An empty cell is `other` where there is one.
fn category(settings: &Settings, text: &str) -> Option<String> {
    let text = text.trim();
    let wanted = if text.is_empty() { "other" } else { text };
    let fits = |name: &str| name == wanted || name.split('/').any(|part| part == wanted);
    settings
        .categories
        .iter()
        .find(|c| c.code == wanted || fits(&c.name) || c.name_en == wanted)
        .map(|c| c.code.clone())
}

/// A unit by its name, with or without what stands before it (县, 市); else up to three names that have at least half of its
/// characters, the likest first: 人社局 is meant for 人力资源和社会保障局.
fn unit(units: &[(String, String, UnitId)], name: &str) -> Result<UnitId, String> {
    let bare = |text: &str| text.trim_start_matches(['县', '市', '区']).to_owned();
    let exact = units.iter().find(|(zh, en, _)| zh == name || en == name || bare(zh) == bare(name));
    if let Some((_, _, id)) = exact {
        return Ok(*id);
    }
    let all = name.chars().count();
    let shared = |zh: &str| name.chars().filter(|c| zh.contains(*c)).count();
    let mut near: Vec<(usize, &str)> = units.iter().map(|(zh, _, _)| (shared(zh), zh.as_str())).collect();
    near.retain(|(shared, _)| shared * 2 > all);
    near.sort_by_key(|(shared, zh)| (std::cmp::Reverse(*shared), zh.chars().count()));
    Err(near.into_iter().take(3).map(|(_, zh)| zh).collect::<Vec<_>>().join("、"))
}

/// Writes a plan without faults.
///
/// # Errors
/// `forbidden` for who may not bring ledgers in; `ledger-faults` if the plan has faults.
pub async fn apply(casework: &Casework, actor: &identity::Actor, plan: &Plan, import: ImportId) -> Result<Imported> {
    if !plan.faults.is_empty() {
        return Err(Error::invalid("ledger-faults").arg("n", plan.faults.len()));
    }
    let mut change = casework.begin(actor).await?;
    let county = county(&mut change).await?;
    change.require(&access::IMPORT, &county)?;
    let settings = casework.settings(&mut change).await?;
    let now = change.at();
    let mut batch = Batch::default();
    for planned in &plan.planned {
        // Another import may have been quicker between checking and writing.
        if store::ledger::known_row(&mut change, &planned.key).await? {
            return Err(Error::conflict("changed-meanwhile"));
        }
        let request = request(casework, &mut change, planned, now).await?;
        let (case, events) =
            tell(&planned.row, &request.number, &planned.category, &planned.units, &settings, casework.random.as_ref())
                .map_err(|refusal| Error { args: refusal.args, ..Error::conflict(refusal.code) })?;
        let hint = Some(planned.category.as_str());
        let new = store::case::NewRequest {
            request: &request,
            once_key: None,
            category_hint: hint,
            serial: None,
            words: None,
        };
        let saved = store::case::Change {
            request: &request,
            category_hint: hint,
            new: Some(new),
            before: &[],
            case: &case,
            events: &events,
        };
        let sealed = store::case::save(&mut change, casework.random.as_ref(), settings.as_ref(), saved).await?;
        batch.add(request.id, &sealed)?;
        store::ledger::remember(&mut change, &planned.key, request.id, import).await?;
    }
    let detail = json!({"added": plan.added(), "known": plan.known});
    let done = Done { action: "import", resource: "ledger", resource_id: import.to_string(), detail };
    let (added, known) = (plan.added() as u64, plan.known as u64);
    batch.tell(&mut change, done, &LedgerImported { event: LedgerEvent::Imported, import, added, known }).await?;
    let report = Checked::of(&[], &plan.told).text()?;
    store::ledger::set_import(&mut change, import, "done", plan.added() as i64, plan.known as i64, &report, now)
        .await?;
    change.keep().await?;
    Ok(Imported { added: plan.added(), known: plan.known, told: plan.told.clone() })
}

/// A ledger is brought in for the whole county.
pub async fn permit(conn: &mut Conn, actor: &identity::Actor) -> Result<()> {
    require(actor, &access::IMPORT, &county(conn).await?)
}

async fn county(conn: &mut Conn) -> Result<Subject> {
    let units = identity::list_units(conn).await?;
    let root = units.into_iter().filter(|u| u.parent.is_none()).map(|u| (u.id, u.path)).collect();
    Ok(Subject { units: root, ..Subject::default() })
}

async fn request(casework: &Casework, tx: &mut db::Tx, planned: &Planned, now: DateTime<Utc>) -> Result<Request> {
    use chrono::Datelike;
    let row = &planned.row;
    let year = row.raised.year();
    let n = store::case::count_up(tx, &format!("request-{year}"), 1).await?;
    let created_at = kernel::start_of_day(row.raised) + chrono::Duration::hours(9);
    Ok(Request {
        id: RequestId::new(now, casework.random.as_ref()),
        number: format!("{year}-{n:06}"),
        enterprise: planned.enterprise,
        contact_name: row.contact.clone(),
        contact_phone: row.phone.clone(),
        source: row.source,
        handed_down: row.handed_down,
        origin_level: row.handed_down.then_some(row.level),
        title: title(&row.problem),
        body: if row.number.is_empty() {
            row.problem.clone()
        } else {
            format!("{}\n（{}）", row.problem, row.number)
        },
        created_at,
    })
}

/// The whole way for the command line: check, then write. What is wrong comes back without anything being written.
pub async fn import_file(
    casework: &Casework,
    actor: &identity::Actor,
    path: &Path,
) -> Result<std::result::Result<Imported, Checked>> {
    let plan = plan(casework, path).await?;
    if !plan.faults.is_empty() {
        return Ok(Err(Checked { faults: plan.faults, told: plan.told }));
    }
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let import = register(casework, actor, &plan, &name, &[]).await?;
    apply(casework, actor, &plan, import).await.map(Ok)
}

/// Writes that a file was checked, and what was found.
pub async fn register(
    casework: &Casework,
    actor: &identity::Actor,
    plan: &Plan,
    file_name: &str,
    sha256: &[u8],
) -> Result<ImportId> {
    let now = casework.clock.now();
    let mut tx = casework.db.begin().await?;
    permit(&mut tx, actor).await?;
    let row = store::ledger::ImportRow {
        id: ImportId::new(now, casework.random.as_ref()),
        file_name: file_name.to_owned(),
        state: "checked".to_owned(),
        total: (plan.added() + plan.known + plan.faults.len()) as i64,
        added: plan.added() as i64,
        unchanged: plan.known as i64,
        report: Checked::of(&plan.faults, &plan.told).text()?,
        created_at: now,
    };
    store::ledger::insert_import(&mut tx, &row, sha256, actor.person).await?;
    tx.commit().await?;
    Ok(row.id)
}
