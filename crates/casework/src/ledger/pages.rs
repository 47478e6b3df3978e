//! /ledger/import: choose a file, see what it would do or what is wrong with it, then bring it in.

use std::path::PathBuf;

use askama::Template;
use axum::Extension;
use axum::extract::Path;
use jobs::{Handler, JobContext, NewJob};
use kernel::{Error, ImportId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use web::components::{Crumbs, Field, Link};
use web::{ArrivingBy, PageResult, PostedBy, Shell, SignedIn, html, redirect, shown_again};

use super::columns::{COLUMNS, REQUIRED};
use super::import::{apply, permit, plan, register};
use super::kept::Checked;
use crate::engine::Casework;
use crate::store;

/// The job that writes a checked ledger.
const JOB: &str = "casework.ledger";

#[derive(Template)]
#[template(path = "ledger/choose.html")]
struct Choose {
    shell: Shell,
    crumbs: Crumbs,
    file: Field,
    columns: Vec<(&'static str, bool)>,
}

#[derive(Template)]
#[template(path = "ledger/import.html")]
struct Import {
    shell: Shell,
    crumbs: Crumbs,
    file_name: String,
    /// Where the import stands: `checked`, `running`, `done`, `failed`.
    state: String,
    added: i64,
    known: i64,
    /// What was read and what was left out.
    told: Vec<String>,
    faults: Vec<String>,
    more: usize,
    here: String,
}

impl Import {
    fn has_more(&self) -> bool {
        self.more > 0
    }
}

fn crumbs(by: &SignedIn) -> Crumbs {
    Crumbs::new(&by.words, vec![Link::new("/desk", by.words.t("nav-desk"))], by.words.t("ledger-title"))
}

fn choose(by: &SignedIn, error: Option<String>) -> Choose {
    let w = &by.words;
    Choose {
        shell: by.shell(),
        crumbs: crumbs(by),
        file: Field::file("sheet", w.t("ledger-file"), ".xlsx,.xlsm,.csv,.tsv,.txt", false)
            .hint(w.t("ledger-file-hint"))
            .required()
            .error(error),
        columns: COLUMNS.iter().map(|(column, names)| (names[0], REQUIRED.contains(column))).collect(),
    }
}

pub(super) async fn show(by: SignedIn) -> PageResult {
    permit(&mut by.state.db.read().await?, &by.actor).await?;
    html(&choose(&by, None))
}

pub(super) async fn check(Extension(casework): Extension<Casework>, ArrivingBy { by, form }: ArrivingBy) -> PageResult {
    permit(&mut by.state.db.read().await?, &by.actor).await?;
    let mut fields = form.whole().await?;
    let Some(upload) = fields.files.pop() else {
        return Ok(shown_again(html(&choose(&by, Some(by.words.t("error-choose").into_owned())))?));
    };
    let plan = match plan(&casework, upload.path()).await {
        Ok(plan) => plan,
        Err(error) if error.kind == kernel::ErrorKind::Invalid => {
            return Ok(shown_again(html(&choose(&by, Some(web::describe(&by.words, &error))))?));
        }
        Err(error) => return Err(error.into()),
    };
    let (name, sha256) = (upload.name.clone(), upload.sha256);
    let import = register(&casework, &by.actor, &plan, &name, &sha256).await?;
    let folder = by.state.config.data_dir.join("imports");
    tokio::fs::create_dir_all(&folder).await.map_err(Error::unavailable)?;
    upload.keep(&folder.join(import.to_string())).await?;
    Ok(redirect(&format!("/ledger/import/{import}")))
}

pub(super) async fn report(by: SignedIn, Path(id): Path<String>) -> PageResult {
    let mut conn = by.state.db.read().await?;
    permit(&mut conn, &by.actor).await?;
    let id: ImportId = id.parse().map_err(|_| Error::not_found("import"))?;
    let import = store::ledger::find_import(&mut conn, id).await?.ok_or_else(|| Error::not_found("import"))?;
    let Checked { faults, told } = Checked::read(&import.report);
    let more = faults.len().saturating_sub(50);
    html(&Import {
        shell: by.shell(),
        crumbs: crumbs(&by),
        file_name: import.file_name,
        state: import.state,
        added: import.added,
        known: import.unchanged,
        // words: sheet-said-*
        told: told.said().iter().map(|(key, args)| by.words.given(key, args)).collect(),
        faults: faults.iter().take(50).map(|fault| fault.text(&by.words)).collect(),
        more,
        here: format!("/ledger/import/{id}"),
    })
}

#[derive(Serialize, Deserialize)]
struct Payload {
    import: ImportId,
    path: PathBuf,
}

pub(super) async fn start(Path(id): Path<String>, PostedBy { by, .. }: PostedBy) -> PageResult {
    let id: ImportId = id.parse().map_err(|_| Error::not_found("import"))?;
    let (clock, random) = (by.state.clock.as_ref(), by.state.random.as_ref());
    let mut tx = by.state.db.begin().await?;
    permit(&mut tx, &by.actor).await?;
    let import = store::ledger::find_import(&mut tx, id).await?.ok_or_else(|| Error::not_found("import"))?;
    if import.state == "checked" && Checked::read(&import.report).faults.is_empty() {
        store::ledger::set_import(&mut tx, id, "running", import.added, import.unchanged, &import.report, by.now)
            .await?;
        let path = by.state.config.data_dir.join("imports").join(id.to_string());
        let job = NewJob {
            unique_key: Some(format!("{JOB}:{id}")),
            created_by: by.actor.person,
            max_attempts: 3,
            ..NewJob::new(JOB, json!(Payload { import: id, path }))
        };
        jobs::enqueue(&mut tx, clock, random, job).await?;
    }
    tx.commit().await?;
    jobs::wake();
    Ok(redirect(&format!("/ledger/import/{id}")))
}

/// What the queue runs to write a checked ledger. Running it twice writes once: the rows are known then.
pub fn handler(casework: Casework) -> Handler {
    Handler::new(JOB, move |context: JobContext| {
        let casework = casework.clone();
        async move {
            let payload: Payload = context.payload()?;
            let mut conn = casework.db.read().await?;
            let import = store::ledger::find_import(&mut conn, payload.import).await?;
            if import.is_none_or(|import| import.state != "running") {
                return Ok(());
            }
            let person = context.created_by.ok_or_else(|| Error::forbidden("not-allowed"))?;
            let person = identity::find_person(&mut conn, person).await?.ok_or_else(|| Error::not_found("person"))?;
            drop(conn);
            let written = async {
                let plan = plan(&casework, &payload.path).await?;
                apply(&casework, &person.actor(), &plan, payload.import).await
            };
            let Err(error) = written.await else { return Ok(()) };
            let mut tx = casework.db.begin().await?;
            let now = casework.clock.now();
            store::ledger::set_import(&mut tx, payload.import, "failed", 0, 0, "[]", now).await?;
            tx.commit().await?;
            Err(error)
        }
    })
}
