//! The telephone of the service desk: set through its page, shown wherever somebody may get no further, on both databases.

use std::sync::Arc;

use app::Config;
use app::doctor;
use identity::{Actor, Role, UnitKind};
use kernel::{Clock, ClockRef, FixedClock, OsRandom};
use testkit::both_engines;

use crate::harness::client::Client;
use crate::harness::county::{Seed, category};
use crate::harness::engines::TestDb;
use crate::harness::html;
use crate::harness::process;
use crate::harness::server::{Running, spawn};

const HENGDA: &str = "91419981MA0000000X";
const LINK: &str = "href=\"tel:0373-8812345\"";

struct County {
    server: Running,
    clock: Arc<FixedClock>,
    boss: String,
    desk: String,
    contact: String,
}

async fn county(t: &TestDb) -> County {
    let clock = Arc::new(FixedClock::at("2026-11-09T09:30").unwrap());
    let mut seed = Seed::begin(&t.db, clock.as_ref(), &OsRandom).await;
    let root = seed.unit(None, UnitKind::County, "c", "示范县").await;
    let town = seed.unit(Some(root), UnitKind::Township, "town", "城关镇").await;
    let hengda = seed.enterprise(HENGDA, "示范恒达起重机械有限公司", Some(town)).await;
    seed.settings(&[category("land", "用地", None, 1)]).await;
    let (boss, desk) = (seed.person("boss", "管理员").await, seed.person("desk", "王芳").await);
    seed.role(boss, Role::Admin, root).await;
    seed.role(desk, Role::Desk, root).await;
    let contact = seed.person("contact", "李明").await;
    seed.contact(contact, hengda).await;
    let (boss, desk, contact) = (seed.session(boss).await, seed.session(desk).await, seed.session(contact).await);
    seed.commit().await;
    let app = app::assemble(&config(t), t.db.clone(), clock.clone(), Arc::new(OsRandom)).unwrap();
    County { server: spawn(app.router).await, clock, boss, desk, contact }
}

fn config(t: &TestDb) -> Config {
    let text = format!("database = \"{}\"\ndata_dir = \".\"\ncounty_zh = \"示范县\"", t.url);
    Config::read(&text, t.folder(), |_| None).unwrap()
}

impl County {
    fn seat(&self, token: &str) -> Client {
        let mut client = Client::new(&self.server.url).not_following();
        client.set_cookie("wanqi", token);
        client
    }

    fn guest(&self) -> Client {
        Client::new(&self.server.url).not_following()
    }

    /// What the doctor says of it.
    async fn doctor(&self, t: &TestDb) -> Vec<&'static str> {
        let clock: ClockRef = self.clock.clone();
        let found = doctor::examine(&config(t), &clock, false).await;
        found.into_iter().map(|f| f.key).filter(|key| key.starts_with("doctor-desk-line")).collect()
    }
}

/// Sends the form of a page with these fields, whatever comes of it.
fn send(client: &mut Client, page: &str, fields: &[(&str, &str)]) -> (u16, String) {
    let answer = client.submit(page, page.split('?').next().unwrap(), fields).unwrap();
    (answer.status, answer.text())
}

const PROBLEM: [(&str, &str); 6] = [
    ("who", "安川桥门式起重机"),
    ("category", "land"),
    ("title", "门口公交"),
    ("body", "没有公交站"),
    ("name", "李明"),
    ("phone", "13812346021"),
];

