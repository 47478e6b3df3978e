//! Every route that changes something tells it: a subscriber to all topics hears a named event for each, on both databases.
//!
//! Routes come from the table of `routes`; one that is neither sent here nor in [`QUIET`] fails.

mod admin;
mod kept;
mod office;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use app::Config;
use casework::Casework;
use identity::{Role, UnitKind};
use jobs::{Event, Runner, Subscriber};
use kernel::{FixedClock, OsRandom};
use testkit::both_engines;

use crate::harness::client::{Client, Part};
use crate::harness::county::Seed;
use crate::harness::engines::TestDb;
use crate::harness::html;
use crate::harness::http::Response;
use crate::harness::server::{Running, spawn};
use crate::routes::ROUTES;

const HENGDA: &str = "91419981MA0000000X";
const PASSWORD: &str = "sunny-Kiln-42";

/// Routes that tell nobody, and why.
const QUIET: &[(&str, &str)] = &[
    ("/sign-in", "a session begins"),
    ("/sign-in/demo", "a session begins"),
    ("/sign-out", "a session ends"),
    ("/sign-out/all", "one's own sessions end"),
    ("/follow", "a pass for one request is given; the request stays as it is"),
    ("/requests/{number}/contact", "a number is seen; the audit says by whom"),
    ("/requests/{number}/helpers/{login}/contact", "a number is seen; the audit says by whom"),
    ("/enterprises/{code}/contact", "a number is seen; the audit says by whom"),
    ("/enterprises/{code}/helpers/{login}/contact", "a number is seen; the audit says by whom"),
    ("/admin/people/{login}/contact", "a number is seen; the audit says by whom"),
    ("/enterprises/import", "a file waits to be checked; the register is as it was"),
    ("/enterprises/facts/import", "a file waits to be checked; the register is as it was"),
    ("/ledger/import", "a file was checked; no request is made before somebody says yes"),
    ("/admin/audit/verify", "the audit is read"),
];

/// A whole program over a small county, and somebody who listens.
struct Stage {
    server: Running,
    clock: Arc<FixedClock>,
    db: db::Db,
    runner: Runner,
    heard: Arc<Mutex<Vec<Event>>>,
    sent: BTreeSet<&'static str>,
    seats: Vec<(&'static str, String)>,
}

async fn stage(t: &TestDb) -> Stage {
    let clock = Arc::new(FixedClock::at("2026-11-20T10:00").unwrap());
    let mut seed = Seed::begin(&t.db, clock.as_ref(), &OsRandom).await;
    let root = seed.unit(None, UnitKind::County, "c", "示范县").await;
    let land = seed.unit(Some(root), UnitKind::Department, "land", "自然资源局").await;
    let town = seed.unit(Some(root), UnitKind::Township, "town", "城关镇").await;
    let hengda = seed.enterprise(HENGDA, "示范恒达起重机械有限公司", Some(town)).await;
    seed.settings(&app::install::categories().unwrap()).await;
    let mut seats = Vec::new();
    let people = [
        ("boss", Some((Role::Admin, root))),
        ("desk", Some((Role::Desk, root))),
        ("handler", Some((Role::Handler, land))),
        ("helper", Some((Role::Helper, land))),
        ("contact", None),
    ];
    for (login, role) in people {
        let person = seed.person(login, login).await;
        match role {
            Some((role, unit)) => seed.role(person, role, unit).await,
            None => seed.contact(person, hengda).await,
        }
        seats.push((login, seed.session(person).await));
    }
    seed.commit().await;
    let text = format!("database = \"{}\"\ndata_dir = \".\"\ncounty_zh = \"示范县\"", t.url);
    let config = Config::read(&text, t.folder(), |_| None).unwrap();
    let app = app::assemble(&config, t.db.clone(), clock.clone(), Arc::new(OsRandom)).unwrap();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ear = Arc::clone(&heard);
    let listens = Subscriber::new("test", &["*"], move |_, event| {
        ear.lock().unwrap().push(event);
        async { Ok(()) }
    });
    let casework = Casework::new(t.db.clone(), clock.clone(), Arc::new(OsRandom), &config.data_dir);
    let handlers = app::modules::handlers(&casework, &config.data_dir);
    let random = Arc::new(OsRandom);
    let runner = Runner::new(t.db.clone(), clock.clone(), random, handlers, vec![listens], Vec::new());
    let server = spawn(app.router).await;
    Stage { server, clock, db: t.db.clone(), runner, heard, sent: BTreeSet::new(), seats }
}

impl Stage {
    fn guest(&self) -> Client {
        Client::new(&self.server.url).not_following()
    }

