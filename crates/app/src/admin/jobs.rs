//! /admin/jobs: work in the background: what waits, what failed and why; stop it, start it again.

use askama::Template;
use axum::extract::Path;
use events::{JobEvent, JobTold};
use jobs::{Job, State};
use kernel::{ErrorKind, JobId, Result};
use serde_json::json;
use web::components::{Crumbs, Empty, FilterGroup, FilterItem, FilterPanel, Link, Pager};
use web::format::Stamp;
use web::href::Href;
use web::{PageResult, PostedBy, Shell, SignedIn, Words, describe, html, redirect_saying, shown_again};

use super::access::JOBS;
use super::{begin, crumbs, done, permit};

const PAGE: usize = 50;

pub(super) struct Row {
    pub id: String,
    pub kind: String,
    pub code: String,
    pub state: String,
    pub failed: bool,
    pub when: Stamp,
    pub progress: String,
    pub attempts: String,
    pub error: String,
    pub can_cancel: bool,
    pub can_retry: bool,
}

/// Work that comes again and again.
pub(super) struct Plan {
    pub name: String,
    pub cron: String,
    pub next: Stamp,
    pub last: String,
}

#[derive(Template)]
#[template(path = "admin/jobs.html")]
pub(super) struct Page {
    pub shell: Shell,
    pub crumbs: Crumbs,
    pub problem: String,
    pub filters: FilterPanel,
    pub rows: Vec<Row>,
    pub first: Option<Link>,
    pub pager: Pager,
    pub empty: Empty,
    pub plans: Vec<Plan>,
}

// words: job-state-*
fn state(w: &Words, state: State) -> String {
    w.t(&format!("job-state-{state}")).into_owned()
}

// words: admin-job-*
fn kind(w: &Words, kind: &str) -> String {
    let key = format!("admin-job-{}", kind.replace(['.', '_'], "-"));
    if w.has(&key) { w.t(&key).into_owned() } else { kind.to_owned() }
}

fn row(w: &Words, job: &Job) -> Row {
    let progress = match (job.progress_done, job.progress_total) {
        (0, 0) => String::new(),
        (done, 0) => done.to_string(),
        (done, total) => format!("{done} / {total}"),
    };
    Row {
        id: job.id.to_string(),
        kind: kind(w, &job.kind),
        code: job.kind.clone(),
        state: match job.cancel_requested && !job.state.is_over() {
            true => w.t("admin-job-stopping").into_owned(),
            false => state(w, job.state),
        },
        failed: matches!(job.state, State::Failed | State::Dead),
        when: w.stamp(job.finished_at.unwrap_or(job.run_at)),
        progress,
        attempts: format!("{} / {}", job.attempts, job.max_attempts),
        error: job.last_error.clone().unwrap_or_default(),
        can_cancel: !job.state.is_over() && !job.cancel_requested,
        can_retry: matches!(job.state, State::Failed | State::Dead | State::Cancelled),
    }
}

async fn page(by: &SignedIn, here: &Href, problem: String) -> Result<Page> {
    let w = &by.words;
    let chosen: Option<State> = here.get("state").and_then(|state| state.parse().ok());
    let before: Option<JobId> = here.get("after").and_then(|id| id.parse().ok());
    let mut conn = by.state.db.read().await?;
    let counts = jobs::counts(&mut conn).await?;
    let mut found = jobs::list(&mut conn, chosen, None, before, PAGE as u32 + 1).await?;
    let plans = jobs::schedules(&mut conn).await?;
    drop(conn);
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found.last().filter(|_| more).map(|job| job.id.to_string());
    let plain = here.without(&["after"]);
    let items = State::ALL.map(|s| {
        let n = counts.iter().find(|(state, _)| *state == s).map_or(0, |(_, n)| *n);
        FilterItem::new(&plain, "state", s.as_str(), state(w, s), Some(n))
    });
    let group = FilterGroup { title: w.t("admin-col-state").into_owned(), items: items.into(), more: None };
    let shown = i64::try_from(found.len()).unwrap_or(0);
    Ok(Page {
        shell: by.shell(),
        crumbs: crumbs(by, &[], &w.t("admin-jobs")),
        problem,
        filters: FilterPanel::new(w, &plain, vec![group]),
        rows: found.iter().map(|job| row(w, job)).collect(),
        first: before.map(|_| Link::new(&plain, w.t("admin-first-page"))),
        pager: Pager::new(w, &plain, None, next.as_deref(), w.f("admin-jobs-shown", &[("n", &shown)])),
        empty: Empty::new(w.t("admin-jobs-none"), w.t("admin-jobs-none-text"), None),
        plans: plans
            .into_iter()
            .map(|plan| Plan {
                name: kind(w, &plan.name.replace("-sweep", ".sweep")),
                cron: plan.cron,
                next: w.stamp(plan.next_at),
                last: plan.last_at.map(|at| w.datetime(at)).unwrap_or_default(),
            })
            .collect(),
    })
}

pub(super) async fn list(by: SignedIn) -> PageResult {
    permit(&by, &JOBS)?;
    html(&page(&by, &Href::parse(&by.here), String::new()).await?)
}

pub(super) async fn cancel(Path(id): Path<JobId>, PostedBy { by, .. }: PostedBy) -> PageResult {
    answer(&by, cancelled(&by, id).await, "admin-job-cancelled").await
}

async fn cancelled(by: &SignedIn, id: JobId) -> Result<()> {
    let mut change = begin(by, &JOBS).await?;
    jobs::cancel(&mut change, id, by.now).await?;
    let told = JobTold { event: JobEvent::Cancelled, job: id };
    change.done(done("cancel", "job", id, json!({})), &told).await
}

pub(super) async fn retry(Path(id): Path<JobId>, PostedBy { by, .. }: PostedBy) -> PageResult {
    answer(&by, retried(&by, id).await, "admin-job-retried").await
}

async fn retried(by: &SignedIn, id: JobId) -> Result<()> {
    let mut change = begin(by, &JOBS).await?;
    jobs::retry(&mut change, id, by.now).await?;
    let told = JobTold { event: JobEvent::Retried, job: id };
    change.done(done("retry", "job", id, json!({})), &told).await?;
    jobs::wake();
    Ok(())
}

// words: admin-job-cancelled admin-job-retried
async fn answer(by: &SignedIn, done: Result<()>, key: &str) -> PageResult {
    match done {
        Ok(()) => Ok(redirect_saying("/admin/jobs", key)),
        Err(error) if error.kind == ErrorKind::Conflict => {
            let problem = describe(&by.words, &error);
            Ok(shown_again(html(&page(by, &Href::parse("/admin/jobs"), problem).await?)?))
        }
        Err(error) => Err(error.into()),
    }
}
