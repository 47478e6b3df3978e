//! /admin/desk-line: the telephone of the service desk, with every change.

use askama::Template;
use axum::Extension;
use kernel::{ErrorKind, Result};
use web::components::{Crumbs, ErrorSummary, Field};
use web::{DeskLine, PageResult, PostedTextBy, Shell, SignedIn, describe_fields, html, redirect_saying, shown_again};

use super::{crumbs, permit};
use crate::desk_line::{MOST_HOURS, checked};
use crate::engine::Casework;
use crate::store;
use crate::store::desk_line::Change;

#[derive(Template)]
#[template(path = "settings/desk_line.html")]
struct Page {
    shell: Shell,
    crumbs: Crumbs,
    summary: ErrorSummary,
    fields: Vec<Field>,
    /// Nothing is set: what that means.
    unset: bool,
    /// When, what, who.
    history: Vec<(String, String, String)>,
}

fn page(by: &SignedIn, kept: &[Change], typed: &DeskLine, wrong: &[(String, String)]) -> Page {
    let w = &by.words;
    let error = |name: &str| wrong.iter().find(|(field, _)| field == name).map(|(_, text)| text.clone());
    let most = u32::try_from(MOST_HOURS).unwrap_or(40);
    let phone = Field::input("tel", "phone", w.t("settings-desk-phone"))
        .value(&typed.phone)
        .hint(w.t("settings-desk-phone-hint"))
        .inputmode("tel")
        .autocomplete("off")
        .maxlength(40)
        .optional(w)
        .error(error("phone"));
    let hours = Field::text("hours", w.t("settings-desk-hours"))
        .value(&typed.hours)
        .hint(w.t("settings-desk-hours-hint"))
        .maxlength(most)
        .optional(w)
        .error(error("hours"));
    let hours_en = Field::text("hours_en", w.t("settings-desk-hours-en"))
        .value(&typed.hours_en)
        .hint(w.t("settings-desk-hours-en-hint"))
        .maxlength(most)
        .optional(w)
        .error(error("hours_en"));
    let told = |change: &Change| {
        let what =
            if change.line.is_set() { change.line.said(w) } else { w.t("settings-desk-taken-away").into_owned() };
        let who = if change.by.is_empty() { w.t("settings-desk-by-init").into_owned() } else { change.by.clone() };
        (w.full_datetime(change.at), what, who)
    };
    Page {
        shell: by.shell(),
        crumbs: crumbs(by, &w.t("settings-desk-line")),
        summary: ErrorSummary::of(w, [&phone, &hours, &hours_en]),
        fields: vec![phone, hours, hours_en],
        unset: kept.first().is_none_or(|change| !change.line.is_set()),
        history: kept.iter().map(told).collect(),
    }
}

async fn kept(by: &SignedIn) -> Result<Vec<Change>> {
    store::desk_line::changes(&mut by.state.db.read().await?).await
}

pub(super) async fn show(by: SignedIn) -> PageResult {
    permit(&by)?;
    let kept = kept(&by).await?;
    let line = kept.first().map(|change| change.line.clone()).unwrap_or_default();
    html(&page(&by, &kept, &line, &[]))
}

pub(super) async fn save(
    Extension(casework): Extension<Casework>,
    PostedTextBy { by, fields }: PostedTextBy,
) -> PageResult {
    permit(&by)?;
    let (phone, hours, hours_en) = (fields.get("phone"), fields.get("hours"), fields.get("hours_en"));
    let typed = DeskLine { phone: phone.to_owned(), hours: hours.to_owned(), hours_en: hours_en.to_owned() };
    if fields.fresh().is_err() {
        return Ok(shown_again(html(&page(&by, &kept(&by).await?, &typed, &[]))?));
    }
    match checked(phone, hours, hours_en) {
        Ok(line) => {
            casework.put_desk_line(&by.actor, &line).await?;
            let said = if line.is_set() { "settings-desk-saved" } else { "settings-desk-saved-none" };
            Ok(redirect_saying("/admin/desk-line", said))
        }
        Err(error) if error.kind == ErrorKind::Invalid => {
            let wrong = describe_fields(&by.words, &error);
            Ok(shown_again(html(&page(&by, &kept(&by).await?, &typed, &wrong))?))
        }
        Err(error) => Err(error.into()),
    }
}
