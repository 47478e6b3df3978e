//! What a county needs before its first problem, through the pages: a desk that sees everything, chains, names found and
//! chosen as they are read.

use std::sync::Arc;
use std::time::Duration;

use app::doctor::{self, Level};
use identity::{Actor, Role, UnitKind};
use kernel::{ClockRef, CreditCode, OsRandom};
use registry::ask::{self, Filter};
use registry::import::{Options, Report, import_enterprises};
use testkit::both_engines;

use super::operating::open_work;
use super::{County, PASSWORD, both, county, said};
use crate::harness::client::Client;
use crate::harness::county::Seed;
use crate::harness::engines::TestDb;
use crate::harness::html;

const HENGDA: &str = "91419981MA0000000X";

impl County {
    /// Somebody who signed in another time, with one role for the unit with a code.
    async fn seated(&self, login: &str, role: Role, unit: &str) -> Client {
        let unit = identity::find_unit_by_code(&mut self.db.read().await.unwrap(), unit).await.unwrap().unwrap().id;
        let mut seed = Seed::begin(&self.db, self.clock.as_ref(), &OsRandom).await;
        let person = seed.person(login, login).await;
        seed.role(person, role, unit).await;
        let token = seed.session(person).await;
        seed.commit().await;
        let mut client = Client::new(&self.server.url).not_following();
        client.set_cookie("wanqi", &token);
        client
    }

    async fn unit(&self, kind: UnitKind, code: &str, name: &str) {
        let mut seed = Seed::begin(&self.db, self.clock.as_ref(), &OsRandom).await;
        let root = identity::find_unit_by_code(&mut seed.tx, "c").await.unwrap().unwrap().id;
        seed.unit(Some(root), kind, code, name).await;
        seed.commit().await;
    }

    async fn import(&self, t: &TestDb, text: &str) -> Report {
        let path = t.folder().join("list.csv");
        std::fs::write(&path, text).unwrap();
        let (none, actor): (&(dyn Fn(u64) + Send + Sync), _) = (&|_| {}, Actor::program("test"));
        let (clock, options) = (self.clock.as_ref(), Options::default());
        import_enterprises(&t.db, clock, &OsRandom, &path, "list.csv", options, none, &actor).await.unwrap()
    }

    /// What the doctor warns of with respect to the desk.
    async fn doctor(&self, t: &TestDb) -> Vec<&'static str> {
        let text = format!("database = \"{}\"\ndata_dir = \".\"\ncounty_zh = \"示范县\"", t.url);
        let config = app::Config::read(&text, t.folder(), |_| None).unwrap();
        let clock: ClockRef = self.clock.clone();
        let found = doctor::examine(&config, &clock, false).await;
        found
            .into_iter()
            .filter(|f| f.key.starts_with("doctor-desk") && f.key != "doctor-desk-line-none" && f.level > Level::Ok)
            .map(|f| f.key)
            .collect()
    }
}

fn code(n: u32) -> CreditCode {
    CreditCode::make('9', '1', "419981", &format!("{n:08}X")).unwrap()
}

async fn found(t: &TestDb, text: &str) -> Vec<String> {
    let all = identity::Reached { all: true, ..identity::Reached::default() };
    let filter = Filter { text: text.into(), ..Filter::default() };
    let rows = ask::list(&mut t.db.read().await.unwrap(), &all, &filter, None, 50).await.unwrap();
    rows.into_iter().map(|row| row.name).collect()
}

