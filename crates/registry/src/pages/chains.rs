//! /admin/chains: the industrial chains the county works along; adding, renaming, closing one.

use askama::Template;
use axum::extract::Path;
use identity::{Subject, require};
use kernel::{Error, ErrorKind, Result, english_given};
use web::components::{Crumbs, Empty, ErrorSummary, Field, Link};
use web::{
    Fields, PageResult, PostedTextBy, Shell, SignedIn, describe, describe_fields, html, redirect_saying, shown_again,
};

use super::said;
use crate::access;
use crate::chain::{self, Kept};
use crate::enterprise::Chain;
use crate::store;

#[derive(Template)]
#[template(path = "chains/list.html")]
struct List {
    shell: Shell,
    crumbs: Crumbs,
    rows: Vec<Row>,
    empty: Empty,
}

/// A chain in the list.
struct Row {
    kept: Kept,
    /// In the reader's language.
    name: String,
    /// The English name, where one was given.
    english: String,
}

#[derive(Template)]
#[template(path = "chains/form.html")]
struct Form {
    shell: Shell,
    crumbs: Crumbs,
    title: String,
    action: String,
    version: i64,
    problem: String,
    summary: ErrorSummary,
    fields: Vec<Field>,
}

fn permit(by: &SignedIn) -> Result<()> {
    require(&by.actor, &access::CHAINS, &Subject::default())
}

pub(super) async fn list(by: SignedIn) -> PageResult {
    permit(&by)?;
    let w = &by.words;
    let kept = store::kept_chains(&mut by.state.db.read().await?).await?;
    let row = |kept: Kept| Row {
        name: said::chain(w, Some(&kept.chain)).to_owned(),
        english: english_given(&kept.chain.name_en, &kept.chain.name).to_owned(),
        kept,
    };
    html(&List {
        crumbs: Crumbs::new(w, vec![Link::new("/admin", w.t("ent-admin"))], w.t("ent-chains")),
        empty: Empty::new(
            w.t("ent-chains-none"),
            w.t("ent-chains-none-text"),
            Some(Link::new("/admin/chains/new", w.t("ent-chain-new"))),
        ),
        rows: kept.into_iter().map(row).collect(),
        shell: by.shell(),
    })
}

/// What stands in the form, and what is wrong with it.
struct Typed<'t> {
    kept: &'t Kept,
    /// As it was typed.
    sort: &'t str,
    wrong: &'t [(String, String)],
    problem: String,
}

fn form(by: &SignedIn, typed: Typed<'_>) -> Form {
    let w = &by.words;
    let Kept { chain, active, version, .. } = typed.kept;
    let new = *version == 0;
    let error = |name: &str| typed.wrong.iter().find(|(field, _)| field == name).map(|(_, text)| text.clone());
    let code = Field::text("code", w.t("ent-chain-code"))
        .value(&chain.code)
        .hint(w.t("ent-chain-code-hint"))
        .error(error("code"))
        .required()
        .maxlength(40);
    let mut fields = if new { vec![code] } else { Vec::new() };
    fields.extend([
        Field::text("name", w.t("ent-chain-name"))
            .value(&chain.name)
            .hint(w.t("ent-chain-name-hint"))
            .error(error("name"))
            .required()
            .maxlength(60),
        Field::text("name_en", w.t("ent-chain-name-en"))
            .value(&chain.name_en)
            .error(error("name_en"))
            .english(w)
            .maxlength(60),
        Field::input("number", "sort", w.t("ent-chain-sort")).value(typed.sort).error(error("sort")).bounds(0, 9999, 1),
    ]);
    if !new {
        fields.push(Field::check("active", w.t("ent-chain-active"), *active));
    }
    let title =
        if new { w.t("ent-chain-new").into_owned() } else { said::one_of(w, &chain.name, &chain.name_en).to_owned() };
    let links = vec![Link::new("/admin", w.t("ent-admin")), Link::new("/admin/chains", w.t("ent-chains"))];
    Form {
        shell: by.shell(),
        crumbs: Crumbs::new(w, links, title.as_str()),
        action: format!("/admin/chains/{}", if new { "new" } else { &chain.code }),
        title,
        version: *version,
        problem: typed.problem,
        summary: ErrorSummary::of(w, &fields),
        fields,
    }
}

/// The form as it is first seen.
fn fresh(by: &SignedIn, kept: &Kept) -> PageResult {
    html(&form(by, Typed { kept, sort: &kept.chain.sort.to_string(), wrong: &[], problem: String::new() }))
}

pub(super) async fn blank(by: SignedIn) -> PageResult {
    permit(&by)?;
    let chain = Chain { code: String::new(), name: String::new(), name_en: String::new(), sort: 100 };
    fresh(&by, &Kept { chain, active: true, version: 0, enterprises: 0 })
}

pub(super) async fn show(by: SignedIn, Path(code): Path<String>) -> PageResult {
    permit(&by)?;
    let mut kept = found(&by, &code).await?;
    // Where the name stands for the English one, the field is empty, so that it follows the next change.
    kept.chain.name_en = english_given(&kept.chain.name_en, &kept.chain.name).to_owned();
    fresh(&by, &kept)
}

async fn found(by: &SignedIn, code: &str) -> Result<Kept> {
    let kept = store::kept_chains(&mut by.state.db.read().await?).await?;
    kept.into_iter().find(|kept| kept.chain.code == code).ok_or_else(|| Error::not_found("chain"))
}

pub(super) async fn add(PostedTextBy { by, fields }: PostedTextBy) -> PageResult {
    permit(&by)?;
    let chain = Chain { code: fields.get("code").to_owned(), ..typed(&fields) };
    kept(&by, &fields, Kept { chain, active: true, version: 0, enterprises: 0 }).await
}

pub(super) async fn save(Path(code): Path<String>, PostedTextBy { by, fields }: PostedTextBy) -> PageResult {
    permit(&by)?;
    let old = found(&by, &code).await?;
    let chain = Chain { code, ..typed(&fields) };
    let version = fields.get("version").parse().ok().filter(|version| *version > 0).unwrap_or(old.version);
    kept(&by, &fields, Kept { chain, active: fields.get("active") == "yes", version, ..old }).await
}

fn typed(fields: &Fields) -> Chain {
    Chain {
        code: String::new(),
        name: fields.get("name").to_owned(),
        name_en: fields.get("name_en").to_owned(),
        sort: fields.get("sort").parse().unwrap_or(100),
    }
}

async fn kept(by: &SignedIn, fields: &Fields, kept: Kept) -> PageResult {
    let sort = fields.get("sort");
    let done = match fields.fresh() {
        Err(error) => Err(error),
        Ok(()) if !sort.is_empty() && !sort.parse().is_ok_and(|n: i64| (0..=9999).contains(&n)) => {
            Err(Error::invalid("invalid-fields").field("sort", "number-out-of-range"))
        }
        Ok(()) => chain::keep(&by.state.db, by.state.clock.as_ref(), by.state.random.as_ref(), &by.actor, &kept).await,
    };
    match done {
        // words: ent-chain-saved
        Ok(()) => Ok(redirect_saying("/admin/chains", "ent-chain-saved")),
        Err(error) if matches!(error.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
            let wrong = describe_fields(&by.words, &error);
            let problem = if wrong.is_empty() { describe(&by.words, &error) } else { String::new() };
            Ok(shown_again(html(&form(by, Typed { kept: &kept, sort, wrong: &wrong, problem }))?))
        }
        Err(error) => Err(error.into()),
    }
}
