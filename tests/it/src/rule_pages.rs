//! Rule packs on both databases: read one, try it on an enterprise of the register with data missing, then complete.

use std::sync::Arc;

use axum::Router;
use chrono::NaiveDate;
use identity::{Role, UnitKind};
use kernel::{Clock, FixedClock, OsRandom, PersonId};
use registry::facts::{NewFact, Period};
use testkit::both_engines;

use crate::harness::client::Client;
use crate::harness::county::{self, Seed};
use crate::harness::engines::TestDb;
use crate::harness::html;
use crate::harness::server::{Running, spawn};

const FIRM: &str = "91419981YY0000001G";
/// Nine others above the threshold, with their total scores.
const OTHERS: [(&str, &str, i64); 9] = [
    ("91419981YY0000002M", "示范一号机械有限公司", 90),
    ("91419981YY0000003K", "示范二号机械有限公司", 80),
    ("91419981YY0000004H", "示范三号机械有限公司", 60),
    ("91419981YY0000005F", "示范四号机械有限公司", 55),
    ("91419981YY0000006D", "示范五号机械有限公司", 50),
    ("91419981YY0000007B", "示范六号机械有限公司", 45),
    ("91419981YY00000089", "示范七号机械有限公司", 40),
    ("91419981YY00000097", "示范八号机械有限公司", 35),
    ("91419981YY0000010C", "示范九号机械有限公司", 30),
];

struct County {
    clock: Arc<FixedClock>,
    desk: PersonId,
    helper: PersonId,
    contact: PersonId,
    analyst: PersonId,
}

