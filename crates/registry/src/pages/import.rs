//! /enterprises/import: upload a list, see what it would do, say yes, follow it.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use identity::require;
use kernel::{Error, ImportId, PersonId};
use serde_json::from_str;
use web::components::{Crumbs, Field, Link};
use web::export::{Cell, Sheet};
use web::extract::{redirect, redirect_saying};
use web::words::Arg;
use web::{PageResult, PostedBy, Shell, SignedIn, Words, format, html, shown_again};

use super::{export, said};
use crate::access;
use crate::import::job::{self, Outcome};
use crate::import::{Column, Options, Problem};
use crate::keep::place;
use crate::store::{self, Import, ImportState};

/// Problems a page shows; the sheet of all listed ones is for downloading.
const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "enterprises/import.html")]
pub(super) struct Start {
    pub shell: Shell,
    pub crumbs: Crumbs,
    pub file: Field,
    pub columns: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "enterprises/import_follow.html")]
pub(super) struct Follow {
    pub shell: Shell,
    pub crumbs: Crumbs,
    pub id: String,
    pub file_name: String,
    /// Reload by itself: something is still going on.
    pub busy: bool,
    pub state: String,
    pub failed: String,
    pub counts: Vec<(String, String)>,
    pub errors: Vec<Line>,
    pub errors_total: u64,
    pub warnings: Vec<Line>,
    pub warnings_total: u64,
    pub left_out: String,
    pub ignored: String,
    /// Nothing is wrong and something would change.
    pub may_write: bool,
    /// All that is wrong may be check characters: offer to take them as they are.
    pub may_override: bool,
    pub overridden: bool,
    pub done: bool,
    pub nothing: bool,
}

pub(super) struct Line {
    pub place: String,
    pub column: String,
    pub value: String,
    pub expected: String,
}

async fn may(by: &SignedIn) -> kernel::Result<()> {
    let mut conn = by.state.db.read().await?;
    require(&by.actor, &access::IMPORT, &place(&mut conn, None).await?)
}

pub(super) async fn start(by: SignedIn) -> PageResult {
    may(&by).await?;
    html(&start_page(&by.shell(), ""))
}

pub(super) fn start_page(shell: &Shell, error: &str) -> Start {
    let w = &shell.w;
    let meaning = |column: Column| (said::column(w, column.as_str()), column.headers().join("、"));
    Start {
        crumbs: crumbs(w),
        file: Field::file("sheet", w.t("ent-import-file"), ".xlsx,.xlsm,.csv", false)
            .hint(w.t("ent-import-file-hint"))
            .error(Some(error).filter(|e| !e.is_empty()))
            .required(),
        columns: Column::ALL.into_iter().map(meaning).collect(),
        shell: shell.clone(),
    }
}

fn crumbs(w: &Words) -> Crumbs {
    Crumbs::new(w, vec![Link::new("/enterprises", w.t("nav-enterprises"))], w.t("ent-import"))
}

/// An empty list with the columns that are understood.
pub(super) async fn template(by: SignedIn) -> PageResult {
    may(&by).await?;
    let w = &by.words;
    let example = |column: Column| match column {
        Column::CreditCode => Cell::Text("91419981MA0000000X".to_owned()),
        _ => Cell::Empty,
    };
    let sheet = Sheet {
        title: w.t("nav-enterprises").into_owned(),
        subtitle: w.t("ent-template-line").into_owned(),
        columns: export::columns(w),
        rows: vec![Column::ALL.into_iter().map(example).collect()],
    };
    Ok(export::file(&sheet, "enterprises-template.xlsx")?)
}

pub(super) async fn upload(PostedBy { by, mut fields }: PostedBy) -> PageResult {
    may(&by).await?;
    let state = &by.state;
    let Some(at) = fields.files.iter().position(|f| f.field == "sheet" && f.bytes > 0) else {
        return Ok(shown_again(html(&start_page(&by.shell(), &by.words.t("ent-import-no-file")))?));
    };
    let file = fields.files.swap_remove(at);
    let (now, random) = (by.now, state.random.as_ref());
    let id = ImportId::new(now, random);
    let name = file.name.clone();
    let to = job::place(&state.config.data_dir, id, &name);
    if let Some(folder) = to.parent() {
        tokio::fs::create_dir_all(folder).await.map_err(Error::unavailable)?;
    }
    let sha256 = file.sha256;
    file.keep(&to).await?;
    let mut tx = state.db.begin().await?;
    store::add_import(&mut tx, id, "enterprises", &name, &sha256, by.actor.person, now).await?;
    enqueue(&mut tx, &by, id, false, Options::default()).await?;
    tx.commit().await?;
    jobs::wake();
    Ok(redirect(&format!("/enterprises/import/{id}")))
}

async fn enqueue(tx: &mut db::Tx, by: &SignedIn, id: ImportId, write: bool, options: Options) -> kernel::Result<()> {
    let mut task = job::task(id, write, options)?;
    task.created_by = by.actor.person;
    let state = &by.state;
    jobs::enqueue(tx, state.clock.as_ref(), state.random.as_ref(), task).await?;
    Ok(())
}

