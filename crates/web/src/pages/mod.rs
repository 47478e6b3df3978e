//! Pages that belong to no business word: signing in and out, the own account, languages, errors, health.

mod account;
mod error;
mod health;
mod language;
mod sign_in;

use axum::Router;
use axum::http::uri::PathAndQuery;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};

use identity::Role;

use crate::components::{Flash, FlashKind};
use crate::errors::{Failure, PageResult};
use crate::extract::{SignedIn, Visitor, redirect};
use crate::shell::{NavItem, Shell, ShellUser};
use crate::state::AppState;

pub use error::error_page;
pub(crate) use sign_in::again as sign_in_again;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(home))
        .route("/sign-in", get(sign_in::show).post(sign_in::submit))
        .route("/sign-in/demo", post(sign_in::demo))
        .route("/sign-out", post(account::sign_out))
        .route("/sign-out/all", post(account::sign_out_everywhere))
        .route("/account", get(account::show).post(account::change_password))
        .route("/language/{tag}", get(language::switch))
        .route("/healthz", get(health::alive))
}

/// The first page of the person's own work; for visitors the sign-in page.
async fn home(by: Option<SignedIn>) -> Response {
    let to = by.and_then(|by| by.visitor.shell().nav.first().map(|item| item.href.clone()));
    redirect(to.as_deref().unwrap_or("/sign-in"))
}

/// Prints a template.
///
/// # Errors
/// `internal` if the template cannot be written, which samples in tests rule out.
pub fn html(template: &impl askama::Template) -> PageResult {
    let text = template.render().map_err(|e| Failure(kernel::Error::internal(e)))?;
    Ok(Html(text).into_response())
}

impl Visitor {
    /// The frame of a page for this visitor.
    pub fn shell(&self) -> Shell {
        let path = self.here.split('?').next().unwrap_or("/");
        let actor = self.session.as_ref().map(|s| &s.actor);
        let mut nav: Vec<NavItem> = actor.map_or_else(Vec::new, |actor| {
            let mine = self.state.nav.iter().filter(|entry| entry.roles.iter().any(|role| actor.has(*role)));
            mine.map(|e| NavItem { href: e.href.to_owned(), key: e.key, active: false, count: None }).collect()
        });
        // The longest entry the path lies under is where the visitor is.
        let under = |href: &str| path == href || path.starts_with(&format!("{href}/"));
        let here = nav.iter().filter(|i| under(&i.href)).map(|i| i.href.len()).max();
        for item in &mut nav {
            item.active = Some(item.href.len()) == here && under(&item.href);
        }
        Shell {
            county: self.state.config.county(self.lang).to_owned(),
            programme: self.words.t("programme").into_owned(),
            nav,
            user: actor.map(|actor| ShellUser { name: actor.name.clone(), role: self.role_line(actor) }),
            csrf: self.csrf.clone(),
            path: self.here.clone(),
            flash: self.flash.as_deref().and_then(|told| {
                let (kind, key) = match told.strip_prefix(crate::extract::WARNING) {
                    Some(key) => (FlashKind::Warning, key),
                    None => (FlashKind::Done, told),
                };
                self.words.has(key).then(|| Flash::new(kind, self.words.t(key)))
            }),
            search: actor
                .filter(|actor| actor.grants.iter().any(|own| own.role != Role::Enterprise))
                .map(|_| String::new()),
            demo: !self.state.config.demo.is_empty(),
            w: self.words.clone(),
        }
    }

    /// `服务专班 · 示范县`: the roles held, with the first unit.
    fn role_line(&self, actor: &identity::Actor) -> String {
        let mut roles: Vec<_> = actor.grants.iter().map(|g| g.role).collect();
        roles.dedup();
        let roles: Vec<_> = roles.iter().map(|r| self.words.t(&format!("role-{r}")).into_owned()).collect();
        let unit = actor.grants.iter().map(|g| match self.lang {
            crate::lang::Lang::Zh => g.unit_name.as_str(),
            crate::lang::Lang::En => g.unit_name_en.as_str(),
        });
        let unit = unit.filter(|name| !name.is_empty()).take(1);
        roles.into_iter().chain(unit.map(str::to_owned)).collect::<Vec<_>>().join(" · ")
    }
}

/// The one check of every way back (`next`, `back`, the page a form stood on): path and query of this site, else `/`.
///
/// Browsers drop tabs and line ends from an address and read `\` as `/`, so that `/<TAB>/evil` leads elsewhere: nothing
/// below `!`, no backslash, no bytes an address has not, and what remains must read as path and query alone.
pub fn safe_back(to: &str) -> &str {
    let plain = to.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let path = to.starts_with('/') && !to.starts_with("//") && to.parse::<PathAndQuery>().is_ok();
    if plain && path { to } else { "/" }
}

/// What the fallback of the whole site answers.
pub async fn nothing_here() -> Failure {
    Failure(kernel::Error::not_found("page"))
}

#[cfg(test)]
mod tests {
    use super::safe_back;

    #[test]
    fn one_comes_back_to_this_site_only() {
        for (to, want) in [
            ("/desk?x=1", "/desk?x=1"),
            ("//evil.example", "/"),
            ("https://evil.example", "/"),
            ("/\\evil.example", "/"),
            ("/\t/evil.example", "/"),
            ("/\t\\evil.example", "/"),
            ("/ /evil.example", "/"),
            ("/a\u{b}", "/"),
            ("/a\u{a0}b", "/"),
            ("/desk?q=%09%5C//x", "/desk?q=%09%5C//x"),
            ("/a\r\nSet-Cookie: x", "/"),
            ("", "/"),
        ] {
            assert_eq!(safe_back(to), want);
        }
    }
}