/// Every page a stranger or an enterprise may get stuck on, with what it is.
fn stuck(c: &County) -> Vec<(&'static str, String)> {
    let (mut guest, mut contact, mut desk) = (c.guest(), c.seat(&c.contact), c.seat(&c.desk));
    let mut pages = vec![
        ("sign-in", guest.get("/sign-in").unwrap().text()),
        ("raise", guest.get("/raise").unwrap().text()),
        ("follow", guest.get("/follow").unwrap().text()),
        ("my", contact.get("/my").unwrap().text()),
        ("poster of an enterprise", desk.get(&format!("/posters/enterprise/{HENGDA}")).unwrap().text()),
        ("poster of a township", desk.get("/posters/township/town").unwrap().text()),
    ];
    let missing = guest.get("/no-such-page").unwrap();
    assert_eq!(missing.status, 404);
    pages.push(("404", missing.text()));
    let forbidden = contact.get("/admin").unwrap();
    assert_eq!(forbidden.status, 403);
    pages.push(("403", forbidden.text()));
    let mut unknown = PROBLEM;
    unknown[0] = ("who", "91419981MA0000009X");
    let (status, unknown) = send(&mut guest, "/raise", &unknown);
    assert_eq!(status, 422);
    pages.push(("nobody found", unknown));
    let wrong = [("number", "2026-999999"), ("phone", "13900000000")];
    let (status, nothing) = send(&mut guest, "/follow", &wrong);
    assert_eq!(status, 422);
    pages.push(("nothing followed", nothing));
    pages
}

