//! /enterprises/import and /enterprises/facts/import: what was uploaded is checked, shown, written when somebody says yes.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use chrono::NaiveDate;
use identity::{Action, require};
use kernel::{Error, ErrorKind, FieldError, ImportId, PersonId, local_date};
use serde_json::from_str;
use web::components::{Crumbs, Link};
use web::extract::{redirect, redirect_saying};
use web::words::Arg;
use web::{
    ArrivingBy, Fields, PageResult, PostedBy, Shell, SignedIn, Words, describe_fields, format, html, shown_again,
};

use super::import_start::{Typed, start_page};
use super::said;
use crate::access;
use crate::import::job::{self, Kind, Outcome};
use crate::import::{Given, Options, Problem};
use crate::keep::place;
use crate::store::{self, Import, ImportState};

/// Problems a page shows; the sheet of all listed ones is for downloading.
const SHOWN: usize = 50;

impl Kind {
    /// Address of the page where it begins.
    pub(super) const fn base(self) -> &'static str {
        match self {
            Kind::Enterprises => "/enterprises/import",
            Kind::Facts => "/enterprises/facts/import",
        }
    }

    const fn action(self) -> &'static Action {
        match self {
            Kind::Enterprises => &access::IMPORT,
            Kind::Facts => &access::IMPORT_FACTS,
        }
    }

    /// What the page is called.
    pub(super) fn title(self, w: &Words) -> String {
        match self {
            Kind::Enterprises => w.t("ent-import"),
            Kind::Facts => w.t("ent-facts-import"),
        }
        .into_owned()
    }
}

