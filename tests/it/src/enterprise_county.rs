//! A small county behind a server for the tests of `enterprise`: units, two enterprises, people with sessions.

use std::sync::Arc;

use axum::{Extension, Router};
use casework::ask::{self, Moment, NeedFilter, Order as Sort};
use casework::command::{Command, Order};
use casework::event::{Classification, Grade, Level, Role as Part};
use casework::{Casework, Category};
use identity::{Actor, Role, UnitKind};
use kernel::{AssignmentId, Clock, FixedClock, RequestId, SeededRandom, UnitId};

use crate::harness::client::{Client, Part as Field};
use crate::harness::county::{self, Seed, category};
use crate::harness::engines::TestDb;
use crate::harness::html;
use crate::harness::http::Response;
use crate::harness::server::{Running, spawn};

pub const HENGDA: &str = "91419981MA0000000X";
pub const WEIHUA: &str = "91419981MA0000001X";
pub const JPEG: &[u8] = &[0xff, 0xd8, 0xff, 0xe0, 0, 16, b'J', b'F', b'I', b'F', 0, 1, 1, 0, 0, 1, 0, 1];
/// The password of `contact`; the others come with a session.
pub const PASSWORD: &str = "autumn-Reed-77";
pub const GUIDANCE: &str = "请写明：地块位置和面积、哪一年取得、缺哪项手续。";

pub struct County {
    pub server: Running,
    pub casework: Casework,
    pub clock: Arc<FixedClock>,
    pub random: Arc<SeededRandom>,
    pub land: UnitId,
    pub town: UnitId,
    pub contact: String,
    pub other: String,
    pub helper: String,
    pub desk: String,
}

/// A county with a land bureau, two enterprises with a contact each, a helper of the first and somebody of the desk.
pub async fn county(t: &TestDb) -> County {
    let clock = Arc::new(FixedClock::at("2026-11-09T09:30").unwrap());
    let random = Arc::new(SeededRandom::new(11));
    let mut seed = Seed::begin(&t.db, clock.as_ref(), random.as_ref()).await;
    let root = seed.unit(None, UnitKind::County, "c", "示范县").await;
    let land = seed.unit(Some(root), UnitKind::Department, "land", "自然资源局").await;
    let town = seed.unit(Some(root), UnitKind::Township, "town", "城关镇").await;
    let hengda = seed.enterprise(HENGDA, "示范恒达起重机械有限公司", Some(town)).await;
    let weihua = seed.enterprise(WEIHUA, "示范卫华集团有限公司", Some(town)).await;
    let (guidance, guidance_en) = (GUIDANCE.to_owned(), "Say where.".to_owned());
    seed.settings(&[Category { guidance, guidance_en, ..category("land", "用地", Some(land), 1) }]).await;
    let hash = identity::hash_password(PASSWORD, random.as_ref()).await.unwrap();
    let contact = seed.person_with_password("contact", "李明", Some(hash)).await;
    seed.contact(contact, hengda).await;
    let other = seed.person("other", "赵六").await;
    seed.contact(other, weihua).await;
    let helper = seed.person("helper", "周帮").await;
    seed.role(helper, Role::Helper, land).await;
    seed.helps(helper, hengda).await;
    let desk = seed.person("desk", "王芳").await;
    seed.role(desk, Role::Desk, root).await;
    let (contact, other) = (seed.session(contact).await, seed.session(other).await);
    let (helper, desk) = (seed.session(helper).await, seed.session(desk).await);
    seed.commit().await;

    let casework = Casework::new(t.db.clone(), clock.clone(), random.clone(), t.folder());
    let modules = [casework::MODULE, registry::MODULE];
    let state = county::state(t, clock.clone(), random.clone(), &modules);
    let router = web::router(&state, &modules, Router::new()).layer(Extension(casework.clone()));
    County { server: spawn(router).await, casework, clock, random, land, town, contact, other, helper, desk }
}

impl County {
    pub fn visitor(&self) -> Client {
        Client::new(&self.server.url)
    }

    pub fn signed_in(&self, token: &str) -> Client {
        let mut client = self.visitor();
        client.set_cookie("wanqi", token);
        client
    }

    pub async fn rows(&self) -> Vec<ask::NeedRow> {
        let mut conn = self.casework.db.read().await.unwrap();
        let all = identity::Reached { all: true, ..identity::Reached::default() };
        let at = Moment { now: self.clock.now() };
        ask::list(&mut conn, &all, &NeedFilter::default(), at, Sort::Oldest, None, 100).await.unwrap()
    }

    /// What the county does, as the program itself.
    pub async fn county_does(&self, request: RequestId, commands: Vec<Command>) {
        let orders = commands.into_iter().map(|command| Order { need: Some(1), command }).collect();
        self.casework.execute(&Actor::program("test"), request, None, orders, vec![]).await.unwrap();
    }

    /// Accepts, classifies, assigns to the land bureau and signs.
    pub async fn take_up(&self, request: RequestId) -> AssignmentId {
        let assignment = AssignmentId::new(self.clock.now(), self.random.as_ref());
        let classification = Classification { category: "land".into(), grade: Grade::Key, level: Level::County };
        self.county_does(
            request,
            vec![
                Command::Accept,
                Command::Classify { classification },
                Command::Assign { assignment, unit: self.land, role: Part::Lead, note: String::new(), share: None },
                Command::Sign { assignment },
            ],
        )
        .await;
        assignment
    }
}

/// The form of `/raise` filled in, fields of the page included.
pub fn filled(page: &str, title: &str) -> Vec<(String, String)> {
    let form = html::forms(page).into_iter().find(|form| form.action == "/raise").expect("the form");
    let own = [
        ("title", title),
        ("body", "竣工测绘已完成，缺规划核实"),
        ("category", "land"),
        ("name", "李明"),
        ("phone", "138 1234 6021"),
    ];
    let mut fields: Vec<(String, String)> =
        form.fields.into_iter().filter(|(name, _)| own.iter().all(|(n, _)| n != name)).collect();
    fields.extend(own.map(|(name, value)| (name.to_owned(), value.to_owned())));
    fields
}

pub fn set(fields: &mut Vec<(String, String)>, name: &str, value: &str) {
    fields.retain(|(n, _)| n != name);
    fields.push((name.to_owned(), value.to_owned()));
}

pub fn send(client: &mut Client, path: &str, fields: &[(String, String)], files: &[(&str, &[u8])]) -> Response {
    let mut parts: Vec<(&str, Field)> =
        fields.iter().map(|(name, value)| (name.as_str(), Field::Text(value))).collect();
    for (name, bytes) in files {
        parts.push(("attachment", Field::File { name, media_type: "application/octet-stream", bytes }));
    }
    client.post_multipart(path, &parts).unwrap()
}

/// The first address on the page that contains `part`.
pub fn html_link(page: &str, part: &str) -> String {
    page.split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .find(|link| link.contains(part))
        .unwrap()
        .to_owned()
}