    fn seat(&self, login: &str) -> Client {
        let mut client = self.guest();
        let token = &self.seats.iter().find(|(seat, _)| *seat == login).unwrap().1;
        client.set_cookie("wanqi", token);
        client
    }

    /// What was told since the last time, once all jobs are done.
    async fn told(&self) -> Vec<Event> {
        while self.runner.drain().await.unwrap() > 0 {}
        std::mem::take(&mut self.heard.lock().unwrap())
    }

    /// The answer of a route was good, and exactly these events were told, each by a known name under its topic.
    async fn hears(&mut self, route: &'static str, answer: &Response, names: &[&str]) -> Vec<Event> {
        let said = || html::text(&answer.text());
        assert!(matches!(answer.status, 200 | 201 | 303), "{route}: {} {}", answer.status, said());
        let events = self.told().await;
        let mut told: Vec<&str> = events.iter().map(|event| event.payload["event"].as_str().unwrap()).collect();
        // In no promised order.
        told.sort_unstable();
        let mut names = names.to_vec();
        names.sort_unstable();
        assert_eq!(told, names, "{route}: {}", said());
        for event in &events {
            let (_, known) = events::topics().into_iter().find(|(topic, _)| *topic == event.topic).unwrap();
            assert!(known.contains(&event.payload["event"].as_str().unwrap()), "{event:?}");
            let text = event.payload.to_string();
            let personal = ["13800000000", "李明", "王芳", "货车"].into_iter().find(|word| text.contains(word));
            assert!(personal.is_none(), "{route} tells what is personal: {text}");
        }
        self.sent.insert(route);
        events
    }

    /// Fills in a form as it stands, which must be taken and told.
    async fn does(
        &mut self,
        route: &'static str,
        client: &mut Client,
        (page, action): (&str, &str),
        fields: &[(&str, &str)],
        names: &[&str],
    ) -> Response {
        let answer = client.submit(page, action, fields).unwrap();
        self.hears(route, &answer, names).await;
        answer
    }
}

/// Sends a file with the form of a page.
fn upload(client: &mut Client, page: &str, (name, bytes): (&str, &[u8]), more: &[(&str, &str)]) -> String {
    let form = html::forms(&client.get(page).unwrap().text()).into_iter().find(|form| form.action == page).unwrap();
    let csrf = form.fields.iter().find(|(name, _)| name == "csrf").unwrap().1.clone();
    let file = Part::File { name, media_type: "text/csv", bytes };
    let said = more.iter().map(|(name, value)| (*name, Part::Text(value)));
    let fields: Vec<_> = [("csrf", Part::Text(&csrf)), ("sheet", file)].into_iter().chain(said).collect();
    let sent = client.post_multipart(page, &fields).unwrap();
    assert_eq!(sent.status, 303, "{page}: {}", html::text(&sent.text()));
    sent.header("location").unwrap().to_owned()
}

both_engines! {
    async fn a_sign_out_and_another_modules_change_empty_no_cache(t: TestDb) {
        kept::until_it_changes(&mut stage(t).await).await;
    }

    async fn a_subscriber_hears_of_every_route_that_changes_something(t: TestDb) {
        let mut s = stage(t).await;
        admin::units_and_settings(&mut s).await;
        admin::people(&mut s).await;
        office::register(&mut s).await;
        office::requests(&mut s).await;
        let mut faults = Vec::new();
        for (route, _, post) in ROUTES.iter().filter(|(_, _, post)| *post != "-") {
            match (s.sent.contains(route), QUIET.iter().any(|(quiet, _)| quiet == route)) {
                (false, false) => faults.push(format!("{route} (POST by {post}) is not sent here: who hears of it?")),
                (true, true) => faults.push(format!("{route} is told and should not be among the quiet ones")),
                _ => {}
            }
        }
        let known = |route: &&&str| ROUTES.iter().any(|(known, _, _)| known == *route);
        faults.extend(QUIET.iter().map(|(route, _)| route).filter(|route| !known(route)).map(|route| format!("{route} is gone")));
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}
