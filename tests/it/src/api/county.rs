//! A small county behind a served API, and what a neighbouring system does with it.

use std::sync::Arc;

use app::{App, Config};
use casework::command::{Command, Order};
use casework::event::{CallResult, Classification, Grade, Level, Outcome, Role as Part, Verdict};
use identity::{Actor, Grant, NewToken, Origin, Role, UnitKind};
use kernel::{AssignmentId, Clock, FixedClock, RequestId, SeededRandom, TokenId, UnitId};
use serde_json::{Value, json};

use crate::harness::client::Client;
use crate::harness::county::{Seed, category};
use crate::harness::engines::TestDb;
use crate::harness::http::Response;
use crate::harness::server::{Running, spawn};

/// The enterprise of the examples in the description.
pub(super) const CODE: &str = "91419981MA0000000X";
/// One in another township.
pub(super) const WESTERN: &str = "91419981MA00000011";

pub(super) struct County {
    pub(super) app: App,
    pub(super) server: Running,
    pub(super) clock: Arc<FixedClock>,
    random: Arc<SeededRandom>,
    pub(super) root: UnitId,
    pub(super) east: UnitId,
    land: UnitId,
}

/// Two townships with one enterprise each, a department, and a counter such that the first request is the one of the
/// examples: `2026-000123`.
pub(super) async fn county(t: &TestDb) -> County {
    let clock = Arc::new(FixedClock::at("2026-11-05T09:10").unwrap());
    let random = Arc::new(SeededRandom::new(11));
    let mut seed = Seed::begin(&t.db, clock.as_ref(), random.as_ref()).await;
    let root = seed.unit(None, UnitKind::County, "c", "示范县").await;
    let east = seed.unit(Some(root), UnitKind::Township, "east", "东镇").await;
    let west = seed.unit(Some(root), UnitKind::Township, "west", "西镇").await;
    let land = seed.unit(Some(root), UnitKind::Department, "land", "自然资源局").await;
    seed.enterprise(CODE, "示范恒达起重机械有限公司", Some(east)).await;
    seed.enterprise(WESTERN, "示范西岭纸业有限公司", Some(west)).await;
    seed.settings(&[category("land", "用地", None, 1)]).await;
    casework::seed::count_up(&mut seed.tx, "request-2026", 122).await.unwrap();
    seed.commit().await;
    let config = Config::read("", t.folder(), |_| None).unwrap();
    let app = app::assemble(&config, t.db.clone(), clock.clone(), random.clone()).unwrap();
    let server = spawn(app.router.clone()).await;
    County { app, server, clock, random, root, east, land }
}

impl County {
    pub(super) async fn token(&self, unit: UnitId, scopes: &[&str]) -> (TokenId, String) {
        let mut tx = self.app.state.db.begin().await.unwrap();
        let new = NewToken {
            name: format!("热线 {}", scopes.join(" ")),
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            unit,
            issued_by: None,
            expires_at: Some(self.clock.now() + chrono::Duration::days(30)),
        };
        let issued = identity::issue(&mut tx, self.clock.as_ref(), self.random.as_ref(), new).await.unwrap();
        tx.commit().await.unwrap();
        (issued.token.id, issued.secret)
    }

    /// A neighbouring system with these scopes for a unit.
    pub(super) async fn system(&self, unit: UnitId, scopes: &[&str]) -> Client {
        let (_, secret) = self.token(unit, scopes).await;
        self.bearing(&secret)
    }

    pub(super) fn bearing(&self, secret: &str) -> Client {
        Client::new(&self.server.url).with_header("Authorization", &format!("Bearer {secret}"))
    }

    pub(super) fn at(&self, local: &str) {
        self.clock.set(FixedClock::at(local).unwrap().now());
    }

    pub(super) fn person(&self, role: Role, unit: UnitId, path: &str) -> Actor {
        let grant = Grant {
            role,
            unit: Some(unit),
            unit_name: String::new(),
            unit_name_en: String::new(),
            unit_path: path.into(),
            enterprise: None,
        };
        let person = Some(kernel::PersonId::new(self.clock.now(), self.random.as_ref()));
        Actor { person, name: "王芳".into(), origin: Origin::Person, grants: vec![grant] }
    }

    async fn id_of(&self, number: &str) -> RequestId {
        let mut conn = self.app.state.db.read().await.unwrap();
        casework::ask::request_numbered(&mut conn, &Actor::program("test"), number).await.unwrap().unwrap().request.id
    }

