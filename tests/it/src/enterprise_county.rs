//! A small county behind a server for the tests of `enterprise`: units, two enterprises, people with sessions.

use std::sync::Arc;

use axum::{Extension, Router};
use casework::command::{Command, Order};
use casework::event::{Classification, Grade, Level, Role as Part};
use casework::store::list::{self, NeedFilter, Order as Sort};
use casework::{Casework, Category};
use db::sql;
use identity::Actor;
use kernel::{AssignmentId, Clock, EnterpriseId, FixedClock, PersonId, RequestId, SeededRandom, UnitId};
use web::{AppState, Config, Inner, Words};

use crate::harness::client::{Client, Part as Field};
use crate::harness::engines::TestDb;
use crate::harness::html;
use crate::harness::http::Response;
use crate::harness::server::{Running, spawn};

pub const HENGDA: &str = "91419981MA0000000X";
pub const WEIHUA: &str = "91419981MA0000001X";
pub const JPEG: &[u8] = &[0xff, 0xd8, 0xff, 0xe0, 0, 16, b'J', b'F', b'I', b'F', 0, 1, 1, 0, 0, 1, 0, 1];
pub const GUIDANCE: &str = "请写明：地块位置和面积、哪一年取得、缺哪项手续。";

pub struct County {
    pub server: Running,
    pub casework: Casework,
    pub clock: Arc<FixedClock>,
    pub random: Arc<SeededRandom>,
    pub land: UnitId,
    pub contact: String,
    pub other: String,
    pub helper: String,
    pub desk: String,
}

/// A county with a land bureau, two enterprises with a contact each, a helper of the first and somebody of the desk.
pub async fn county(t: &TestDb) -> County {
    let clock = Arc::new(FixedClock::at("2026-11-09T09:30").unwrap());
    let random = Arc::new(SeededRandom::new(11));
    let now = clock.now();
    let mut tx = t.db.begin().await.unwrap();
    let mut unit = async |parent: Option<UnitId>, kind: &str, code: &str, name: &str, path: &str| {
        let id = UnitId::new(now, random.as_ref());
        sql("INSERT INTO unit (id, parent_id, kind, code, name, name_en, path, sort, active, created_at, updated_at, version) \
             VALUES ($1, $2, $3, $4, $5, $4, $6, 0, $7, $8, $8, 1)")
        .bind(id).bind(parent).bind(kind).bind(code).bind(name).bind(path).bind(true).bind(now).run(&mut tx).await.unwrap();
        id
    };
    let root = unit(None, "county", "c", "示范县", "/c/").await;
    let land = unit(Some(root), "department", "land", "自然资源局", "/c/land/").await;
    let town = unit(Some(root), "township", "town", "城关镇", "/c/town/").await;
    let mut enterprises = Vec::new();
    for (serial, code, name) in [(1_i64, HENGDA, "示范恒达起重机械有限公司"), (2, WEIHUA, "示范卫华集团有限公司")]
    {
        let id = EnterpriseId::new(now, random.as_ref());
        sql("INSERT INTO enterprise (id, serial, credit_code, code_check, name, short_name, name_key, pinyin, division, township_id, \
             industry, chain, scale, address, contact_name, contact_phone, staff, status, created_at, updated_at, version) VALUES \
             ($1, $2, $3, 'ok', $4, '', $5, 'x', '419981', $6, '3432', NULL, 'above', '', '李明', '13800000000', 142, 'active', $7, $7, 1)")
        .bind(id).bind(serial).bind(code).bind(name).bind(kernel::name_key(name)).bind(town).bind(now).run(&mut tx).await.unwrap();
        enterprises.push(id);
    }
    let land_category = Category {
        code: "land".into(),
        name: "用地".into(),
        name_en: "Land".into(),
        guidance: GUIDANCE.into(),
        guidance_en: "Say where.".into(),
        lead: Some(land),
        sort: 1,
        active: true,
        version: 0,
    };
    let from = chrono::NaiveDate::from_ymd_opt(2019, 1, 1).unwrap();
    casework::store::settings::install(&mut tx, &[land_category], from, now).await.unwrap();
    let mut person = async |login: &str,
                            name: &str,
                            role: &str,
                            unit: Option<UnitId>,
                            enterprise: Option<EnterpriseId>| {
        let id = PersonId::new(now, random.as_ref());
        sql("INSERT INTO person (id, login, name, phone, title, password_hash, active, failed_count, locked_until, away_from, \
             away_until, created_at, updated_at, version) VALUES ($1, $2, $3, '13812346021', '', NULL, $4, 0, NULL, NULL, NULL, $5, $5, 1)")
        .bind(id).bind(login).bind(name).bind(true).bind(now).run(&mut tx).await.unwrap();
        sql("INSERT INTO role_grant (id, person_id, role, unit_id, enterprise_id, created_at) VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(kernel::uuid_v7(now, random.as_ref())).bind(id).bind(role).bind(unit).bind(enterprise).bind(now)
            .run(&mut tx).await.unwrap();
        let opened = identity::open_session(&mut tx, clock.as_ref(), random.as_ref(), id, "").await.unwrap();
        (id, opened.token)
    };
    let (_, contact) = person("contact", "李明", "enterprise", None, Some(enterprises[0])).await;
    let (_, other) = person("other", "赵六", "enterprise", None, Some(enterprises[1])).await;
    let (helping, helper) = person("helper", "周帮", "helper", Some(land), None).await;
    let (_, desk) = person("desk", "王芳", "desk", Some(root), None).await;
    sql("INSERT INTO helper (id, enterprise_id, person_id, kind, from_date, to_date, created_at) VALUES ($1, $2, $3, 'chief', $4, NULL, $5)")
        .bind(kernel::uuid_v7(now, random.as_ref())).bind(enterprises[0]).bind(helping).bind(from).bind(now)
        .run(&mut tx).await.unwrap();
    tx.commit().await.unwrap();

    let casework = Casework::new(t.db.clone(), clock.clone(), random.clone(), t.folder());
    let words = [kernel::WORDS.as_slice(), jobs::WORDS, identity::WORDS, web::WORDS, casework::MODULE.words];
    let config = Config {
        county_zh: "示范县".into(),
        county_en: "Demo".into(),
        data_dir: t.folder().to_owned(),
        base_url: "https://county.example".into(),
        secure_cookies: false,
        demo: Vec::new(),
        lang: None,
    };
    let state = AppState::new(Inner {
        db: t.db.clone(),
        clock: clock.clone(),
        random: random.clone(),
        words: Words::build(words.into_iter().flatten().copied()).unwrap(),
        config,
        nav: casework::MODULE.nav.to_vec(),
    });
    let router = web::router(&state, &[casework::MODULE], Router::new()).layer(Extension(casework.clone()));
    County { server: spawn(router).await, casework, clock, random, land, contact, other, helper, desk }
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

    pub async fn rows(&self) -> Vec<list::NeedRow> {
        let mut conn = self.casework.db.read().await.unwrap();
        let settings = self.casework.settings(&mut conn).await.unwrap();
        let all = identity::Reached { all: true, ..identity::Reached::default() };
        let at = settings.moment(self.clock.now());
        list::list(&mut conn, &all, &NeedFilter::default(), at, Sort::Oldest, None, 100).await.unwrap()
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