#[derive(Template)]
#[template(path = "enterprises/import_follow.html")]
pub(super) struct Follow {
    pub shell: Shell,
    pub crumbs: Crumbs,
    pub title: String,
    /// Address of this page, and of the one before it.
    pub here: String,
    pub base: &'static str,
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
    /// What was read and what was left out.
    pub told: Vec<String>,
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

pub(super) async fn may(by: &SignedIn, kind: Kind) -> kernel::Result<()> {
    let mut conn = by.state.db.read().await?;
    require(&by.actor, kind.action(), &place(&mut conn, None).await?)
}

pub(super) fn crumbs(w: &Words, kind: Kind) -> Crumbs {
    Crumbs::new(w, vec![Link::new("/enterprises", w.t("nav-enterprises"))], kind.title(w))
}

/// What was said of a file of facts as a whole, or everything that is wrong with it.
fn given(fields: &Fields, today: NaiveDate) -> kernel::Result<Given> {
    let as_of = match fields.get("as_of") {
        "" => None,
        text => {
            let day = text.parse().map_err(|_| FieldError::new("as_of", "date-form"));
            Some(day.map_err(|wrong| Error::invalid("invalid-fields").with_field(wrong))?)
        }
    };
    let given = Given { period: fields.get("period").to_owned(), source: fields.get("source").to_owned(), as_of };
    given.check(today)?;
    Ok(given)
}

pub(super) async fn upload(kind: Kind, ArrivingBy { by, form }: ArrivingBy) -> PageResult {
    may(&by, kind).await?;
    let mut fields = form.whole().await?;
    let state = &by.state;
    let mut typed = Typed::sent(&fields);
    let given = match kind {
        Kind::Enterprises => Ok(Given::default()),
        Kind::Facts => given(&fields, local_date(by.now)),
    };
    let at = fields.files.iter().position(|f| f.field == "sheet" && f.bytes > 0);
    if at.is_none() {
        typed.wrong.push(("sheet".to_owned(), by.words.t("ent-import-no-file").into_owned()));
    }
    match &given {
        Err(error) if error.kind == ErrorKind::Invalid => typed.wrong.extend(describe_fields(&by.words, error)),
        _ => {}
    }
    let (Some(at), Ok(given)) = (at, given) else {
        return Ok(shown_again(html(&start_page(&by.shell(), kind, &typed))?));
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
    store::add_import(&mut tx, id, kind.as_str(), &name, &sha256, by.actor.person, now).await?;
    enqueue(&mut tx, &by, kind, id, false, Options::default(), given).await?;
    tx.commit().await?;
    jobs::wake();
    Ok(redirect(&format!("{}/{id}", kind.base())))
}

async fn enqueue(
    tx: &mut db::Tx,
    by: &SignedIn,
    kind: Kind,
    id: ImportId,
    write: bool,
    options: Options,
    given: Given,
) -> kernel::Result<()> {
    let mut task = job::task(kind, id, write, options, given)?;
    task.created_by = by.actor.person;
    let state = &by.state;
    jobs::enqueue(tx, state.clock.as_ref(), state.random.as_ref(), task).await?;
    Ok(())
}

/// The import, if it is the person's own: telephone numbers may stand in what is wrong with it.
async fn own(by: &SignedIn, kind: Kind, id: &str) -> kernel::Result<Import> {
    let id: ImportId = id.parse::<uuid::Uuid>().map_err(|_| Error::not_found("import"))?.into();
    let mut conn = by.state.db.read().await?;
    let found = store::find_import(&mut conn, id).await?;
    let mine = |person: Option<PersonId>| person.is_some() && person == by.actor.person;
    found.filter(|i| i.kind == kind.as_str() && mine(i.created_by)).ok_or_else(|| Error::not_found("import"))
}

pub(super) async fn follow(kind: Kind, by: SignedIn, id: String) -> PageResult {
    may(&by, kind).await?;
    let import = own(&by, kind, &id).await?;
    html(&follow_page(&by.shell(), kind, &import))
}

pub(super) async fn decide(kind: Kind, id: String, PostedBy { by, fields }: PostedBy) -> PageResult {
    may(&by, kind).await?;
    let import = own(&by, kind, &id).await?;
    let write = fields.get("do") == "write";
    let outcome: Outcome = from_str(&import.report).unwrap_or_default();
    let options = Options { override_code_check: outcome.override_code_check || fields.get("do") == "override" };
    let next = if write { ImportState::Writing } else { ImportState::Checking };
    let to = format!("{}/{id}", kind.base());
    let mut tx = by.state.db.begin().await?;
    // A double click finds it moved on already.
    if !store::move_import(&mut tx, import.id, ImportState::Checked, next).await? {
        return Ok(redirect(&to));
    }
    enqueue(&mut tx, &by, kind, import.id, write, options, outcome.given).await?;
    tx.commit().await?;
    jobs::wake();
    // words: ent-import-begun
    let answer: Response = if write { redirect_saying(&to, "ent-import-begun") } else { redirect(&to) };
    Ok(answer)
}

pub(super) fn follow_page(shell: &Shell, kind: Kind, import: &Import) -> Follow {
    let w = &shell.w;
    let outcome: Outcome = from_str(&import.report).unwrap_or_default();
    let report = &outcome.report;
    let busy = matches!(import.state, ImportState::Checking | ImportState::Writing);
    let checked = import.state == ImportState::Checked;
    let only_checks = !report.errors.is_empty() && report.errors.iter().all(|p| p.code == "import-code-check");
    // words: ent-import-rows ent-import-added ent-import-changed ent-import-unchanged
    // words: ent-facts-import-added ent-facts-import-changed ent-facts-import-unchanged
    let [added, changed, unchanged] = match kind {
        Kind::Enterprises => ["ent-import-added", "ent-import-changed", "ent-import-unchanged"],
        Kind::Facts => ["ent-facts-import-added", "ent-facts-import-changed", "ent-facts-import-unchanged"],
    };
    let count = |key: &str, n: i64| (w.t(key).into_owned(), format::number(n));
    let rows = if busy { import.done } else { i64::try_from(report.rows).unwrap_or(i64::MAX) };
    let state = match import.state {
        ImportState::Checked if report.errors_total > 0 => w.t("ent-import-has-errors"),
        ImportState::Checked if import.added + import.changed == 0 => w.t("ent-import-nothing"),
        // words: ent-import-state-*
        other => w.t(&format!("ent-import-state-{}", other.as_str())),
    };
    Follow {
        crumbs: crumbs(w, kind),
        title: kind.title(w),
        here: format!("{}/{}", kind.base(), import.id),
        base: kind.base(),
        file_name: import.file_name.clone(),
        busy,
        state: state.into_owned(),
        failed: outcome.failed.as_ref().map(|(code, args)| said_error(w, code, args)).unwrap_or_default(),
        counts: match import.state {
            ImportState::Failed => Vec::new(),
            _ if busy => vec![count("ent-import-rows", rows)],
            _ => vec![
                count("ent-import-rows", rows),
                count(added, import.added),
                count(changed, import.changed),
                count(unchanged, import.unchanged),
            ],
        },
        errors: lines(w, kind, &report.errors),
        errors_total: report.errors_total,
        warnings: lines(w, kind, &report.warnings),
        warnings_total: report.warnings_total,
        // words: sheet-said-*
        told: report.told.said().iter().map(|(key, args)| w.given(key, args)).collect(),
        may_write: checked && report.errors_total == 0 && import.added + import.changed > 0,
        may_override: checked && only_checks,
        overridden: outcome.override_code_check,
        done: import.state == ImportState::Done,
        nothing: checked && report.errors_total == 0 && import.added + import.changed == 0,
        shell: shell.clone(),
    }
}

fn lines(w: &Words, kind: Kind, problems: &[Problem]) -> Vec<Line> {
    let place = |p: &Problem| match p.sheet.as_str() {
        "" => w.f("ent-import-row", &[("row", &p.row)]),
        sheet => w.f("ent-import-sheet-row", &[("sheet", &sheet), ("row", &p.row)]),
    };
    let line = |p: &Problem| Line {
        place: place(p),
        column: match kind {
            Kind::Enterprises => said::column(w, &p.column),
            Kind::Facts => p.column.clone(),
        },
        value: p.value.clone(),
        expected: w.f(&format!("error-{}", p.code), &p.args_in(w.lang())),
    };
    problems.iter().take(SHOWN).map(line).collect()
}

/// words: error-*
fn said_error(w: &Words, code: &str, args: &[(String, String)]) -> String {
    let args: Vec<(&str, &dyn Arg)> = args.iter().map(|(name, value)| (name.as_str(), value as &dyn Arg)).collect();
    w.f(&format!("error-{code}"), &args)
}

/// The pages of lists of enterprises.
pub(super) mod enterprises {
    use super::*;

    pub async fn upload(posted: ArrivingBy) -> PageResult {
        super::upload(Kind::Enterprises, posted).await
    }

    pub async fn follow(by: SignedIn, Path(id): Path<String>) -> PageResult {
        super::follow(Kind::Enterprises, by, id).await
    }

    pub async fn decide(Path(id): Path<String>, posted: PostedBy) -> PageResult {
        super::decide(Kind::Enterprises, id, posted).await
    }
}

/// The pages of files of facts.
pub(super) mod facts {
    use super::*;

    pub async fn upload(posted: ArrivingBy) -> PageResult {
        super::upload(Kind::Facts, posted).await
    }

    pub async fn follow(by: SignedIn, Path(id): Path<String>) -> PageResult {
        super::follow(Kind::Facts, by, id).await
    }

    pub async fn decide(Path(id): Path<String>, posted: PostedBy) -> PageResult {
        super::decide(Kind::Facts, id, posted).await
    }
}
