//! /admin/limits: how long each step may take, with its history.

use askama::Template;
use axum::Extension;
use axum::extract::Path;
use kernel::FieldError;
use web::components::{Choice, Crumbs, ErrorSummary, Field, Flash, FlashKind};
use web::{
    PageResult, PostedBy, PostedTextBy, Shell, SignedIn, describe, describe_fields, html, redirect_saying, shown_again,
};

use super::{crumbs, permit};
use crate::engine::Casework;
use crate::event::{Grade, Level};
use crate::limits::{ClockKind, Limit, LimitUnit};
use crate::pages::shared;
use crate::settings::Settings;
use crate::store::case::{read_word, word};
use crate::store::settings::{LimitRow, limit_rows};

struct Line {
    id: String,
    clock: String,
    applies: String,
    limit: String,
    from: String,
    to: String,
    note: String,
    holds: bool,
}

#[derive(Template)]
#[template(path = "settings/limits.html")]
struct Page {
    shell: Shell,
    crumbs: Crumbs,
    rows: Vec<Line>,
    past: Vec<Line>,
    lint: Vec<String>,
    summary: ErrorSummary,
    fields: Vec<Field>,
}

const GRADES: [Grade; 3] = [Grade::Ordinary, Grade::Key, Grade::Hard];
const LEVELS: [Level; 4] = [Level::Township, Level::County, Level::City, Level::Province];

/// words: settings-clock-* settings-unit-* settings-lint-*
async fn page(
    by: &SignedIn,
    casework: &Casework,
    typed: &web::Fields,
    wrong: &[(String, String)],
) -> kernel::Result<Page> {
    let w = &by.words;
    let mut conn = by.state.db.read().await?;
    let settings = casework.settings(&mut conn).await?;
    let today = kernel::local_date(by.now);
    let rows = limit_rows(&mut conn).await?;
    let lint = settings.limits.lint();
    let (holds, past): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.to.is_none_or(|to| to >= today));
    let error = |name: &str| wrong.iter().find(|(field, _)| field == name).map(|(_, text)| text.clone());
    let choices = |all: Vec<(String, String)>, chosen: &str| -> Vec<Choice> {
        all.into_iter()
            .map(|(value, label)| {
                let is = value == chosen;
                Choice::new(value, label, is)
            })
            .collect()
    };
    let clocks =
        ClockKind::ALL.map(|c| (c.as_str().to_owned(), w.t(&format!("settings-clock-{}", c.as_str())).into_owned()));
    let units = LimitUnit::ALL.map(|u| (u.as_str().to_owned(), unit(w, u)));
    let grades = GRADES.map(|g| (word(&g), shared::grade(w, &word(&g))));
    let levels = LEVELS.map(|l| (word(&l), shared::level(w, &word(&l))));
    let categories = settings.categories.iter().map(|c| (c.code.clone(), shared::category(w, &settings, &c.code)));
    let fields = vec![
        Field::select("clock", w.t("settings-clock"), choices(clocks.to_vec(), typed.get("clock")))
            .error(error("clock"))
            .required()
            .empty(w),
        Field::select("category", w.t("settings-category"), choices(categories.collect(), typed.get("category")))
            .optional(w)
            .empty(w),
        Field::select("grade", w.t("settings-grade"), choices(grades.to_vec(), typed.get("grade")))
            .optional(w)
            .empty(w),
        Field::select("level", w.t("settings-level"), choices(levels.to_vec(), typed.get("level")))
            .optional(w)
            .empty(w),
        Field::input("number", "n", w.t("settings-n"))
            .value(typed.get("n"))
            .bounds(1, 2000, 1)
            .error(error("n"))
            .required(),
        Field::select("unit", w.t("settings-unit"), choices(units.to_vec(), typed.get("unit")))
            .error(error("unit"))
            .required(),
        Field::text("note", w.t("settings-note"))
            .value(typed.get("note"))
            .hint(w.t("settings-note-hint"))
            .optional(w)
            .maxlength(200),
    ];
    Ok(Page {
        shell: by.shell(),
        crumbs: crumbs(by, &w.t("settings-limits")),
        rows: holds.iter().map(|row| line(w, &settings, row, true)).collect(),
        past: past.iter().map(|row| line(w, &settings, row, false)).collect(),
        lint: lint.iter().map(|found| said(w, found)).collect(),
        summary: ErrorSummary::of(w, &fields),
        fields,
    })
}

