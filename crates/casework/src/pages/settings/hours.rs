//! /admin/hours: the working hours of each weekday.

use askama::Template;
use axum::Extension;
use web::components::{Crumbs, ErrorSummary, Field};
use web::{PageResult, PostedTextBy, Shell, SignedIn, html, redirect_saying, shown_again};
use workdays::Hours;

use super::spoken::{hours_read, hours_said, hours_wrong};
use super::{crumbs, permit};
use crate::engine::Casework;

#[derive(Template)]
#[template(path = "settings/hours.html")]
struct Page {
    shell: Shell,
    crumbs: Crumbs,
    summary: ErrorSummary,
    hours: Field,
}

fn page(by: &SignedIn, text: &str, error: Option<String>) -> Page {
    let w = &by.words;
    let hours = Field::text("hours", w.t("settings-hours"))
        .value(text)
        .hint(w.t("settings-hours-hint"))
        .error(error)
        .required();
    Page {
        shell: by.shell(),
        crumbs: crumbs(by, &w.t("settings-hours")),
        summary: ErrorSummary::of(w, [&hours]),
        hours,
    }
}

pub(super) async fn show(by: SignedIn, Extension(casework): Extension<Casework>) -> PageResult {
    permit(&by)?;
    let settings = casework.settings(&mut by.state.db.read().await?).await?;
    html(&page(&by, &hours_said(&by.words, &settings.terms.hours), None))
}

pub(super) async fn save(
    Extension(casework): Extension<Casework>,
    PostedTextBy { by, fields }: PostedTextBy,
) -> PageResult {
    permit(&by)?;
    let text = fields.get("hours");
    if fields.fresh().is_err() {
        return Ok(shown_again(html(&page(&by, text, None))?));
    }
    match hours_read(text).parse::<Hours>() {
        Ok(hours) => {
            casework.put_hours(&by.actor, &hours).await?;
            Ok(redirect_saying("/admin/hours", "settings-hours-saved"))
        }
        Err(error) => {
            let said = by.words.f("settings-hours-wrong", &[("detail", &hours_wrong(&by.words, &error))]);
            Ok(shown_again(html(&page(&by, text, Some(said)))?))
        }
    }
}