both_engines! {
    async fn it_is_set_by_the_administrator_and_kept_with_every_change(t: TestDb) {
        let c = county(t).await;
        let (mut boss, mut desk) = (c.seat(&c.boss), c.seat(&c.desk));
        assert_eq!(desk.get("/admin/desk-line").unwrap().status, 403);
        assert_eq!(c.doctor(t).await, ["doctor-desk-line-none"]);
        let home = html::text(&boss.get("/admin").unwrap().text());
        assert!(home.contains("还没有设置服务专班电话"), "{home}");
        for (phone, hours, want) in [
            ("8812345", "", "请加区号"),
            ("12", "", "短号"),
            ("", "工作日 9:00–17:30", "还要填电话"),
            ("王芳", "", "电话号码只能有数字"),
        ] {
            let (status, page) = send(&mut boss, "/admin/desk-line", &[("phone", phone), ("hours", hours)]);
            assert!(status == 422 && page.contains(want), "{phone}: {}", html::text(&page));
        }
        for (phone, hours) in [("12345", ""), (" ０３７３ 8812345 ", "工作日 9:00–17:30"), ("0373-8812345", "工作日 9:00–17:30"), ("", "")] {
            let fields = [("phone", phone), ("hours", hours), ("hours_en", "")];
            assert_eq!(send(&mut boss, "/admin/desk-line", &fields).0, 303, "{phone}");
            c.clock.set(c.clock.now() + chrono::Duration::minutes(1));
        }
        let page = html::text(&boss.get("/admin/desk-line").unwrap().text());
        let history = page.split("变更记录").nth(1).unwrap_or(&page);
        let (none, whole, short) = (history.find("不公布电话"), history.find("0373-8812345（工作日 9:00–17:30）"), history.rfind("12345"));
        assert!(none.is_some() && none < whole && whole < short && history.contains("管理员"), "newest first: {history}");
        let audit = boss.get("/admin/audit?action=put-desk-line").unwrap().text();
        assert!(audit.contains("修改服务专班电话"), "{audit}");
        assert!(!audit.contains("8812345"), "no number in the audit");
        let mut conn = t.db.read().await.unwrap();
        assert!(identity::verify(&mut conn).await.unwrap().is_whole());
        let set = identity::AuditFilter { action: Some("put-desk-line".into()), ..identity::AuditFilter::default() };
        assert_eq!(identity::audit_list(&mut conn, &set, None, 50).await.unwrap().len(), 3, "what is so already is no change");
        let english = boss.with_header("Accept-Language", "en").get("/admin/desk-line").unwrap().text();
        assert!(!english.contains('⟦') && english.contains("No number is shown"), "{english}");
    }

    async fn it_stands_where_somebody_gets_no_further_and_nothing_false_is_said_without(t: TestDb) {
        let c = county(t).await;
        for (what, page) in stuck(&c) {
            let said = html::text(&page);
            assert!(!page.contains("tel:0373") && !said.contains("服务专班电话"), "{what}: {said}");
            assert!(!said.contains("打电话给服务专班") && !said.contains("打服务专班"), "{what}: {said}");
        }
        let line = casework::desk_line::checked("0373-8812345", "工作日 9:00–17:30", "weekdays").unwrap();
        let casework = casework::Casework::new(t.db.clone(), c.clock.clone(), Arc::new(OsRandom), t.folder());
        casework.put_desk_line(&Actor::program("test"), &line).await.unwrap();
        for (what, page) in stuck(&c) {
            assert!(page.contains(LINK) && page.contains("工作日 9:00–17:30"), "{what}: {page}");
        }
        assert_eq!(c.doctor(t).await, ["doctor-desk-line-ok"]);
        let english = c.guest().with_header("Accept-Language", "en").get("/follow").unwrap().text();
        assert!(english.contains(LINK) && english.contains("weekdays"), "{english}");
        assert!(!c.seat(&c.desk).get("/no-such-page").unwrap().text().contains(LINK), "who sits there need not call");

        // After sending, once it is late, and when too much was tried.
        let mut contact = c.seat(&c.contact);
        let mut fields = PROBLEM.to_vec();
        fields[0] = ("who", HENGDA);
        let answer = contact.submit("/raise", "/raise", &fields).unwrap();
        let sent = contact.get(answer.header("location").unwrap()).unwrap().text();
        assert!(sent.contains(LINK), "{sent}");
        let own = contact.get("/my/2026-000001").unwrap().text();
        assert!(!own.contains("tel:0373"), "nothing is late yet: {own}");
        c.clock.set(FixedClock::at("2026-11-16T10:00").unwrap().now());
        let mut tx = t.db.begin().await.unwrap();
        let (now, then) = (c.clock.now(), c.clock.now() + chrono::Duration::days(1));
        db::sql("UPDATE session SET seen_at = $1, expires_at = $2").bind(now).bind(then).run(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let late = contact.get("/my/2026-000001").unwrap().text();
        assert!(late.contains(LINK) && html::text(&late).contains("问进度请打服务专班电话 0373-8812345（工作日 9:00–17:30）"), "{late}");
        assert!(contact.get("/my").unwrap().text().contains("问进度请打服务专班电话 0373-8812345"));

        let mut guest = c.guest();
        let wrong = [("number", "2026-999999"), ("phone", "13900000000")];
        let throttled = (0..40).map(|_| send(&mut guest, "/follow", &wrong)).find(|(status, _)| *status == 429).unwrap().1;
        assert!(throttled.contains(LINK), "{throttled}");
        let mut wrong = PROBLEM;
        wrong[5] = ("phone", "1");
        let throttled = (0..40).map(|_| send(&mut guest, "/raise", &wrong)).find(|(status, _)| *status == 429).unwrap().1;
        assert!(throttled.contains(LINK), "{throttled}");
    }
}

#[test]
fn a_new_county_begins_with_the_number_it_was_given() {
    let folder = std::env::temp_dir().join(format!("wanqi-desk-line-{}", std::process::id()));
    let dir = folder.display().to_string();
    let (code, _, err) = process::run(&["--lang", "zh", "init", "--dir", &dir, "--desk-phone", "8812345"]);
    assert!(code != 0 && err.contains("请加区号") && !folder.join("wanqi.toml").exists(), "{err}");
    let (code, _, err) = process::run(&["--lang", "zh", "init", "--dir", &dir, "--desk-phone", "（0373）8812345"]);
    assert_eq!(code, 0, "{err}");
    let config = folder.join("wanqi.toml").display().to_string();
    let (_, out, err) = process::run(&["--lang", "zh", "--config", &config, "doctor"]);
    assert!(format!("{out}{err}").contains("服务专班电话 0373-8812345"), "{out}{err}");
    std::fs::remove_dir_all(folder).unwrap();
}
