//! Units in the tree, tokens, the audit and jobs through the pages of administration.

use std::sync::Arc;

use casework::command::{Command, Order};
use casework::event::{Classification, Grade, Level, Role as Part, Source};
use casework::{Casework, Raise};
use identity::Actor;
use kernel::{AssignmentId, Clock, OsRandom, UnitId};
use serde_json::json;
use testkit::both_engines;

use super::{County, PASSWORD, both, code_of, county, said};
use crate::harness::client::Client;
use crate::harness::county::Seed;
use crate::harness::engines::TestDb;
use crate::harness::html;
use crate::harness::http::Response;

both_engines! {
    async fn units_move_with_all_below_and_close_when_nothing_is_left(t: TestDb) {
        let c = county(t).await;
        let mut boss = c.boss();
        let new = [("parent", "land"), ("code", "survey"), ("name", "测绘中心"), ("name_en", "Survey"), ("kind", "department")];
        let bad = [("code", "Survey!"), ("name", "测绘中心"), ("name_en", ""), ("kind", "department")];
        let refused = boss.submit("/admin/units/new", "/admin/units/new", &bad).unwrap();
        assert!(refused.status == 422 && refused.text().contains("测绘中心"), "{}", refused.text());
        assert_eq!(boss.submit("/admin/units/new", "/admin/units/new", &new).unwrap().status, 303);
        let under = |page: &str, parent: &str, boss: &mut Client| {
            boss.submit(page, &format!("{page}/move"), &[("parent", parent)]).unwrap()
        };
        assert_eq!(under("/admin/units/land", "house", &mut boss).status, 303);
        assert_eq!(c.paths().await, ["/c/", "/c/house/", "/c/house/land/", "/c/house/land/survey/"]);
        assert_eq!(c.person("zhang").await.grants[0].grant.unit_path, "/c/house/land/", "roles move along");
        let below = under("/admin/units/house", "survey", &mut boss);
        assert!(below.status == 422 && said(&below).contains("不能把"), "{}", said(&below));
        assert_eq!(c.audited(2).await, ["move-unit", "add-unit"]);

        // A page from before the move is told so.
        let stale = boss.get("/admin/units/survey").unwrap();
        let form = html::forms(&stale.text()).into_iter().find(|f| f.action == "/admin/units/survey").unwrap();
        assert_eq!(under("/admin/units/survey", "c", &mut boss).status, 303);
        let late: Vec<(&str, &str)> = form.fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(boss.post("/admin/units/survey", &late).unwrap().status, 422);

        let close = |code: &str, boss: &mut Client| {
            boss.submit(&format!("/admin/units/{code}"), &format!("/admin/units/{code}/close"), &[]).unwrap()
        };
        assert_eq!(close("house", &mut boss).status, 422, "land is below it");
        open_work(&c, c.land).await;
        let refused = close("land", &mut boss);
        assert!(refused.status == 422 && said(&refused).contains("还有 1 件在办诉求"), "{}", said(&refused));
        assert!(both(&mut boss, "/admin/people/zhang/leave").contains("自然资源局有 1 件在办诉求"));
        assert_eq!(close("survey", &mut boss).status, 303);
        assert!(both(&mut boss, "/admin/units").contains("已停用"));
        let open = boss.submit("/admin/units/survey", "/admin/units/survey/open", &[]).unwrap();
        assert_eq!(open.status, 303);
        assert_eq!(boss.post("/admin/units/c/close", &late).unwrap().status, 422, "the root stays");
    }

    async fn a_token_opens_the_api_until_it_is_revoked(t: TestDb) {
        let c = county(t).await;
        let mut boss = c.boss();
        let refused = boss.submit("/admin/tokens", "/admin/tokens", &[("name", "热线")]).unwrap();
        assert!(refused.status == 422 && refused.text().contains("热线"));
        let past = [("name", "热线"), ("scopes", "requests:read"), ("unit", "c"), ("expires_at", "2026-11-19")];
        assert_eq!(boss.submit("/admin/tokens", "/admin/tokens", &past).unwrap().status, 422);
        let fields = [("name", "热线"), ("scopes", "requests:read"), ("unit", "c"), ("expires_at", "2026-11-20")];
        let issued = boss.submit("/admin/tokens", "/admin/tokens", &fields).unwrap();
        assert_eq!(issued.status, 200, "{}", issued.text());
        let secret = code_of(&issued.text());
        assert!(!both(&mut boss, "/admin/tokens").contains(&secret), "shown once");
        let mut system = Client::new(&c.server.url).with_header("Authorization", &format!("Bearer {secret}"));
        assert_eq!(system.get("/api/v1/requests").unwrap().status, 200);
        assert_eq!(system.get("/api/v1/figures").unwrap().status, 403, "only what it may");
        let id = identity::list_tokens(&mut c.db.read().await.unwrap()).await.unwrap()[0].id;
        let revoke = format!("/admin/tokens/{id}/revoke");
        assert_eq!(boss.submit("/admin/tokens", &revoke, &[]).unwrap().status, 303);
        assert_eq!(system.get("/api/v1/requests").unwrap().status, 401);
        assert_eq!(c.audited(2).await, ["token-revoked", "token-issued"]);
        assert!(both(&mut boss, "/admin/tokens").contains("已吊销"));
    }

    async fn the_audit_is_filtered_verified_and_exported(t: TestDb) {
        let c = county(t).await;
        let mut boss = c.boss();
        for n in 0..60 {
            let title = format!("科员 {n}");
            assert_eq!(boss.submit("/admin/people/zhang", "/admin/people/zhang", &[("title", &title)]).unwrap().status, 303);
        }
        let page = both(&mut boss, "/admin/audit?action=change-person&resource=person&person=boss&from=2026-11-20&to=2026-11-20");
        assert_eq!(page.matches("<tr><td").count(), 50);
        let next = html::links(&page).into_iter().find(|l| l.contains("after=")).unwrap().replace("&#38;", "&").replace("&amp;", "&");
        assert_eq!(boss.get(&next).unwrap().text().matches("<tr><td").count(), 10);
        assert!(both(&mut boss, "/admin/audit?to=2026-11-19").contains("没有符合条件"));
        assert!(both(&mut boss, "/admin/audit?person=nobody").contains("没有符合条件"));
        let whole = boss.submit("/admin/audit", "/admin/audit/verify", &[]).unwrap();
        assert!(said(&whole).contains("审计链完整"), "{}", said(&whole));
        let sheet = boss.get("/admin/audit?action=change-person&export=xlsx").unwrap();
        assert_eq!(rows_of(&sheet), 60);
        assert_eq!(rows_of(&boss.get("/admin/people?export=xlsx").unwrap()), 3);

        let mut tx = c.db.begin().await.unwrap();
        tx.script("UPDATE audit SET actor = 'x' WHERE seq = 5").await.unwrap();
        tx.commit().await.unwrap();
        let broken = boss.submit("/admin/audit", "/admin/audit/verify", &[]).unwrap();
        assert!(said(&broken).contains("第 5 条起断开"), "{}", said(&broken));
    }

    async fn jobs_are_listed_cancelled_and_started_again(t: TestDb) {
        let c = county(t).await;
        let mut boss = c.boss();
        assert!(both(&mut boss, "/admin/jobs").contains("没有任务"));
        let mut tx = c.db.begin().await.unwrap();
        let job = jobs::NewJob::new("casework.recompute", json!({}));
        let id = jobs::enqueue(&mut tx, c.clock.as_ref(), &OsRandom, job).await.unwrap();
        tx.commit().await.unwrap();
        let state = async || jobs::find(&mut c.db.read().await.unwrap(), id).await.unwrap().unwrap().state;
        let cancel = format!("/admin/jobs/{id}/cancel");
        let page = both(&mut boss, "/admin/jobs?state=queued");
        assert!(page.contains("重算在办期限") && page.contains(&cancel), "{page}");
        let csrf = html::forms(&page).into_iter().find(|f| f.action == cancel).unwrap().fields;
        assert_eq!(boss.submit("/admin/jobs", &cancel, &[]).unwrap().status, 303);
        assert_eq!(state().await, jobs::State::Cancelled);
        let twice: Vec<(&str, &str)> = csrf.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let over = boss.post(&cancel, &twice).unwrap();
        assert!(over.status == 422 && said(&over).contains("该任务已结束"), "{}", said(&over));
        let retry = format!("/admin/jobs/{id}/retry");
        assert_eq!(boss.submit("/admin/jobs?state=cancelled", &retry, &[]).unwrap().status, 303);
        assert_eq!(state().await, jobs::State::Queued);
        assert_eq!(c.audited(2).await, ["retry", "cancel"]);
    }

    async fn the_first_page_counts_and_only_administrators_come_in(t: TestDb) {
        let c = county(t).await;
        let mut boss = c.boss();
        let page = both(&mut boss, "/admin");
        for link in ["people", "units", "categories", "limits", "calendars", "hours", "tokens", "audit", "jobs"] {
            assert!(html::links(&page).contains(&format!("/admin/{link}")), "{link}");
        }
        // Two months before the entered notices end the next one is asked for.
        assert!(page.contains("工作日日历”录入 2027 年的通知"), "{page}");
        let (mut lead, _) = c.sign_in("lead", PASSWORD);
        for page in ["/admin", "/admin/people", "/admin/units", "/admin/tokens", "/admin/audit", "/admin/jobs"] {
            assert_eq!(lead.get(page).unwrap().status, 403, "{page}");
        }
        assert!(lead.get("/overview").unwrap().status == 200);
    }
}

