//! Forms with texts worth keeping: what comes after the session or the page is over is brought back, not thrown away.
//!
//! Somebody signed out while writing gets the sign-in page with everything that was typed inside it; after signing in the
//! form is sent again as *resumed*, which its handler answers by showing it filled in ([`Fields::fresh`]). The texts
//! travel with the visitor: nothing is kept here for strangers. A resumed form never does anything, since somebody else
//! may have written it; only handlers that ask for [`PostedText`], [`Arriving`] and their like for people signed in get one at all.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{Error, Result};

use crate::extract::{Refused, SignedIn, Visitor, WARNING};
use crate::href::encode;
use crate::pages::safe_back;
use crate::posted::{Fields, Unread, open, texts_of_nobody};
use crate::session::SESSION;
use crate::state::AppState;

/// Name of the field that says a form comes back after signing in.
pub(crate) const RESUMED: &str = "resumed";
/// Said once on top of a form that was brought back.
const SAID: &str = "form-resumed-flash";

/// What was typed into a form, and where it was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Path of this site.
    pub to: String,
    pub pairs: Vec<(String, String)>,
    /// The form is open to people without an account too.
    pub guests: bool,
}

impl Carried {
    /// What a form brought that is worth keeping: all but tokens and passwords. Files have to be chosen again.
    pub fn of(to: &str, fields: &Fields) -> Carried {
        const LEFT_OUT: [&str; 6] = ["csrf", RESUMED, "password", "old", "new", "again"];
        let pairs = fields.pairs().iter().filter(|(name, _)| !LEFT_OUT.contains(&name.as_str()));
        Carried { to: safe_back(to).to_owned(), pairs: pairs.cloned().collect(), guests: false }
    }

    /// As one text for a hidden field.
    pub fn text(&self) -> String {
        let own = [("carried-to".to_owned(), self.to.clone())];
        let pairs = own.iter().chain(&self.pairs);
        pairs.map(|(key, value)| format!("{}={}", encode(key), encode(value))).collect::<Vec<_>>().join("&")
    }

    /// Reads [`Carried::text`]; `None` for an empty one.
    pub fn parse(text: &str) -> Option<Carried> {
        let fields = Fields::parse(text).ok()?;
        let mut pairs = fields.pairs().to_vec();
        let at = pairs.iter().position(|(key, _)| key == "carried-to")?;
        let (_, to) = pairs.remove(at);
        Some(Carried { to: safe_back(&to).to_owned(), pairs, guests: false })
    }
}

/// As [`crate::Posted`], for forms with texts: one whose token is not valid any more comes as resumed.
pub struct PostedText {
    pub visitor: Visitor,
    pub fields: Fields,
}

/// As [`crate::PostedBy`], for forms with texts: one whose session is over leads through signing in and comes back as
/// resumed.
pub struct PostedTextBy {
    pub by: SignedIn,
    pub fields: Fields,
}

/// As [`PostedText`], for forms with files. What the page asks first (rights, tries of an address) it asks before it lets
/// them be read.
pub struct Arriving {
    pub visitor: Visitor,
    pub form: Unread,
}

/// As [`PostedTextBy`], for forms with files.
pub struct ArrivingBy {
    pub by: SignedIn,
    pub form: Unread,
}

impl FromRequest<AppState> for Arriving {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &AppState) -> std::result::Result<Self, Refused> {
        let (mut head, arrival) = open(request);
        let mut visitor = Visitor::from_request_parts(&mut head, state).await.map_err(Refused::Failed)?;
        let had_session = visitor.session.is_none()
            && crate::session::cookie(&head.headers, SESSION, state.config.secure_cookies).is_some();
        let form = Unread::open(&head, arrival, state, &visitor).await?;
        if had_session && !form.is_valid() {
            let fields = form.texts().await?;
            return Err(Refused::Carried(Carried { guests: true, ..Carried::of(&visitor.here, &fields) }));
        }
        tell(&mut visitor, &form);
        Ok(Arriving { visitor, form })
    }
}

impl FromRequest<AppState> for ArrivingBy {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &AppState) -> std::result::Result<Self, Refused> {
        let (mut head, arrival) = open(request);
        let here = head.uri.path_and_query().map_or_else(String::new, |path| path.as_str().to_owned());
        match SignedIn::from_request_parts(&mut head, state).await {
            Ok(mut by) => {
                let form = Unread::open(&head, arrival, state, &by).await?;
                tell(&mut by.visitor, &form);
                Ok(ArrivingBy { by, form })
            }
            Err(Refused::SignIn(next)) => {
                let carried = Carried::of(&here, &texts_of_nobody(&head, arrival, state).await);
                Err(if carried.pairs.is_empty() { Refused::SignIn(next) } else { Refused::Carried(carried) })
            }
            Err(failed) => Err(failed),
        }
    }
}

impl FromRequest<AppState> for PostedText {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &AppState) -> std::result::Result<Self, Refused> {
        let Arriving { visitor, form } = Arriving::from_request(request, state).await?;
        Ok(PostedText { visitor, fields: form.texts().await? })
    }
}

impl FromRequest<AppState> for PostedTextBy {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &AppState) -> std::result::Result<Self, Refused> {
        let ArrivingBy { by, form } = ArrivingBy::from_request(request, state).await?;
        Ok(PostedTextBy { by, fields: form.texts().await? })
    }
}

/// Tells the visitor on the page that a form was brought back.
fn tell(visitor: &mut Visitor, form: &Unread) {
    if form.is_resumed() {
        visitor.flash = Some(format!("{WARNING}{SAID}"));
    }
}

impl Fields {
    /// To be asked by handlers of [`PostedText`], [`Arriving`] and their like before anything is done: a form that was brought
    /// back is shown again, filled in, as any form with a fault is.
    ///
    /// # Errors
    /// `form-resumed` (invalid) for such a form.
    pub fn fresh(&self) -> Result<()> {
        if self.is_resumed() { Err(Error::invalid("form-resumed")) } else { Ok(()) }
    }
}

/// Answer to a form whose sender has to sign in first; the outer layer writes the page.
pub(crate) fn respond(carried: Carried) -> Response {
    let mut response = StatusCode::FORBIDDEN.into_response();
    response.extensions_mut().insert(Arc::new(carried));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_survives_the_way_through_signing_in_but_no_secret() {
        let fields =
            Fields::parse("csrf=0123&title=a+%26+b%3Dc&row=1&row=2&password=river-Oak-12&resumed=yes").unwrap();
        let carried = Carried::of("/requests/2026-000001/answer", &fields);
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(carried.pairs, [pair("title", "a & b=c"), pair("row", "1"), pair("row", "2")]);
        assert_eq!(Carried::parse(&carried.text()), Some(carried));
        assert_eq!(Carried::parse(""), None);
        let led_away = Carried::parse("carried-to=%2F%2Fevil.example&title=x").unwrap();
        assert_eq!(led_away.to, "/");
    }
}
