//! Rule packs on both databases: read one, try it on an enterprise of the register with data missing, then complete.

use std::sync::Arc;

use axum::Router;
use identity::{Role, UnitKind};
use kernel::{FixedClock, OsRandom, PersonId};

use crate::both_engines;
use crate::harness::client::Client;
use crate::harness::county::{self, Seed};
use crate::harness::engines::TestDb;
use crate::harness::html;
use crate::harness::server::{Running, spawn};

const FIRM: &str = "91419981YY0000001G";

struct County {
    clock: Arc<FixedClock>,
    desk: PersonId,
    helper: PersonId,
}

async fn county(t: &TestDb) -> County {
    let clock = Arc::new(FixedClock::at("2026-11-05T09:00").unwrap());
    let mut seed = Seed::begin(&t.db, clock.as_ref(), &OsRandom).await;
    let root = seed.unit(None, UnitKind::County, "c", "示范县").await;
    let mut people = Vec::new();
    for (login, role) in [("desk", Role::Desk), ("helper", Role::Helper)] {
        let person = seed.person(login, login).await;
        seed.role(person, role, root).await;
        people.push(person);
    }
    seed.enterprise(FIRM, "示范恒达起重机械有限公司", None).await;
    seed.commit().await;
    County { clock, desk: people[0], helper: people[1] }
}

impl County {
    async fn serve(&self, t: &TestDb) -> Running {
        let state = county::state(t, self.clock.clone(), Arc::new(OsRandom), &rules::MODULE);
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

        // The register knows industry and staff; revenue is missing and decides.
        let first = page(&mut desk, &try_on);
        assert!(first.contains("示范恒达起重机械有限公司") && first.contains("value=\"142\""));
        let answer = html::text(first.split("id=\"answer\"").nth(1).unwrap());
        assert!(answer.contains("未知") && answer.contains("还缺 营业收入"), "{answer}");
        let complete = page(&mut desk, &format!("{try_on}&industry=3432&employees=142&revenue=2500&on=2026-11-05"));
        let answer = html::text(complete.split("id=\"answer\"").nth(1).unwrap());
        assert!(answer.contains("小型") && answer.contains("没有达到中型") && answer.contains("158 人"), "{answer}");
        let wrong = page(&mut desk, &format!("{try_on}&revenue=lots"));
        assert!(wrong.contains("f-revenue-error") && wrong.contains("value=\"lots\"") && !wrong.contains("id=\"answer\""));

        let mut helper = c.seat(t, &server, c.helper).await;
        for path in ["/rules", "/rules/size-class-2017", &try_on] {
            assert_eq!(helper.get(path).unwrap().status, 404, "{path}");
        }
        assert_eq!(desk.get("/rules/no-such-pack").unwrap().status, 404);
    }
}
