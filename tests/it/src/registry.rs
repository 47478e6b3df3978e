//! The register on both databases: lists brought in through the pages, found again, filtered, paged, corrected by two.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use identity::{Actor, Reached, Role, UnitKind};
use kernel::{CreditCode, FixedClock, OsRandom, PersonId, UnitId};
use registry::ask::{self, After, Everything, Filter};
use registry::import::{Options, Report, import_enterprises};
use registry::seed;
use registry::{HelperKind, NewEnterprise, Scale, Status};
use testkit::both_engines;

use crate::harness::client::{Client, Part};
use crate::harness::county::{self, Seed};
use crate::harness::engines::TestDb;
use crate::harness::html;
use crate::harness::http::percent_encode;
use crate::harness::server::{Running, spawn};

const ALL: Reached = Reached { all: true, enterprises: Vec::new(), helper: None, units: Vec::new(), paths: Vec::new() };
const HEAD: &str = "企业名称,统一社会信用代码,乡镇,规模,联系人,联系电话,职工人数,行政区划";

fn code(n: u32) -> CreditCode {
    CreditCode::make('9', '1', "419981", &format!("{n:08}X")).unwrap()
}

fn line(n: u32, rest: &str) -> String {
    format!("示范第{n}机械有限公司,{},{rest}\n", code(n).as_str())
}

struct County {
    clock: Arc<FixedClock>,
    town: UnitId,
    desk: PersonId,
    leader: PersonId,
    helper: PersonId,
}

async fn county(t: &TestDb) -> County {
    let clock = Arc::new(FixedClock::at("2026-11-05T09:00").unwrap());
    let mut seed = Seed::begin(&t.db, clock.as_ref(), &OsRandom).await;
    let root = seed.unit(None, UnitKind::County, "c", "示范县").await;
    let town = seed.unit(Some(root), UnitKind::Township, "town", "城关镇").await;
    let mut people = Vec::new();
    for (login, role, unit) in
        [("desk", Role::Desk, root), ("leader", Role::Leader, town), ("helper", Role::Helper, town)]
    {
        let person = seed.person(login, login).await;
        seed.role(person, role, unit).await;
        people.push(person);
    }
    seed.commit().await;
    County { clock, town, desk: people[0], leader: people[1], helper: people[2] }
}

impl County {
    async fn import(&self, t: &TestDb, name: &str, bytes: &[u8]) -> kernel::Result<Report> {
        let path = t.folder().join(name);
        std::fs::write(&path, bytes).unwrap();
        let actor = Actor::program("test");
        let none: &(dyn Fn(u64) + Send + Sync) = &|_| {};
        import_enterprises(&t.db, self.clock.as_ref(), &OsRandom, &path, name, Options::default(), none, &actor).await
    }

    async fn serve(&self, t: &TestDb) -> (Running, tokio::task::JoinHandle<()>) {
        let state = county::state(t, self.clock.clone(), Arc::new(OsRandom), &[registry::MODULE]);
        let handlers = registry::handlers(t.folder().to_owned());
        let runner = jobs::Runner::new(t.db.clone(), self.clock.clone(), Arc::new(OsRandom), handlers, vec![], vec![]);
        let work = tokio::spawn(async move { runner.run(std::future::pending()).await });
        (spawn(web::router(&state, &[registry::MODULE], Router::new())).await, work)
    }

    async fn seat(&self, t: &TestDb, server: &Running, person: PersonId) -> Client {
        let mut tx = t.db.begin().await.unwrap();
        let opened = identity::open_session(&mut tx, self.clock.as_ref(), &OsRandom, person, "").await.unwrap();
        tx.commit().await.unwrap();
        let mut client = Client::new(&server.url).not_following();
        client.set_cookie("wanqi", &opened.token);
        client
    }
}

fn everything() -> Everything {
    Everything::seen_by(&Actor::program("test")).unwrap()
}

async fn seen(conn: &mut db::Conn, code: &str) -> ask::Seen {
    ask::by_code(conn, &Actor::program("test"), code).await.unwrap().unwrap()
}

async fn count(t: &TestDb, filter: &Filter) -> i64 {
    ask::count(&mut t.db.read().await.unwrap(), &ALL, filter).await.unwrap()
}

