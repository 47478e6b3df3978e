//! /posters: QR notice boards (助企公示牌) on A4 for enterprises, townships and parks; scanning one opens the form.

use askama::Template;
use axum::Extension;
use axum::extract::Path;
use identity::{Subject, allowed};
use kernel::{Error, Result};
use qrcode::{EcLevel, QrCode, render::svg};
use web::shell::Sheet;
use web::{DeskCall, PageResult, Shell, SignedIn, html};

use super::my::kind;
use crate::access;
use crate::engine::Casework;
use crate::pages::shared::name;
use crate::pages::standing::accept_limit;
use crate::store::case::subject_of_enterprise;
use crate::store::enterprise_side;

#[derive(Template)]
#[template(path = "enterprise/poster.html")]
pub(super) struct Poster {
    pub sheet: Sheet,
    /// Of the enterprise, or of the township.
    pub name: String,
    pub limit: String,
    /// 助企干部 or 包联领导, name with unit, number.
    pub helpers: Vec<(String, String, String)>,
    pub qr: String,
    pub desk: DeskCall,
    pub address: String,
    pub county: String,
}

impl Poster {
    fn line(&self) -> String {
        self.sheet.w.f("enterprise-poster-lead", &[("limit", &self.limit)])
    }
}

#[derive(Template)]
#[template(path = "enterprise/posters.html")]
pub(super) struct Posters {
    pub shell: Shell,
    /// Address and name.
    pub townships: Vec<(String, String)>,
}

/// The QR code of an address as SVG, dark on white, with the quiet zone it needs.
///
/// # Errors
/// `internal` for an address too long for a code, which ours are not.
pub(super) fn qr(address: &str) -> Result<String> {
    let code = QrCode::with_error_correction_level(address.as_bytes(), EcLevel::M).map_err(Error::internal)?;
    let drawn = code.render::<svg::Color<'_>>().min_dimensions(300, 300).build();
    // Inside a page the declaration in front is not wanted.
    Ok(drawn.split_once("?>").map_or(drawn.clone(), |(_, svg)| svg.to_owned()))
}

fn sheet(by: &SignedIn, back: &str) -> Sheet {
    Sheet { w: by.words.clone(), back: back.to_owned() }
}

pub(super) async fn of_enterprise(
    Extension(casework): Extension<Casework>,
    by: SignedIn,
    Path(code): Path<String>,
) -> PageResult {
    let mut conn = by.state.db.read().await?;
    let brief = enterprise_side::brief_by_code(&mut conn, &code).await?;
    let brief = brief.ok_or_else(|| Error::not_found("enterprise"))?;
    let (subject, _) = subject_of_enterprise(&mut conn, brief.id, &by.actor).await?;
    if !allowed(&by.actor, &access::CREATE, &subject) {
        return Err(Error::not_found("enterprise").into());
    }
    // Back to where the reader knows the enterprise from.
    let back = if allowed(&by.actor, &access::SPEAK, &subject) {
        format!("/my?e={}", brief.code)
    } else if by.actor.person.is_some_and(|own| subject.helpers.contains(&own)) {
        format!("/helped/{}", brief.code)
    } else {
        format!("/enterprises/{}", brief.code)
    };
    let settings = casework.settings(&mut conn).await?;
    let helpers = enterprise_side::helpers_of(&mut conn, &[brief.id]).await?;
    let address = format!("{}/raise?e={}", by.state.config.base_url, brief.code);
    let helpers = helpers.into_iter().map(|own| {
        let unit = own.unit.as_ref().map_or_else(String::new, |unit| format!("{} ", name(&by.words, unit)));
        (kind(&by.words, &own.kind), format!("{unit}{}", own.name), own.phone)
    });
    html(&Poster {
        sheet: sheet(&by, &back),
        name: brief.name,
        limit: accept_limit(&by.words, &settings.limits),
        helpers: helpers.collect(),
        qr: qr(&address)?,
        desk: settings.desk_line.call(&by.words),
        address,
        county: by.state.config.county(by.lang).to_owned(),
    })
}

pub(super) async fn of_township(
    Extension(casework): Extension<Casework>,
    by: SignedIn,
    Path(code): Path<String>,
) -> PageResult {
    let mut conn = by.state.db.read().await?;
    let township = enterprise_side::townships(&mut conn, Some(&code)).await?.into_iter().next();
    let township = township.ok_or_else(|| Error::not_found("unit"))?;
    let subject = Subject { units: vec![(township.id, township.path)], ..Subject::default() };
    if !allowed(&by.actor, &access::CREATE, &subject) {
        return Err(Error::not_found("unit").into());
    }
    let settings = casework.settings(&mut conn).await?;
    let address = format!("{}/raise?t={}", by.state.config.base_url, web::href::encode(&township.code));
    html(&Poster {
        sheet: sheet(&by, "/posters"),
        name: name(&by.words, &township.names).to_owned(),
        limit: accept_limit(&by.words, &settings.limits),
        helpers: Vec::new(),
        qr: qr(&address)?,
        desk: settings.desk_line.call(&by.words),
        address,
        county: by.state.config.county(by.lang).to_owned(),
    })
}

pub(super) async fn list(by: SignedIn) -> PageResult {
    let mut conn = by.state.db.read().await?;
    let townships = enterprise_side::townships(&mut conn, None).await?;
    let may = |unit: &enterprise_side::Township| {
        let subject = Subject { units: vec![(unit.id, unit.path.clone())], ..Subject::default() };
        allowed(&by.actor, &access::CREATE, &subject)
    };
    let mine: Vec<_> = townships.iter().filter(|unit| may(unit)).collect();
    if mine.is_empty() && !by.actor.has(identity::Role::Desk) {
        return Err(Error::forbidden("not-allowed").into());
    }
    let townships = mine.into_iter().map(|unit| {
        (format!("/posters/township/{}", web::href::encode(&unit.code)), name(&by.words, &unit.names).to_owned())
    });
    html(&Posters { townships: townships.collect(), shell: by.shell() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_square_dark_on_white_and_carries_no_style() {
        let svg = qr("https://county.example/raise?e=91410728MA3X0000XX").unwrap();
        assert!(svg.starts_with("<svg"), "{}", &svg[..60]);
        assert!(!svg.contains("style=") && !svg.contains("<script"));
        assert_ne!(svg, qr("https://county.example/raise?e=91410728MA3X0000XY").unwrap());
    }
}