fn said(w: &web::Words, found: &crate::limits::LimitLint) -> String {
    use crate::limits::LimitLint as L;
    let (key, a, b) = match found {
        L::Missing { clock, grade } => {
            let grade = grade.as_ref().map(|g| shared::grade(w, &word(g))).unwrap_or_default();
            ("missing", w.t(&format!("settings-clock-{}", clock.as_str())).into_owned(), grade)
        }
        L::Twice { first, second } => ("twice", first.clone(), second.clone()),
        L::Zero { id } => ("zero", id.clone(), String::new()),
        L::TooLong { id } => ("too-long", id.clone(), String::new()),
        L::HarderButShorter { easier, harder } => ("harder", easier.clone(), harder.clone()),
    };
    w.f(&format!("settings-lint-{key}"), &[("a", &a), ("b", &b)])
}

fn unit(w: &web::Words, unit: LimitUnit) -> String {
    w.t(&format!("settings-unit-{}", unit.as_str().replace('_', "-"))).into_owned()
}

fn line(w: &web::Words, settings: &Settings, row: &LimitRow, holds: bool) -> Line {
    let l = &row.limit;
    let mut applies = Vec::new();
    applies.extend(l.category.as_deref().map(|code| shared::category(w, settings, code)));
    applies.extend(l.grade.as_ref().map(|g| shared::grade(w, &word(g))));
    applies.extend(l.level.as_ref().map(|v| shared::level(w, &word(v))));
    Line {
        id: l.id.clone(),
        clock: w.t(&format!("settings-clock-{}", l.clock.as_str())).into_owned(),
        applies: if applies.is_empty() { w.t("settings-all").into_owned() } else { applies.join(" · ") },
        limit: format!("{} {}", l.n, unit(w, l.unit)),
        from: l.from.map(|day| w.date(day)).unwrap_or_default(),
        to: row.to.map(|day| w.date(day)).unwrap_or_default(),
        note: row.note.clone(),
        holds,
    }
}

pub(super) async fn list(by: SignedIn, Extension(casework): Extension<Casework>) -> PageResult {
    permit(&by)?;
    html(&page(&by, &casework, &web::Fields::default(), &[]).await?)
}

pub(super) async fn add(
    Extension(casework): Extension<Casework>,
    PostedTextBy { by, fields }: PostedTextBy,
) -> PageResult {
    permit(&by)?;
    let mut wrong: Vec<FieldError> = Vec::new();
    let clock = read_word::<ClockKind>(fields.get("clock")).ok();
    let unit = LimitUnit::parse(fields.get("unit"));
    let n = fields.get("n").parse::<u32>().ok().filter(|n| (1..=2000).contains(n));
    if clock.is_none() {
        wrong.push(FieldError::new("clock", "choose"));
    }
    if unit.is_none() {
        wrong.push(FieldError::new("unit", "choose"));
    }
    if n.is_none() {
        wrong.push(FieldError::new("n", "number-out-of-range"));
    }
    let note = fields.text("note", false, 200, &mut wrong);
    let (Some(clock), Some(unit), Some(n), true) = (clock, unit, n, wrong.is_empty() && fields.fresh().is_ok()) else {
        let error = kernel::Error::check(wrong).err();
        let wrong = error.map(|e| describe_fields(&by.words, &e)).unwrap_or_default();
        return Ok(shown_again(html(&page(&by, &casework, &fields, &wrong).await?)?));
    };
    let some = |name: &str| Some(fields.get(name)).filter(|value| !value.is_empty());
    let limit = Limit {
        id: String::new(),
        clock,
        category: some("category").map(str::to_owned),
        grade: some("grade").and_then(|g| read_word(g).ok()),
        level: some("level").and_then(|l| read_word(l).ok()),
        n,
        unit,
        from: None,
    };
    casework.add_limit(&by.actor, limit, &note).await?;
    Ok(redirect_saying("/admin/limits", "settings-saved"))
}

pub(super) async fn end(
    Extension(casework): Extension<Casework>,
    Path(id): Path<String>,
    PostedBy { by, .. }: PostedBy,
) -> PageResult {
    permit(&by)?;
    match casework.end_limit(&by.actor, &id).await {
        Ok(()) => Ok(redirect_saying("/admin/limits", "settings-saved")),
        Err(error) if error.kind == kernel::ErrorKind::Conflict => {
            let mut page = page(&by, &casework, &web::Fields::default(), &[]).await?;
            page.shell.path = "/admin/limits".to_owned();
            page.shell.flash = Some(Flash::new(FlashKind::Error, describe(&by.words, &error)));
            Ok(shown_again(html(&page)?))
        }
        Err(error) => Err(error.into()),
    }
}