/// A page without missing words.
fn page(client: &mut Client, path: &str) -> String {
    let answer = client.get(path).unwrap();
    let text = answer.text();
    assert_eq!(answer.status, 200, "{path}: {}", html::text(&text));
    assert!(!text.contains('⟦'), "{path}: {}", text.split('⟦').nth(1).unwrap_or_default());
    text
}

/// Reloads the page of an import until it says `wanted`.
async fn until(client: &mut Client, path: &str, wanted: &str) -> String {
    for _ in 0..100 {
        let text = page(client, path);
        if text.contains(wanted) {
            return text;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{path} never said {wanted}: {}", html::text(&page(client, path)));
}

both_engines! {
    async fn the_same_list_twice_changes_nothing_and_a_bad_one_leaves_nothing(t: TestDb) {
        let c = county(t).await;
        let rows: String = (1..=900).map(|n| line(n, "城关镇,规上,李明,0373-8812345,120,410728")).collect();
        let text = format!("{HEAD}\n{rows}");
        let first = c.import(t, "a.csv", text.as_bytes()).await.unwrap();
        assert_eq!((first.added, first.errors_total, first.written), (900, 0, true), "{:?}", first.errors.first());
        let again = c.import(t, "a.csv", text.as_bytes()).await.unwrap();
        assert_eq!((again.added, again.changed, again.unchanged, again.written), (0, 0, 900, false));
        let bad = format!("{text}{}{}", line(1001, "城关镇,,,,,"), line(1002, "火星镇,巨型,,12,多,"));
        let refused = c.import(t, "bad.csv", bad.as_bytes()).await.unwrap();
        let told: Vec<_> = refused.errors.iter().map(|p| (p.row, p.column.as_str(), p.code.as_str())).collect();
        assert_eq!(told, [
            (903, "township", "import-township"),
            (903, "scale", "import-scale"),
            (903, "staff", "import-staff"),
            (903, "contact_phone", "phone-form"),
        ]);
        assert!(!refused.written);
        assert_eq!(count(t, &Filter::default()).await, 900, "nothing of a list with errors comes in");
        let corrected = format!("{HEAD}\n{}", line(7, "城关镇,规下,李娜,13800000000,121,410783"));
        let third = c.import(t, "c.csv", corrected.as_bytes()).await.unwrap();
        assert_eq!((third.added, third.changed), (0, 1));
        let mut conn = t.db.read().await.unwrap();
        let seven = seen(&mut conn, code(7).as_str()).await;
        assert_eq!((seven.enterprise.facts.scale, seven.enterprise.facts.contact_name.as_str(), seven.enterprise.version), (Scale::Below, "李娜", 2));
        assert!(identity::verify(&mut conn).await.unwrap().is_whole());
    }

    async fn words_pages_and_facets_agree(t: TestDb) {
        let c = county(t).await;
        let mut tx = t.db.begin().await.unwrap();
        let names = ["示范恒达起重机械有限公司", "长垣瑞丰食品有限公司", "ABC（中国）有限公司", "同名公司", "同名公司", "同名公司"];
        let news: Vec<NewEnterprise> = (1..).zip(names).map(|(n, name)| NewEnterprise {
            township: (n % 2 == 1).then_some(c.town),
            scale: if n < 3 { Scale::Above } else { Scale::Micro },
            ..NewEnterprise::new(code(n), name)
        }).collect();
        seed::create_many(&mut tx, c.clock.as_ref(), &OsRandom, &news).await.unwrap();
        tx.commit().await.unwrap();
        let mut conn = t.db.read().await.unwrap();
        let second = code(2);
        let cases = [
            ("恒达", 1), ("达", 1), ("hdqz", 1), ("hengda", 1), ("ruifeng", 1), ("abc", 1), ("ＡＢＣ", 1), ("公司", 6),
            ("91419981", 6), (second.as_str(), 1), ("恒丰", 0), ("'; DROP TABLE enterprise; --", 0), ("", 6), ("！", 6),
        ];
        for (text, want) in cases {
            for township in [None, Some("town".to_owned()), Some("none".to_owned())] {
                let filter = Filter { text: text.into(), township: township.clone(), ..Filter::default() };
                let rows = ask::list(&mut conn, &ALL, &filter, None, 50).await.unwrap().len() as i64;
                let n = ask::count(&mut conn, &ALL, &filter).await.unwrap();
                let facets: i64 = ask::facets(&mut conn, &ALL, &filter).await.unwrap().iter().map(|f| f.n).sum();
                assert_eq!((rows, facets), (n, n), "{text} {township:?}");
                assert!(township.is_some() || n == want, "{text}: {n}");
            }
        }
        let (mut seen, mut after, mut pages) = (Vec::new(), None, Vec::new());
        loop {
            let rows = ask::list(&mut conn, &ALL, &Filter::default(), after.as_ref(), 2).await.unwrap();
            let Some(last) = rows.last() else { break };
            after = Some(After::from(last));
            seen.extend(rows.iter().map(|row| row.credit_code.clone()));
            pages.push(rows);
        }
        let before = ask::list_before(&mut conn, &ALL, &Filter::default(), &After::from(&pages[2][0]), 2).await.unwrap();
        assert_eq!(before, pages[1], "back is where one came from");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 6, "every row once, also those of one name");
    }

    /// The counts that are kept, against counting the rows one by one: any beginning of a division asks for that.
    async fn kept_counts_are_those_of_the_rows(t: TestDb) {
        let c = county(t).await;
        let mut tx = t.db.begin().await.unwrap();
        let status = [Status::Active, Status::Active, Status::Closed, Status::Unchecked];
        let firm = |n: usize| NewEnterprise {
            township: n.is_multiple_of(2).then_some(c.town),
            scale: [Scale::Above, Scale::Micro, Scale::Unknown][n % 3],
            status: status[n % 4],
            ..NewEnterprise::new(code(n as u32), "同名公司")
        };
        let news: Vec<_> = (1..=30).map(firm).collect();
        let ids = seed::create_many(&mut tx, c.clock.as_ref(), &OsRandom, &news).await.unwrap();
        tx.commit().await.unwrap();
        let program = Actor::program("test");
        for (n, id) in ids.iter().enumerate().take(20) {
            let moved = NewEnterprise { credit_code: news[n].credit_code, ..firm(n * 7 + 3) };
            registry::keep::update(&t.db, c.clock.as_ref(), &OsRandom, &program, *id, 1, moved).await.unwrap();
        }
        let mut tx = t.db.begin().await.unwrap();
        let now = kernel::Clock::now(c.clock.as_ref());
        for id in &ids[..11] {
            let since = chrono::NaiveDate::from_ymd_opt(2026, 1, 5).unwrap();
            seed::assign_helper(&mut tx, &OsRandom, *id, c.helper, HelperKind::Lead, since, now).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut conn = t.db.read().await.unwrap();
        assert_eq!(registry::ask::count_faults(&mut conn).await.unwrap(), 0);
        let below = Reached { paths: vec!["/c/town/".into()], ..Reached::default() };
        let own = Reached { units: vec![c.town], ..Reached::default() };
        let mut seen = 0;
        for reached in [ALL, below, own, Reached::default()] {
            for status in [None, Some(Status::Active), Some(Status::Closed), Some(Status::Unchecked)] {
                for scale in [None, Some(Scale::Micro)] {
                    for township in [None, Some("town".to_owned()), Some("none".to_owned())] {
                        let kept = Filter { status, scale, township, ..Filter::default() };
                        let rows = Filter { division: Some(String::new()), ..kept.clone() };
                        let n = ask::count(&mut conn, &reached, &rows).await.unwrap();
                        let facets = ask::facets(&mut conn, &reached, &rows).await.unwrap();
                        assert_eq!(ask::count(&mut conn, &reached, &kept).await.unwrap(), n, "{kept:?}");
                        assert_eq!(ask::facets(&mut conn, &reached, &kept).await.unwrap(), facets, "{kept:?}");
                        let own = |has_helper| Filter { has_helper: Some(has_helper), ..kept.clone() };
                        let [helped, alone] = [own(true), own(false)];
                        let listed = ask::list(&mut conn, &reached, &alone, None, 50).await.unwrap().len() as i64;
                        let facets = ask::facets(&mut conn, &reached, &alone).await.unwrap();
                        assert_eq!(facets.iter().map(|row| row.n).sum::<i64>(), listed, "{alone:?}");
                        assert_eq!(ask::count(&mut conn, &reached, &alone).await.unwrap(), listed, "{alone:?}");
                        assert_eq!(ask::count(&mut conn, &reached, &helped).await.unwrap(), n - listed, "{helped:?}");
                        seen += n;
                    }
                }
            }
        }
        assert!(seen > 100, "{seen}");
    }

    async fn facts_come_in_through_the_pages_and_stand_with_the_enterprise(t: TestDb) {
        let c = county(t).await;
        let (server, work) = c.serve(t).await;
        let mut desk = c.seat(t, &server, c.desk).await;
        let rows: String = (1..=700).map(|n| line(n, "城关镇,规上,李明,13800000000,120,410783")).collect();
        c.import(t, "a.csv", format!("{HEAD}\n{rows}").as_bytes()).await.unwrap();
        let here = format!("/enterprises/{}", code(5).as_str());
        assert!(page(&mut desk, &here).contains("/enterprises/facts/import"), "an empty card says how to fill it");

        let upload = |client: &mut Client, period: &str, text: &str| {
            let base = "/enterprises/facts/import";
            let form = html::forms(&client.get(base).unwrap().text()).into_iter().find(|f| f.action == base).unwrap();
            let csrf = form.fields.iter().find(|(name, _)| name == "csrf").unwrap().1.clone();
            let file = Part::File { name: "指标.csv", media_type: "text/csv", bytes: text.as_bytes() };
            let said = [("period", period), ("source", "财务报表"), ("as_of", "2026-03-31")].map(|(k, v)| (k, Part::Text(v)));
            let fields = [("csrf", Part::Text(&csrf)), ("sheet", file)].into_iter().chain(said).collect::<Vec<_>>();
            client.post_multipart(base, &fields).unwrap()
        };
        let head = "统一社会信用代码,企业名称,营业收入（万元）,用地面积(亩),已上市";
        let good: String = (1..=700).map(|n| format!("{},企业{n},{n}.5,20,否\n", code(n).as_str())).collect();
        let refused = upload(&mut desk, "去年", &format!("{head}\n{good}"));
        assert!(refused.status == 422 && refused.text().contains("2026-Q4"), "{}", html::text(&refused.text()));
        let bad = format!("{head}\n{good}{},,很多,,\n{},,1,,\n", code(900).as_str(), code(3).as_str());
        let sent = upload(&mut desk, "2025", &bad.replace("20,否", "20 元,否"));
        let follow = sent.header("location").unwrap().to_owned();
        let told = until(&mut desk, &follow, "有错误").await;
        assert!(told.contains("第 2 行") && told.contains("20 元") && told.contains("用地面积(亩)"), "{}", html::text(&told));

        let sent = upload(&mut desk, "2025", &format!("{head}\n{good}"));
        let follow = sent.header("location").unwrap().to_owned();
        until(&mut desk, &follow, "核对无误").await;
        assert!(ask::fact_codes(&mut t.db.read().await.unwrap(), None).await.unwrap().is_empty(), "checking writes nothing");
        assert_eq!(desk.submit(&follow, &follow, &[("do", "write")]).unwrap().status, 303);
        let done = until(&mut desk, &follow, "已入库").await;
        assert!(done.contains("2,100"), "facts are counted: {}", html::text(&done));
        // Those who look at the queue and the audit see what it was: facts, of this file, period and source.
        let mut conn = t.db.read().await.unwrap();
        let queue = jobs::list(&mut conn, None, None, None, 99).await.unwrap();
        assert!(!queue.is_empty() && queue.iter().all(|job| job.kind == "registry.import_facts"));
        let filter = identity::AuditFilter { action: Some("import-facts".into()), ..Default::default() };
        let entry = identity::audit_list(&mut conn, &filter, None, 9).await.unwrap().remove(0);
        drop(conn);
        let detail: serde_json::Value = serde_json::from_str(&entry.detail).unwrap();
        for (key, value) in [("file", "指标.csv"), ("period", "2025"), ("source", "财务报表"), ("as_of", "2026-03-31")] {
            assert_eq!(detail[key], value, "{detail}");
        }
        assert_eq!((&detail["rows"], &detail["added"]), (&700.into(), &2100.into()));
        let sent = upload(&mut desk, "2025", &format!("{head}\n{good}"));
        until(&mut desk, sent.header("location").unwrap(), "无须入库").await;

        let shown = html::text(&page(&mut desk, &here));
        for part in ["营业收入", "5.5 万元", "20 亩", "财务报表", "2026年3月31日"] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        let mut conn = t.db.read().await.unwrap();
        let five = seen(&mut conn, code(5).as_str()).await;
        let facts = ask::facts(&mut conn, &five).await.unwrap();
        let kept: Vec<_> = facts.iter().map(|f| (f.code.as_str(), f.period.as_str(), f.value.as_str())).collect();
        assert_eq!(kept, [("land_area", "2025", "13333.3333"), ("listed", "2025", "false"), ("revenue", "2025", "55000")]);
        let later = registry::facts::NewFact {
            enterprise: five.enterprise.id,
            code: "revenue",
            period: registry::facts::Period::parse("2026-06").unwrap(),
            value: "7".into(),
            source: "统计局".into(),
            as_of: facts[0].as_of,
        };
        let mut tx = t.db.begin().await.unwrap();
        seed::put_facts(&mut tx, &[later], kernel::Clock::now(c.clock.as_ref())).await.unwrap();
        tx.commit().await.unwrap();
        let on = |day: &str| registry::facts::Asked::On(day.parse().unwrap());
        let codes = ["revenue", "employees", "assets", "above_scale"];
        let all = ask::facts_for(&mut conn, everything(), &codes, on("2026-11-30")).await.unwrap().rows;
        assert_eq!(all.len(), 700);
        let values: Vec<_> = all[4].values.iter().map(|value| value.as_deref().unwrap_or("-")).collect();
        assert_eq!((all[4].credit_code.as_str(), values), (code(5).as_str(), vec!["55000", "-", "-", "true"]));
        // June stands for no year: of the next one nothing is known, and what there is instead is told.
        let next = ask::facts_for(&mut conn, everything(), &codes, on("2027-11-30")).await.unwrap();
        assert_eq!((next.rows[4].values[0].as_deref(), next.elsewhere[0].period.as_str()), (None, "2026-06"));
        let asked = registry::facts::Asked::Of(registry::facts::Period::parse("2025").unwrap());
        let then = ask::facts_for(&mut conn, everything(), &["revenue", "employees"], asked).await.unwrap().rows;
        assert_eq!(then[4].values, [Some("55000".to_owned()), None]);
        assert!(identity::verify(&mut conn).await.unwrap().is_whole());
        work.abort();
    }

    async fn a_list_comes_in_through_the_pages_and_is_used(t: TestDb) {
        let c = county(t).await;
        let (server, work) = c.serve(t).await;
        let mut desk = c.seat(t, &server, c.desk).await;
        let empty = page(&mut desk, "/enterprises");
        assert!(empty.contains("/enterprises/import"), "an empty list says how to fill it");

        let upload = |client: &mut Client, name: &str, bytes: &[u8]| {
            let form = client.get("/enterprises/import").unwrap().text();
            let form = html::forms(&form).into_iter().find(|f| f.action == "/enterprises/import").unwrap();
            let csrf = form.fields.iter().find(|(name, _)| name == "csrf").unwrap().1.clone();
            let file = Part::File { name, media_type: "text/csv", bytes };
            client.post_multipart("/enterprises/import", &[("csrf", Part::Text(&csrf)), ("sheet", file)]).unwrap()
        };
        let rows: String = (1..=120).map(|n| line(n, "城关镇,规上,李明,13800000000,120,410783")).collect();
        let bad = format!("{HEAD}\n{rows}{}", line(1, ",,,,,"));
        let sent = upload(&mut desk, "坏.csv", bad.as_bytes());
        let follow = sent.header("location").unwrap().to_owned();
        let refused = until(&mut desk, &follow, "有错误").await;
        assert!(refused.contains("第 122 行") && refused.contains("与第 2 行的信用代码重复"), "{}", html::text(&refused));
        assert!(html::forms(&refused).iter().all(|f| f.action != follow), "nothing to say yes to");

        let sent = upload(&mut desk, "名录.csv", format!("{HEAD}\n{rows}").as_bytes());
        let follow = sent.header("location").unwrap().to_owned();
        until(&mut desk, &follow, "核对无误").await;
        assert_eq!(count(t, &Filter::default()).await, 0, "checking writes nothing");
        assert_eq!(desk.submit(&follow, &follow, &[("do", "write")]).unwrap().status, 303);
        until(&mut desk, &follow, "已入库").await;
        assert_eq!(count(t, &Filter::default()).await, 120);
        let mut other = c.seat(t, &server, c.leader).await;
        assert_eq!(other.get(&follow).unwrap().status, 403, "an import is the business of who may import");
        let none = upload(&mut desk, "空.pdf", b"%PDF");
        until(&mut desk, none.header("location").unwrap(), "这是 PDF").await;

        let first = page(&mut desk, "/enterprises");
        assert!(first.contains("共 120 户"), "{}", html::text(&first));
        let next = html::links(&first).into_iter().find(|l| l.contains("after=")).unwrap();
        let second = page(&mut desk, &next);
        assert!(html::links(&second).iter().any(|l| l.contains("before=")));
        let found = page(&mut desk, &format!("/enterprises?q={}", percent_encode("第77")));
        assert!(found.contains("共 1 户") && found.contains(code(77).as_str()), "{}", html::text(&found));
        let sheet = desk.get("/enterprises?q=&export=xlsx").unwrap();
        assert!(sheet.status == 200 && sheet.body.starts_with(b"PK"));
        let back = c.import(t, "export.xlsx", &sheet.body).await.unwrap();
        assert_eq!((back.unchanged, back.changed, back.errors_total), (120, 0, 0), "an export comes in again: {:?}", back.errors.first());

        let here = format!("/enterprises/{}", code(5).as_str());
        page(&mut desk, &here);
        let to = format!("{here}/helpers");
        let sent = desk.submit(&here, &to, &[("person", "helper"), ("kind", "lead"), ("from", "2026-11-05")]).unwrap();
        assert_eq!(sent.status, 303);
        let seen = page(&mut desk, &here);
        assert!(seen.contains("138****6021") && seen.contains("/helpers/helper/contact"), "the desk may ask whom to call");
        let mut helper = c.seat(t, &server, c.helper).await;
        assert_eq!(helper.get(&format!("/enterprises/{}", code(6).as_str())).unwrap().status, 404, "only the helped ones");
        assert!(page(&mut helper, &here).contains(&format!("{here}/contact")));
        let mut leader = c.seat(t, &server, c.leader).await;
        let seen = page(&mut leader, &here);
        assert!(seen.contains("138****0000") && !seen.contains("13800000000"), "masked for who only reads");
        assert_eq!(leader.get(&format!("{here}/edit")).unwrap().status, 403);

        let edit = format!("{here}/edit");
        let mut late = desk.clone();
        let stale = html::forms(&page(&mut late, &edit)).into_iter().find(|f| f.action == edit).unwrap();
        let sent = desk.submit(&edit, &edit, &[("name", "改名机械有限公司"), ("staff", "7")]).unwrap();
        assert_eq!((sent.status, sent.header("location")), (303, Some(here.as_str())), "{}", html::text(&sent.text()));
        let mut fields: Vec<(&str, &str)> = stale.fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        fields.retain(|(name, _)| *name != "address");
        fields.push(("address", "兴业大道 1 号"));
        let told = late.post(&edit, &fields).unwrap();
        let text = told.text();
        assert_eq!(told.status, 409);
        assert!(text.contains("改名机械有限公司") && text.contains("兴业大道 1 号"), "what changed and what was typed: {}", html::text(&text));
        let wrong = desk.submit("/enterprises/new", "/enterprises/new", &[("credit_code", "123"), ("contact_phone", "1")]).unwrap();
        assert_eq!(wrong.status, 422);
        let same = desk.submit("/enterprises/new", "/enterprises/new", &[("credit_code", code(500).as_str()), ("name", "改名机械 有限公司")]);
        let same = same.unwrap();
        assert!(same.status == 422 && same.text().contains("same_anyway"), "the same name is asked about");
        let in_town = Filter { township: Some("town".into()), ..Filter::default() };
        assert_eq!(count(t, &in_town).await, 120);
        work.abort();
    }
}