async fn county(t: &TestDb) -> County {
    let clock = Arc::new(FixedClock::at("2026-11-05T09:00").unwrap());
    let mut seed = Seed::begin(&t.db, clock.as_ref(), &OsRandom).await;
    let root = seed.unit(None, UnitKind::County, "c", "示范县").await;
    let mut people = Vec::new();
    for (login, role) in [("desk", Role::Desk), ("helper", Role::Helper), ("analyst", Role::Analyst)] {
        let person = seed.person(login, login).await;
        seed.role(person, role, root).await;
        people.push(person);
    }
    let firm = seed.enterprise(FIRM, "示范恒达起重机械有限公司", None).await;
    let contact = seed.person("contact", "contact").await;
    seed.contact(contact, firm).await;
    let others: Vec<_> = OTHERS.iter().map(|(code, name, _)| (*code, *name)).collect();
    let mut firms = vec![firm];
    for (code, name) in others {
        firms.push(seed.enterprise(code, name, None).await);
    }
    seed.commit().await;
    let mut tx = t.db.begin().await.unwrap();
    let (period, source) = (Period::parse("2025").unwrap(), Arc::<str>::from("统计局"));
    let as_of = NaiveDate::from_ymd_opt(2026, 2, 28).unwrap();
    let scores = OTHERS.iter().map(|(_, _, score)| *score);
    let facts = firms.iter().zip(std::iter::once(70).chain(scores)).flat_map(|(firm, score)| {
        let fact =
            |code, value: String| NewFact { enterprise: *firm, code, period, value, source: source.clone(), as_of };
        let no =
            ["safety_accident", "environment_accident", "food_accident", "reduction_task_missed", "standards_failed"];
        let no = no.into_iter().chain(["new_enterprise", "promoted_last_year", "major_project"]);
        let mut own: Vec<NewFact> = no.map(|code| fact(code, "false".to_owned())).collect();
        own.push(fact("above_scale", "true".to_owned()));
        own.push(fact("total_score", score.to_string()));
        own
    });
    registry::seed::put_facts(&mut tx, &facts.collect::<Vec<_>>(), clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    County { clock, desk: people[0], helper: people[1], contact, analyst: people[2] }
}

impl County {
    async fn serve(&self, t: &TestDb) -> Running {
        let state = county::state(t, self.clock.clone(), Arc::new(OsRandom), &[rules::MODULE]);
        spawn(web::router(&state, &[rules::MODULE], Router::new())).await
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

fn page(client: &mut Client, path: &str) -> String {
    let answer = client.get(path).unwrap();
    let text = answer.text();
    assert_eq!(answer.status, 200, "{path}: {}", html::text(&text));
    assert!(!text.contains('⟦'), "{path}: {}", text.split('⟦').nth(1).unwrap_or_default());
    text
}

both_engines! {
    async fn a_pack_is_read_and_tried_on_an_enterprise(t: TestDb) {
        let c = county(t).await;
        let server = c.serve(t).await;
        let mut desk = c.seat(t, &server, c.desk).await;
        let list = page(&mut desk, &format!("/rules?enterprise={FIRM}"));
        let try_on = format!("/rules/size-class-2017/try?enterprise={FIRM}");
        assert!(list.contains(&try_on));
        let read = page(&mut desk, "/rules/size-class-2017");
        assert!(read.contains("国统字〔2017〕213号") && read.contains("否则下划一档"));
        let markdown = desk.get("/rules/size-class-2017/markdown").unwrap();
        assert!(markdown.text().starts_with("---\n代码: size-class-2017"));

        // The register knows the industry. Its staff are of no year, which is told, and stand for none; revenue is missing too.
        let first = page(&mut desk, &try_on);
        assert!(first.contains("示范恒达起重机械有限公司") && first.contains("没有 2025 的值；有企业库的 142 人") && !first.contains("value=\"142\""));
        let answer = html::text(first.split("id=\"answer\"").nth(1).unwrap());
        assert!(answer.contains("未知") && answer.contains("从业人员") && answer.contains("营业收入"), "{answer}");
        let complete = page(&mut desk, &format!("{try_on}&industry=3432&employees=142&revenue=2500&on=2026-11-05"));
        let answer = html::text(complete.split("id=\"answer\"").nth(1).unwrap());
        assert!(answer.contains("小型") && answer.contains("没有达到中型") && answer.contains("158 人"), "{answer}");
        let wrong = page(&mut desk, &format!("{try_on}&revenue=lots"));
        assert!(wrong.contains("f-revenue-error") && wrong.contains("value=\"lots\"") && !wrong.contains("id=\"answer\""));

        // Packs are public; an enterprise one has nothing to do with is not, nor is the whole county.
        let mut helper = c.seat(t, &server, c.helper).await;
        page(&mut helper, "/rules/size-class-2017/try?industry=C3963&revenue=120");
        for path in [try_on.as_str(), "/rules/size-class-2017/county"] {
            assert_eq!(helper.get(path).unwrap().status, 404, "{path}");
        }
        assert_eq!(desk.get("/rules/no-such-pack").unwrap().status, 404);
    }

    async fn an_enterprise_is_ranked_among_the_county_and_every_count_leads_to_its_rows(t: TestDb) {
        let c = county(t).await;
        let server = c.serve(t).await;
        let mut contact = c.seat(t, &server, c.contact).await;
        // Somebody who speaks for one enterprise finds it chosen, and the third of ten is in the second class of four.
        let list = page(&mut contact, "/rules");
        assert!(list.contains(&format!("/rules/permu-shandong/try?enterprise={FIRM}")));
        let own = page(&mut contact, "/rules/permu-shandong/try");
        assert!(own.contains("示范恒达起重机械有限公司") && own.contains("统计局（2025），截至 2026-02-28"));
        let answer = html::text(own.split("id=\"answer\"").nth(1).unwrap());
        assert!(answer.contains("10 户") && answer.contains("支持发展类"), "{answer}");
        // A better score would be first of all: the case stands in the enterprise's place, and nobody else's moves.
        let better = page(&mut contact, "/rules/permu-shandong/try?total_score=95");
        let answer = html::text(better.split("id=\"answer\"").nth(1).unwrap());
        assert!(answer.contains("优先发展类"), "{answer}");
        for path in ["/rules/permu-shandong/county", "/rules/permu-shandong/try?enterprise=91419981YY0000002M"] {
            assert_eq!(contact.get(path).unwrap().status, 404, "{path}");
        }

        let mut analyst = c.seat(t, &server, c.analyst).await;
        let all = page(&mut analyst, "/rules/permu-shandong/county");
        let told = html::text(&all);
        assert!(told.contains("企业 10 户") && told.contains("10 有结论"), "{told}");
        let rows = page(&mut analyst, "/rules/permu-shandong/county?output=grade&answer=is%3AA");
        let told = html::text(&rows);
        assert!(told.contains("示范一号") && told.contains("示范二号") && !told.contains("示范恒达"), "{told}");
        assert!(rows.contains("/rules/permu-shandong/try?enterprise=91419981YY0000002M"));
        let missing = page(&mut analyst, "/rules/size-class-2017/county?output=size_class&answer=missing%3Arevenue");
        assert!(html::text(&missing).contains("共 10 户"));
        let file = analyst.get("/rules/permu-shandong/county?output=grade&answer=is%3AA&export=xlsx").unwrap();
        assert_eq!((file.status, &file.body[..2]), (200, &b"PK"[..]));
        assert_eq!(analyst.get("/rules/permu-shandong/county?output=nothing").unwrap().status, 404);
        // Names, pinyin and codes find an enterprise.
        let found = page(&mut analyst, "/rules/permu-shandong/try?find=sfyh");
        assert!(found.contains("enterprise=91419981YY0000002M") && !found.contains("enterprise=91419981YY0000003K"));
    }
}