/// The import, if it is the person's own: telephone numbers may stand in what is wrong with it.
async fn own(by: &SignedIn, id: &str) -> kernel::Result<Import> {
    let id: ImportId = id.parse::<uuid::Uuid>().map_err(|_| Error::not_found("import"))?.into();
    let mut conn = by.state.db.read().await?;
    let found = store::find_import(&mut conn, id).await?;
    let mine = |person: Option<PersonId>| person.is_some() && person == by.actor.person;
    found.filter(|i| i.kind == "enterprises" && mine(i.created_by)).ok_or_else(|| Error::not_found("import"))
}

pub(super) async fn follow(by: SignedIn, Path(id): Path<String>) -> PageResult {
    may(&by).await?;
    let import = own(&by, &id).await?;
    html(&follow_page(&by.shell(), &import))
}

pub(super) async fn decide(Path(id): Path<String>, PostedBy { by, fields }: PostedBy) -> PageResult {
    may(&by).await?;
    let import = own(&by, &id).await?;
    let write = fields.get("do") == "write";
    let outcome: Outcome = from_str(&import.report).unwrap_or_default();
    let options = Options { override_code_check: outcome.override_code_check || fields.get("do") == "override" };
    let next = if write { ImportState::Writing } else { ImportState::Checking };
    let to = format!("/enterprises/import/{id}");
    let mut tx = by.state.db.begin().await?;
    // A double click finds it moved on already.
    if !store::move_import(&mut tx, import.id, ImportState::Checked, next).await? {
        return Ok(redirect(&to));
    }
    enqueue(&mut tx, &by, import.id, write, options).await?;
    tx.commit().await?;
    jobs::wake();
    // words: ent-import-begun
    let answer: Response = if write { redirect_saying(&to, "ent-import-begun") } else { redirect(&to) };
    Ok(answer)
}

pub(super) fn follow_page(shell: &Shell, import: &Import) -> Follow {
    let w = &shell.w;
    let outcome: Outcome = from_str(&import.report).unwrap_or_default();
    let report = &outcome.report;
    let busy = matches!(import.state, ImportState::Checking | ImportState::Writing);
    let checked = import.state == ImportState::Checked;
    let only_checks = !report.errors.is_empty() && report.errors.iter().all(|p| p.code == "import-code-check");
    // words: ent-import-rows ent-import-added ent-import-changed ent-import-unchanged
    let count = |key: &str, n: i64| (w.t(key).into_owned(), format::number(n));
    let rows = if busy { import.done } else { i64::try_from(report.rows).unwrap_or(i64::MAX) };
    let state = match import.state {
        ImportState::Checked if report.errors_total > 0 => w.t("ent-import-has-errors"),
        ImportState::Checked if import.added + import.changed == 0 => w.t("ent-import-nothing"),
        // words: ent-import-state-*
        other => w.t(&format!("ent-import-state-{}", other.as_str())),
    };
    Follow {
        crumbs: crumbs(w),
        id: import.id.to_string(),
        file_name: import.file_name.clone(),
        busy,
        state: state.into_owned(),
        failed: outcome.failed.as_ref().map(|(code, args)| said_error(w, code, args)).unwrap_or_default(),
        counts: match import.state {
            ImportState::Failed => Vec::new(),
            _ if busy => vec![count("ent-import-rows", rows)],
            _ => vec![
                count("ent-import-rows", rows),
                count("ent-import-added", import.added),
                count("ent-import-changed", import.changed),
                count("ent-import-unchanged", import.unchanged),
            ],
        },
        errors: lines(w, &report.errors),
        errors_total: report.errors_total,
        warnings: lines(w, &report.warnings),
        warnings_total: report.warnings_total,
        left_out: report.sheets_left_out.join("、"),
        ignored: report.ignored.join("、"),
        may_write: checked && report.errors_total == 0 && import.added + import.changed > 0,
        may_override: checked && only_checks,
        overridden: outcome.override_code_check,
        done: import.state == ImportState::Done,
        nothing: checked && report.errors_total == 0 && import.added + import.changed == 0,
        shell: shell.clone(),
    }
}

fn lines(w: &Words, problems: &[Problem]) -> Vec<Line> {
    let place = |p: &Problem| match p.sheet.as_str() {
        "" => w.f("ent-import-row", &[("row", &p.row)]),
        sheet => w.f("ent-import-sheet-row", &[("sheet", &sheet), ("row", &p.row)]),
    };
    let line = |p: &Problem| Line {
        place: place(p),
        column: said::column(w, &p.column),
        value: p.value.clone(),
        expected: said_error(w, &p.code, &p.args),
    };
    problems.iter().take(SHOWN).map(line).collect()
}

/// words: error-*
fn said_error(w: &Words, code: &str, args: &[(String, String)]) -> String {
    let args: Vec<(&str, &dyn Arg)> = args.iter().map(|(name, value)| (name.as_str(), value as &dyn Arg)).collect();
    w.f(&format!("error-{code}"), &args)
}
