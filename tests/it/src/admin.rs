//! Administration through its pages, on both databases: people and their passwords, roles, units in the tree, tokens,
//! the audit and jobs; each change is in the audit and the chain holds.

mod by_hand;
mod calendar;
mod leaving;
mod operating;
mod people;
mod start;

use std::sync::Arc;

use app::Config;
use identity::{Role, UnitKind};
use kernel::{FixedClock, OsRandom, UnitId};

use crate::harness::client::Client;
use crate::harness::county::Seed;
use crate::harness::engines::TestDb;
use crate::harness::html;
use crate::harness::http::Response;
use crate::harness::server::{Running, spawn};

const PASSWORD: &str = "sunny-Kiln-42";

struct County {
    server: Running,
    clock: Arc<FixedClock>,
    db: db::Db,
    land: UnitId,
}

/// A county with two bureaus, an administrator and a handler who can sign in.
async fn county(t: &TestDb) -> County {
    let clock = Arc::new(FixedClock::at("2026-11-20T10:00").unwrap());
    let hash = identity::hash_password(PASSWORD, &OsRandom).await.unwrap();
    let mut seed = Seed::begin(&t.db, clock.as_ref(), &OsRandom).await;
    let root = seed.unit(None, UnitKind::County, "c", "示范县").await;
    let land = seed.unit(Some(root), UnitKind::Department, "land", "自然资源局").await;
    seed.unit(Some(root), UnitKind::Department, "house", "住建局").await;
    seed.settings(&app::install::categories().unwrap()).await;
    for (login, role, unit) in
        [("boss", Role::Admin, root), ("zhang", Role::Handler, land), ("lead", Role::Leader, root)]
    {
        let person = seed.person_with_password(login, login, Some(hash.clone())).await;
        seed.role(person, role, unit).await;
    }
    seed.commit().await;
    let text = format!("database = \"{}\"\ndata_dir = \".\"\ncounty_zh = \"示范县\"", t.url);
    let config = Config::read(&text, t.folder(), |_| None).unwrap();
    let app = app::assemble(&config, t.db.clone(), clock.clone(), Arc::new(OsRandom)).unwrap();
    County { server: spawn(app.router).await, clock, db: t.db.clone(), land }
}

impl County {
    /// Somebody who has signed in, with what came of it.
    fn sign_in(&self, login: &str, password: &str) -> (Client, Response) {
        let mut client = Client::new(&self.server.url).not_following();
        let fields = [("login", login), ("password", password)];
        let answer = client.submit("/sign-in", "/sign-in", &fields).unwrap();
        (client, answer)
    }

    fn boss(&self) -> Client {
        let (client, answer) = self.sign_in("boss", PASSWORD);
        assert_eq!(answer.status, 303);
        client
    }

    async fn person(&self, login: &str) -> identity::Person {
        identity::find_person_by_login(&mut self.db.read().await.unwrap(), login).await.unwrap().unwrap()
    }

    async fn paths(&self) -> Vec<String> {
        let units = identity::list_units(&mut self.db.read().await.unwrap()).await.unwrap();
        units.into_iter().map(|unit| unit.path).collect()
    }

    /// The newest actions of the audit, newest first; the chain must hold.
    async fn audited(&self, n: u32) -> Vec<String> {
        let mut conn = self.db.read().await.unwrap();
        assert!(identity::verify(&mut conn).await.unwrap().is_whole());
        let entries = identity::audit_list(&mut conn, &identity::AuditFilter::default(), None, n).await.unwrap();
        entries.into_iter().map(|entry| entry.action).collect()
    }
}

/// The page in both languages must have every word.
fn both(client: &mut Client, page: &str) -> String {
    let mut texts = Vec::new();
    for lang in ["en", "zh-CN"] {
        *client = client.clone().with_header("Accept-Language", lang);
        let answer = client.get(page).unwrap();
        assert_eq!(answer.status, 200, "{page} {lang}");
        let text = answer.text();
        assert!(!text.contains('⟦'), "{page} {lang}: {text}");
        texts.push(text);
    }
    texts.pop().unwrap()
}

/// What stands in the first `<code>` of a page.
fn code_of(page: &str) -> String {
    let (_, rest) = page.split_once("<code").unwrap();
    rest.split_once('>').unwrap().1.split_once('<').unwrap().0.to_owned()
}

fn said(answer: &Response) -> String {
    html::text(&answer.text())
}
