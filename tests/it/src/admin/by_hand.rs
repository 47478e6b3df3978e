//! From `wanqi init` to a closed case by hand, as the operating guide tells it: nothing is entered but through pages.

use std::sync::Arc;

use app::Config;
use app::install::{NewCounty, install};
use kernel::{FixedClock, OsRandom};
use testkit::both_engines;

use super::{PASSWORD, code_of, said};
use crate::harness::client::Client;
use crate::harness::engines::TestDb;
use crate::harness::server::{Running, spawn};

const FIRM: &str = "91419981MA0000000X";

struct Empty {
    server: Running,
    clock: Arc<FixedClock>,
}

/// A county as `wanqi init` leaves it, and the one-time password of its administrator.
async fn empty(t: &TestDb) -> (Empty, String) {
    let clock = Arc::new(FixedClock::at("2026-11-16T09:00").unwrap());
    let new = NewCounty {
        name_zh: "示范县".into(),
        name_en: "Demo".into(),
        login: "admin".into(),
        person: "张伟".into(),
        desk_phone: "12345".into(),
    };
    let password = install(&t.db, clock.as_ref(), &OsRandom, &new).await.unwrap().password;
    let text = format!("database = \"{}\"\ndata_dir = \".\"\ncounty_zh = \"示范县\"", t.url);
    let config = Config::read(&text, t.folder(), |_| None).unwrap();
    let app = app::assemble(&config, t.db.clone(), clock.clone(), Arc::new(OsRandom)).unwrap();
    (Empty { server: spawn(app.router).await, clock }, password)
}

impl Empty {
    /// Signs in with a password that was shown once, and makes it an own one.
    fn first_time(&self, login: &str, password: &str) -> Client {
        let mut client = Client::new(&self.server.url).not_following();
        done(&mut client, "/sign-in", "/sign-in", &[("login", login), ("password", password)]);
        done(&mut client, "/account", "/account", &[("old", password), ("new", PASSWORD), ("again", PASSWORD)]);
        let mut client = Client::new(&self.server.url).not_following();
        done(&mut client, "/sign-in", "/sign-in", &[("login", login), ("password", PASSWORD)]);
        client
    }
}

/// Fills in a form as it stands, which must be taken.
fn done(client: &mut Client, page: &str, action: &str, fields: &[(&str, &str)]) {
    let answer = client.submit(page, action, fields).unwrap();
    assert_eq!(answer.status, 303, "{action} {fields:?}: {}", said(&answer));
}

both_engines! {
    async fn from_an_empty_database_to_a_closed_case(t: TestDb) {
        let (c, password) = empty(t).await;
        let mut admin = c.first_time("admin", &password);
        for (code, name, kind) in [
            ("task", "万人助万企服务专班", "desk"),
            ("land", "自然资源局", "department"),
            ("town", "城关镇", "township"),
        ] {
            let unit = [("parent", "county"), ("code", code), ("name", name), ("kind", kind)];
            done(&mut admin, "/admin/units/new", "/admin/units/new", &unit);
        }
        done(&mut admin, "/admin/chains/new", "/admin/chains/new", &[("code", "crane"), ("name", "起重装备产业链")]);
        let mut person = |login: &str, name: &str, role: &str, unit: &str| {
            let fields = [("login", login), ("name", name), ("role", role), ("unit", unit)];
            let made = admin.submit("/admin/people/new", "/admin/people/new", &fields).unwrap();
            assert_eq!(made.status, 200, "{}", said(&made));
            code_of(&made.text())
        };
        let desk = person("desk", "王芳", "desk", "task");
        let handler = person("handler", "李娜", "handler", "land");
        person("helper", "周帮", "helper", "land");
        done(&mut admin, "/admin/categories/land", "/admin/categories/land", &[("lead", "land")]);
        let firm = [
            ("credit_code", FIRM),
            ("code_anyway", "yes"),
            ("name", "示范恒达起重机械有限公司"),
            ("township", "town"),
            ("chain", "crane"),
        ];
        done(&mut admin, "/enterprises/new", "/enterprises/new", &firm);
        let page = format!("/enterprises/{FIRM}");
        done(&mut admin, &page, &format!("{page}/helpers"), &[("person", "helper"), ("kind", "lead")]);

        let mut guest = Client::new(&c.server.url).not_following();
        let said_so = [
            ("who", "示范恒达起重机械有限公司"),
            ("category", "land"),
            ("title", "厂区门口道路破损"),
            ("body", "货车出入困难，请修复。"),
            ("name", "李明"),
            ("phone", "13800000000"),
        ];
        done(&mut guest, "/raise", "/raise", &said_so);

        c.clock.advance(chrono::Duration::hours(1));
        let number = "2026-000001";
        let at = |deed: &str| (format!("/requests/{number}?do={deed}"), format!("/requests/{number}/{deed}"));
        let mut desk = c.first_time("desk", &desk);
        let (page, action) = at("accept-assign");
        // Category and lead are preset by what the administrator and the enterprise said.
        done(&mut desk, &page, &action, &[]);
        let mut handler = c.first_time("handler", &handler);
        for (deed, fields) in [("sign", &[][..]), ("answer", &[("outcome", "resolved"), ("text", "已修复，请查看。")])] {
            let (page, action) = at(deed);
            done(&mut handler, &page, &action, fields);
        }
        let (page, action) = at("call-back");
        done(&mut desk, &page, &action, &[("result", "satisfied")]);
        let page = desk.get(&format!("/requests/{number}")).unwrap();
        assert!(said(&page).contains("已销号"), "{}", said(&page));
        assert!(identity::verify(&mut t.db.read().await.unwrap()).await.unwrap().is_whole());
    }
}