    pub(super) async fn carry_out(&self, number: &str, actor: &Actor, commands: Vec<Command>) {
        let orders = commands.into_iter().map(|command| Order { need: Some(1), command }).collect();
        self.app.casework.execute(actor, self.id_of(number).await, None, orders, vec![]).await.unwrap();
    }

    /// Accepted, assigned, waited for, answered, called back in vain, answered again, rated: every kind of field is filled.
    pub(super) async fn worked_on(&self, number: &str) {
        let desk = self.person(Role::Desk, self.root, "/c/");
        let land = self.person(Role::Handler, self.land, "/c/land/");
        let assignment = AssignmentId::new(self.clock.now(), self.random.as_ref());
        let classification = Classification { category: "land".into(), grade: Grade::Key, level: Level::County };
        let note = "内部便条".to_owned();
        self.carry_out(
            number,
            &desk,
            vec![
                Command::Accept,
                Command::Classify { classification },
                Command::Assign { assignment, unit: self.land, role: Part::Lead, note, share: None },
            ],
        )
        .await;
        self.at("2026-11-06T10:00");
        self.carry_out(
            number,
            &land,
            vec![Command::Sign { assignment }, Command::StartWait { reason: "竣工测绘报告".into() }],
        )
        .await;
        self.at("2026-11-09T10:00");
        self.carry_out(
            number,
            &land,
            vec![Command::EndWait, Command::Comment { text: "只给同事看".into(), visible_to_enterprise: false }],
        )
        .await;
        let review_on = chrono::NaiveDate::from_ymd_opt(2027, 3, 1).unwrap();
        let answer = |outcome| Command::Answer { assignment, outcome, text: "已列入计划".into() };
        self.carry_out(number, &land, vec![answer(Outcome::Planned { review_on })]).await;
        self.at("2026-11-10T10:00");
        self.carry_out(
            number,
            &desk,
            vec![Command::CallBack { result: CallResult::Dissatisfied, note: "内部便条".into() }],
        )
        .await;
        self.carry_out(number, &land, vec![answer(Outcome::Resolved)]).await;
        let mut enterprise = self.person(Role::Enterprise, self.root, "");
        let mut conn = self.app.state.db.read().await.unwrap();
        let found = casework::ask::request_numbered(&mut conn, &Actor::program("test"), number).await.unwrap().unwrap();
        enterprise.grants[0].enterprise = Some(found.request.enterprise);
        drop(conn);
        self.carry_out(
            number,
            &enterprise,
            vec![Command::Rate { verdict: Verdict::Solved, stars: Some(4), text: "办好了".into() }],
        )
        .await;
        self.carry_out(number, &desk, vec![Command::Close]).await;
    }
}

pub(super) fn problem_of(code: &str, title: &str) -> Value {
    json!({"credit_code": code, "title": title, "body": "二期 38 亩\n竣工测绘已完成", "category": "land", "contact_name": "李明",
        "contact_phone": "138 0000 0000", "source": "hotline"})
}

pub(super) fn read(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap_or_else(|e| panic!("{e}: {}", response.text()))
}

/// Checks the form of an RFC 9457 problem and returns its code and the codes of its fields.
pub(super) fn problem(response: &Response) -> (u16, String, Vec<String>) {
    assert_eq!(response.header("content-type"), Some("application/problem+json"), "{}", response.text());
    let body = read(response);
    let text = |name: &str| body[name].as_str().unwrap_or_else(|| panic!("{name} in {body}")).to_owned();
    assert_eq!(body["status"], response.status);
    assert_eq!(text("type"), format!("urn:wanqi:problem:{}", text("code")));
    assert!(!text("title").is_empty() && !text("detail").is_empty());
    assert!(!response.text().contains('⟦'), "{body}");
    let fields = body["errors"].as_array().into_iter().flatten();
    let told = fields.map(|f| format!("{}:{}", f["field"].as_str().unwrap(), f["code"].as_str().unwrap()));
    (response.status, text("code"), told.collect())
}

/// Every item of a list, following `next` to its end, with the number of pages.
pub(super) fn follow(client: &mut Client, first: &str) -> (Vec<Value>, usize) {
    let (mut items, mut pages, mut at) = (Vec::new(), 0, Some(first.to_owned()));
    while let Some(path) = at {
        let page = read(&client.get(&path).unwrap());
        items.extend(page["items"].as_array().unwrap_or_else(|| panic!("{page}")).clone());
        pages += 1;
        at = page["next"].as_str().map(str::to_owned);
        assert!(pages < 100, "the pages never end");
    }
    (items, pages)
}

pub(super) fn numbers(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["number"].as_str().unwrap()).collect()
}
