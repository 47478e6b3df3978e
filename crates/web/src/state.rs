//! What every request can reach: database, clock, words, configuration; and what a business module hands in.

use std::path::PathBuf;
use std::sync::{Arc, RwLock};

use axum::Router;
use db::{Db, Migration};
use identity::{Action, Role};
use kernel::{ClockRef, RandomRef};

use crate::desk_line::{DeskLine, ReadDeskLine};
use crate::lang::Lang;
use crate::sightings::Sightings;
use crate::words::Words;

/// A button of the demo's sign-in page.
#[derive(Clone, Debug)]
pub struct DemoSeat {
    /// Key of the role's name in the words.
    pub role: Role,
    pub login: String,
    pub name: String,
    /// Unit or enterprise, in the language of the demo.
    pub place: String,
}

/// Settings of one installation.
#[derive(Clone, Debug)]
pub struct Config {
    pub county_zh: String,
    pub county_en: String,
    /// Attachments and imports lie here, beside the database.
    pub data_dir: PathBuf,
    /// Address under which people reach the server, for QR codes; no slash at the end.
    pub base_url: String,
    /// Cookies carry `Secure`; on behind TLS.
    pub secure_cookies: bool,
    /// Seats of the demo; empty in an ordinary installation.
    pub demo: Vec<DemoSeat>,
    /// Language for visitors whose browser asks for neither; `None` follows Accept-Language.
    pub lang: Option<Lang>,
}

impl Config {
    pub fn county(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.county_zh,
            Lang::En => &self.county_en,
        }
    }
}

/// One entry of the navigation line, shown to whoever holds one of the roles.
#[derive(Clone, Copy, Debug)]
pub struct NavEntry {
    pub key: &'static str,
    pub href: &'static str,
    pub roles: &'static [Role],
}

/// What a business crate brings: everything of one word.
#[derive(Clone, Copy)]
pub struct Module {
    pub name: &'static str,
    pub migrations: &'static [Migration],
    pub words: &'static [(&'static str, &'static str)],
    pub actions: &'static [Action],
    pub nav: &'static [NavEntry],
    pub pages: fn() -> Router<AppState>,
    pub api: fn() -> Router<AppState>,
}

/// Shared by all requests; cheap to clone.
#[derive(Clone)]
pub struct AppState(Arc<Inner>, Sightings, Arc<RwLock<DeskLine>>);

/// See [`AppState`].
pub struct Inner {
    pub db: Db,
    pub clock: ClockRef,
    pub random: RandomRef,
    pub words: Words,
    pub config: Config,
    pub nav: Vec<NavEntry>,
    /// Reads the telephone of the service desk.
    pub desk_line: ReadDeskLine,
}

impl AppState {
    pub fn new(inner: Inner) -> Self {
        let sightings = Sightings::new(inner.db.clone());
        AppState(Arc::new(inner), sightings, Arc::default())
    }

    /// The telephone of the service desk; as last known where it cannot be read.
    pub async fn desk_line(&self) -> DeskLine {
        let read = async { (self.desk_line)(&mut self.db.read().await?).await };
        match read.await {
            Ok(line) => {
                if let Ok(mut known) = self.2.write() {
                    known.clone_from(&line);
                }
                line
            }
            Err(_) => self.known_desk_line(),
        }
    }

    /// The same without asking the database, for pages that say that something is amiss with it.
    pub fn known_desk_line(&self) -> DeskLine {
        self.2.read().map(|line| line.clone()).unwrap_or_default()
    }

    /// Where it is noted that somebody saw contact data.
    pub fn sightings(&self) -> &Sightings {
        &self.1
    }
}

impl std::ops::Deref for AppState {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}
