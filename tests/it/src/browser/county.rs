//! The demo county behind its own router, with the seats one signs in by, and people who take them.

use std::sync::Arc;

use app::demo::{self, Scenario};
use db::sql;
use identity::Role;
use kernel::{FixedClock, OsRandom};
use web::{DemoSeat, Lang};

use crate::harness::engines::{TestDb, fresh};
use crate::harness::http::Res;
use crate::harness::server::{Running, spawn};
use crate::harness::webdriver::Browser;

/// A second person at the desk, who calls back what the first one passed on.
pub const OTHER_DESK: &str = "desk-1";

/// A county with its people, problems and server; gone when dropped.
pub struct County {
    pub server: Running,
    t: TestDb,
}

impl County {
    /// The demo of `lang`, as `wanqi demo` makes it.
    pub async fn open(lang: Lang) -> Self {
        let t = fresh(db::Engine::Sqlite, true).await;
        let clock = Arc::new(FixedClock::at("2026-11-20T10:00").unwrap());
        let made = demo::install(&t.db, clock.as_ref(), 7, t.folder(), Scenario::County, lang).await.unwrap();
        let (zh, en) = Scenario::County.place();
        let text = format!("database = \"{}\"\ndata_dir = \".\"\ncounty_zh = \"{zh}\"\ncounty_en = \"{en}\"", t.url);
        let mut config = app::Config::read(&text, t.folder(), |_| None).unwrap();
        config.demo = made.seats;
        config.demo.push(DemoSeat { role: Role::Desk, login: OTHER_DESK.into(), name: "2".into(), place: "2".into() });
        let app = app::assemble(&config, t.db.clone(), clock, Arc::new(OsRandom)).unwrap();
        Self { server: spawn(app.router).await, t }
    }

    /// How many requests there are.
    pub async fn requests(&self) -> i64 {
        let mut conn = self.t.db.read().await.unwrap();
        sql("SELECT COUNT(*) FROM request").one(&mut conn).await.unwrap().get(0).unwrap()
    }

    /// Where a request stands, as the lists know it.
    pub async fn state(&self, number: &str) -> String {
        let mut conn = self.t.db.read().await.unwrap();
        let text = "SELECT n.state FROM need n JOIN request r ON r.id = n.request_id WHERE r.number = $1";
        sql(text).bind(number).one(&mut conn).await.unwrap().get(0).unwrap()
    }

    /// The address of a page.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.server.url)
    }

    /// Leaves whatever seat was taken and takes this one, or none when it is empty.
    pub fn sit(&self, browser: &Browser, seat: &str) -> Res<()> {
        browser.goto(&self.at("/sign-in"))?;
        browser.delete_cookies()?;
        if seat.is_empty() {
            return Ok(());
        }
        browser.goto(&self.at("/sign-in"))?;
        browser.click(&format!("button.seat[value={seat}]"))?;
        browser.wait("the page after signing in", || Ok((!browser.url()?.contains("/sign-in")).then_some(())))
    }
}
