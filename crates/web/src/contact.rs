//! Showing a masked telephone number in full: asked for with a form, written into the audit, then answered.

use askama::Template;
use axum::http::HeaderMap;
use identity::{Sighting, Span};

use crate::components::{Link, Phone, Sight};
use crate::errors::PageResult;
use crate::extract::SignedIn;
use crate::pages::html;
use crate::shell::Shell;

/// A number that somebody who may see it asked for.
pub struct Asked {
    /// Whose it is.
    pub name: String,
    pub number: String,
    /// The thing whose contact it is: kind and id, as the audit names them.
    pub of: (&'static str, String),
    /// The page it stands on, masked.
    pub back: Link,
}

/// The number on a page of its own, for browsers without JavaScript.
#[derive(Template)]
#[template(path = "pages/contact.html")]
struct Page {
    shell: Shell,
    name: String,
    phone: Phone,
    back: Link,
}

/// Writes down that the number is shown, once for each person, thing and hour, and answers with it: to htmx the number alone, which
/// takes the place of the button, else a page.
///
/// # Errors
/// Those of the database: what cannot be written down is not shown.
pub async fn reveal(by: &SignedIn, headers: &HeaderMap, asked: Asked) -> PageResult {
    if let Some(sighting) = Sighting::new(&by.actor, "show-contact", asked.of, by.now, Span::Hour) {
        let is_known = sighting.is_known(&mut by.state.db.read().await?).await?;
        if !is_known {
            let mut tx = by.state.db.begin().await?;
            sighting.record(&mut tx).await?;
            tx.commit().await?;
        }
    }
    if headers.contains_key("hx-request") {
        return html(&Phone::answer(&by.words, &asked.number));
    }
    let phone = Phone::new(&by.words, Sight::Whole, &asked.number, "", "");
    let mut shell = by.shell();
    // Switching the language leads to the page, not to the address of the button.
    shell.path.clone_from(&asked.back.href);
    html(&Page { shell, name: asked.name, phone, back: asked.back })
}

/// Notes that the contact of something was seen in full by somebody who works on it: once for each person, thing and day, beside
/// the answer.
pub fn note(by: &crate::extract::Visitor, actor: &identity::Actor, of: (&'static str, String)) {
    by.state.sightings().note(Sighting::new(actor, "see-contact", of, by.now, Span::Day));
}