both_engines! {
    async fn the_desk_in_its_task_force_sees_what_the_unit_above_sees(t: TestDb) {
        let c = county(t).await;
        let mut boss = c.boss();
        assert!(both(&mut boss, "/admin").contains("还没有专班人员"));
        assert_eq!(c.doctor(t).await, ["doctor-desk-nobody"]);
        let unit = [("parent", "c"), ("code", "task"), ("name", "万人助万企服务专班"), ("name_en", ""), ("kind", "desk")];
        assert_eq!(boss.submit("/admin/units/new", "/admin/units/new", &unit).unwrap().status, 303, "no English name needed");
        open_work(&c, c.land).await;

        // Before it is given, the form says what the role would show.
        let give = [("role", "desk"), ("unit", "task"), ("look", "yes")];
        let looked = boss.submit("/admin/people/lead", "/admin/people/lead/roles", &give).unwrap();
        assert!(looked.status == 200 && said(&looked).contains("还没有保存"), "{}", said(&looked));
        assert!(said(&looked).contains("看得到 1 户企业、1 件诉求"), "{}", said(&looked));
        assert_eq!(c.person("lead").await.grants.len(), 1, "looking gives nothing");

        let mut desk = c.seated("fang", Role::Desk, "task").await;
        for page in ["/desk", "/requests/2026-000001", "/enterprises/91419981MA0000000X"] {
            assert!(both(&mut desk, page).contains("恒达"), "{page}");
        }
        assert!(both(&mut boss, "/admin/people/fang").contains("看得到 1 户企业、1 件诉求"));
        let mut leader = c.seated("chief", Role::Leader, "task").await;
        assert_eq!(leader.get("/requests/2026-000001").unwrap().status, 200);
        // Who handles for the task force handles for it alone.
        let mut handler = c.seated("clerk", Role::Handler, "task").await;
        assert_eq!(handler.get("/requests/2026-000001").unwrap().status, 404);
        assert!(!both(&mut boss, "/admin").contains("专班人员的范围内"));
        assert_eq!(c.doctor(t).await, [""; 0]);
        // English pages show the name there is.
        let units = boss.clone().with_header("Accept-Language", "en").get("/admin/units").unwrap().text();
        assert!(units.contains("万人助万企服务专班"), "{units}");
    }

    async fn what_no_desk_reaches_is_told_on_pages_and_by_the_doctor(t: TestDb) {
        let c = county(t).await;
        let mut boss = c.boss();
        open_work(&c, c.land).await;
        c.unit(UnitKind::Township, "town", "城关镇").await;
        c.unit(UnitKind::Desk, "task", "服务专班").await;
        c.seated("fang", Role::Desk, "town").await;
        let told = "有 1 件在办诉求、1 户企业不在任何专班人员的范围内";
        for page in ["/admin", "/admin/people/fang"] {
            assert!(both(&mut boss, page).contains(told), "{page}");
        }
        assert_eq!(c.doctor(t).await, ["doctor-desk-unreached"]);
        let desk = [("role", "desk"), ("unit", "服务专班")];
        let given = boss.submit("/admin/people/fang", "/admin/people/fang/roles", &desk).unwrap();
        assert_eq!(given.status, 303, "a unit is meant by its name as well: {}", said(&given));
        assert!(!both(&mut boss, "/admin/people/fang").contains(told));
        assert_eq!(c.doctor(t).await, [""; 0]);
    }

    async fn chains_are_added_renamed_and_closed_on_their_page(t: TestDb) {
        let c = county(t).await;
        let mut boss = c.boss();
        let list = format!("企业名称,统一社会信用代码,乡镇,产业链\n恒达起重机械有限公司,{HENGDA},城关镇,起重装备\n");
        let refused = c.import(t, &list).await;
        let codes: Vec<&str> = refused.errors.iter().map(|e| e.code.as_str()).collect();
        assert_eq!(codes, ["import-township-none", "import-chain-none"], "where there is nothing to list, it says what to do");
        let form = both(&mut boss, "/enterprises/new");
        assert!(form.contains("管理 → 产业链") && form.contains("管理 → 单位"), "{form}");
        assert!(both(&mut boss, "/admin/chains").contains("还没有产业链"));

        c.unit(UnitKind::Township, "town", "城关镇").await;
        let new = |fields: &[(&str, &str)], boss: &mut Client| boss.submit("/admin/chains/new", "/admin/chains/new", fields).unwrap();
        let bad = new(&[("code", "New!"), ("name", "")], &mut boss);
        assert!(bad.status == 422 && said(&bad).contains("有 2 处需要修改"), "{}", said(&bad));
        assert_eq!(new(&[("code", "none"), ("name", "无")], &mut boss).status, 422, "taken by the filter");
        assert_eq!(new(&[("code", "crane"), ("name", "起重装备产业链")], &mut boss).status, 303);
        assert_eq!(new(&[("code", "crane2"), ("name", "起重装备产业链")], &mut boss).status, 422, "two of one name mean neither");
        let report = c.import(t, &list).await;
        assert!(report.written && report.added == 1, "{:?}", report.errors);

        let here = "/admin/chains/crane";
        let renamed = [("name", "起重机产业链"), ("name_en", "Cranes"), ("active", "yes")];
        assert_eq!(boss.submit(here, here, &renamed).unwrap().status, 303);
        let stale = boss.submit(here, here, &[("name", "旧"), ("version", "1"), ("active", "yes")]).unwrap();
        assert_eq!(stale.status, 422, "somebody was faster");
        assert!(both(&mut boss, &format!("/enterprises/{HENGDA}")).contains("起重机产业链"));
        let closed = boss.get(here).unwrap().text();
        let form = html::forms(&closed).into_iter().find(|form| form.action == here).unwrap();
        let without: Vec<(&str, &str)> =
            form.fields.iter().filter(|(name, _)| name != "active").map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(boss.post(here, &without).unwrap().status, 303);
        assert!(both(&mut boss, "/admin/chains").contains("已停用"));
        assert!(!both(&mut boss, "/enterprises/new").contains("value=\"crane\""), "offered no more");
        assert!(both(&mut boss, &format!("/enterprises/{HENGDA}/edit")).contains("value=\"crane\" selected"), "but kept");
        assert!(both(&mut boss, "/enterprises?chain=crane").contains("恒达"));
        assert_eq!(c.audited(4).await, ["close-chain", "change-chain", "import", "add-chain"]);
        assert!(both(&mut boss, "/admin/audit?resource=chain").contains("停用产业链"));
        let (mut lead, _) = c.sign_in("lead", PASSWORD);
        assert_eq!(lead.get("/admin/chains").unwrap().status, 403);
    }

    async fn names_are_found_by_every_usual_reading_also_those_entered_before(t: TestDb) {
        let c = county(t).await;
        let names = ["重阳机械有限公司", "康乐家具有限公司", "华厦门窗有限公司", "单氏木业有限公司", "召陵面业有限公司"];
        let rows: String = (1..).zip(names).map(|(n, name)| format!("{name},{}\n", code(n).as_str())).collect();
        assert!(c.import(t, &format!("企业名称,统一社会信用代码\n{rows}")).await.written);
        let cases = [("cyjx", 0), ("zhongyang", 0), ("kyjj", 1), ("kangle", 1), ("huaxia", 2), ("shanshi", 3), ("slmy", 4)];
        for (typed, at) in cases {
            assert_eq!(found(t, typed).await, [names[at]], "{typed}");
        }
        // As a program that knew one reading left it behind.
        let mut tx = t.db.begin().await.unwrap();
        let old = match tx.engine() {
            db::Engine::Sqlite => "INSERT OR REPLACE INTO enterprise_search (rowid, body) SELECT serial, 'pyzyjx' FROM enterprise",
            db::Engine::Postgres => "UPDATE enterprise_search SET body = to_tsvector('simple', 'pyzyjx')",
        };
        tx.script(old).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(found(t, "cyjx").await, [""; 0]);
        app::modules::catch_up(&t.db, c.clock.as_ref(), &OsRandom).await.unwrap();
        let casework = casework::Casework::new(t.db.clone(), c.clock.clone(), Arc::new(OsRandom), t.folder());
        let handlers = app::modules::handlers(&casework, t.folder());
        let runner = jobs::Runner::new(t.db.clone(), c.clock.clone(), Arc::new(OsRandom), handlers, vec![], vec![]);
        let work = tokio::spawn(async move { runner.run(std::future::pending()).await });
        for _ in 0..200 {
            if !found(t, "cyjx").await.is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        work.abort();
        for (typed, at) in cases {
            assert_eq!(found(t, typed).await, [names[at]], "{typed} after indexing again");
        }
    }

    async fn long_choices_are_typed_and_sorted_as_they_are_read(t: TestDb) {
        let c = county(t).await;
        let mut seed = Seed::begin(&c.db, c.clock.as_ref(), &OsRandom).await;
        let root = identity::find_unit_by_code(&mut seed.tx, "c").await.unwrap().unwrap().id;
        for n in 0..31 {
            seed.unit(Some(root), UnitKind::Department, &format!("u{n}"), &format!("第{n}科")).await;
        }
        for (code, name) in [("safety", "安监局"), ("finance", "财政局")] {
            seed.unit(Some(root), UnitKind::Department, code, name).await;
        }
        for (login, name) in [("a", "张三"), ("b", "曾接"), ("d", "安平")] {
            let person = seed.person(&format!("p{login}"), name).await;
            seed.role(person, Role::Helper, root).await;
        }
        seed.enterprise(HENGDA, "示范恒达起重机械有限公司", None).await;
        seed.commit().await;
        let mut boss = c.boss();
        let page = both(&mut boss, "/admin/people/zhang");
        let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} in {page}"));
        assert!(page.contains("list=\"f-unit-list\"") && !page.contains("<select class=\"input\" id=\"f-unit\""));
        assert!(at("安监局 [safety]") < at("财政局 [finance]") && at("财政局 [finance]") < at("自然资源局 [land]"));
        assert!(page.contains(">czj</option>"), "found by initials as well");
        let give = |unit: &str, boss: &mut Client| {
            boss.submit("/admin/people/zhang", "/admin/people/zhang/roles", &[("role", "handler"), ("unit", unit)]).unwrap()
        };
        assert_eq!(give("财政局 [finance]", &mut boss).status, 303);
        assert_eq!(give("安监局", &mut boss).status, 303, "typed without choosing");
        let wrong = give("没有的局", &mut boss);
        assert!(wrong.status == 422 && wrong.text().contains("value=\"没有的局\""), "{}", said(&wrong));
        assert_eq!(c.person("zhang").await.grants.len(), 3);
        assert!(both(&mut boss, "/admin/people?unit=%E8%B4%A2%E6%94%BF%E5%B1%80+%5Bfinance%5D").contains("/admin/people/zhang\""));

        let people = both(&mut boss, "/admin/people?role=helper");
        let order: Vec<usize> = ["安平", "曾接", "张三"].iter().map(|name| people.find(name).unwrap()).collect();
        assert!(order.is_sorted(), "安, 曾 (zeng), 张");
        let firm = both(&mut boss, &format!("/enterprises/{HENGDA}"));
        assert!(firm.find("曾接").unwrap() < firm.find("张三").unwrap());
    }
}