/// One open matter a unit has a part in.
pub(super) async fn open_work(c: &County, unit: UnitId) {
    let random = Arc::new(OsRandom);
    let mut seed = Seed::begin(&c.db, c.clock.as_ref(), random.as_ref()).await;
    let enterprise = seed.enterprise("91419981MA0000000X", "示范恒达起重机械有限公司", None).await;
    seed.commit().await;
    let casework = Casework::new(c.db.clone(), c.clock.clone(), random.clone(), &std::env::temp_dir());
    let program = Actor::program("test");
    let raise = Raise {
        enterprise,
        unregistered: None,
        source: Source::Web,
        handed_down: false,
        origin_level: None,
        title: "厂区门口道路破损".into(),
        body: "请修复".into(),
        category: None,
        contact_name: "李明".into(),
        contact_phone: "13800000000".into(),
        once_key: None,
    };
    let request = casework.raise(&program, raise, vec![]).await.unwrap().request;
    let classification = Classification { category: "land".into(), grade: Grade::Key, level: Level::County };
    let assignment = AssignmentId::new(c.clock.now(), random.as_ref());
    let commands = [
        Command::Accept,
        Command::Classify { classification },
        Command::Assign { assignment, unit, role: Part::Lead, note: String::new(), share: None },
    ];
    let orders = commands.into_iter().map(|command| Order { need: Some(1), command }).collect();
    casework.execute(&program, request, None, orders, vec![]).await.unwrap();
}

/// Rows below the head of a spreadsheet.
fn rows_of(answer: &Response) -> usize {
    use calamine::Reader;
    let mut book = calamine::Xlsx::new(std::io::Cursor::new(answer.body.clone())).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    range.rows().count() - 3
}
