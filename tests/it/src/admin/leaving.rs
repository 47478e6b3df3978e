//! Somebody leaves: what they did for enterprises is handed over in the same step, and nothing of them stays behind.

use identity::{Role, UnitKind};
use kernel::{EnterpriseId, OsRandom, PersonId};
use registry::HelperKind;
use registry::ask::{self, Filter};
use registry::seed;
use testkit::both_engines;

use super::{County, both, county, said};
use crate::harness::county::{FROM, Seed};
use crate::harness::engines::TestDb;

const HENGDA: &str = "91419981MA0000000X";
const WEIHUA: &str = "91419981MA0000001X";

/// 周帮 leads 恒达 and is deputy of 卫华; 曾接 is a helper as well.
async fn helped(c: &County) -> (EnterpriseId, EnterpriseId, PersonId) {
    let mut seed = Seed::begin(&c.db, c.clock.as_ref(), &OsRandom).await;
    let root = identity::find_unit_by_code(&mut seed.tx, "c").await.unwrap().unwrap().id;
    let town = seed.unit(Some(root), UnitKind::Township, "town", "城关镇").await;
    let hengda = seed.enterprise(HENGDA, "示范恒达起重机械有限公司", Some(town)).await;
    let weihua = seed.enterprise(WEIHUA, "示范卫华集团有限公司", Some(town)).await;
    let leaves = seed.person("leaves", "周帮").await;
    let follows = seed.person("follows", "曾接").await;
    for person in [leaves, follows] {
        seed.role(person, Role::Helper, c.land).await;
    }
    let now = kernel::Clock::now(c.clock.as_ref());
    seed::assign_helper(&mut seed.tx, &OsRandom, hengda, leaves, HelperKind::Lead, FROM, now).await.unwrap();
    seed.helps(leaves, weihua).await;
    seed.commit().await;
    (hengda, weihua, leaves)
}

/// Who helps an enterprise, each with how.
async fn helpers(t: &TestDb, enterprise: EnterpriseId) -> Vec<(String, HelperKind)> {
    let mut conn = t.db.read().await.unwrap();
    let firm = ask::by_id(&mut conn, &identity::Actor::program("test"), enterprise).await.unwrap().unwrap();
    let rows = ask::helpers(&mut conn, &firm).await.unwrap();
    rows.into_iter().map(|row| (row.name, row.kind)).collect()
}

/// How many enterprises have a helper: by the count on the overview, and by the list.
async fn covered(t: &TestDb) -> (i64, i64) {
    let mut conn = t.db.read().await.unwrap();
    let all = identity::Reached { all: true, ..identity::Reached::default() };
    let filter = Filter { has_helper: Some(true), ..Filter::default() };
    let counted = ask::count(&mut conn, &all, &filter).await.unwrap();
    (counted, ask::list(&mut conn, &all, &filter, None, 50).await.unwrap().len() as i64)
}

both_engines! {
    async fn nobody_leaves_before_it_is_said_who_takes_over(t: TestDb) {
        let c = county(t).await;
        let (hengda, weihua, _) = helped(&c).await;
        let mut boss = c.boss();
        let leave = "/admin/people/leaves/leave";
        let page = both(&mut boss, leave);
        assert!(page.contains("包联 2 户企业") && page.contains("曾接 · 自然资源局 [follows]"), "{page}");
        let refused = boss.submit(leave, leave, &[]).unwrap();
        assert!(refused.status == 422 && said(&refused).contains("请指定接手的人"), "{}", said(&refused));
        for successor in ["没有此人", "leaves", "zhang"] {
            let refused = boss.submit(leave, leave, &[("successor", successor)]).unwrap();
            assert!(refused.status == 422 && said(&refused).contains("没有找到这位助企干部"), "{successor}");
            assert!(refused.text().contains(&format!("value=\"{successor}\"")), "what was typed stays");
        }
        // Neither does the role go away alone: the name would stay on the pages of enterprises.
        let held = c.person("leaves").await.grants[0].id;
        let end = format!("/admin/people/leaves/roles/{held}/end");
        let refused = boss.submit("/admin/people/leaves", &end, &[]).unwrap();
        assert!(refused.status == 422 && said(&refused).contains("还包联 2 户企业"), "{}", said(&refused));
        let person = c.person("leaves").await;
        assert!(person.active && person.grants.len() == 1 && !person.phone.is_empty());
        assert_eq!((helpers(t, hengda).await.len(), helpers(t, weihua).await.len(), covered(t).await), (1, 1, (2, 2)));
    }

    async fn one_step_hands_over_all_and_leaves_nothing_behind(t: TestDb) {
        let c = county(t).await;
        let (hengda, weihua, leaves) = helped(&c).await;
        let mut boss = c.boss();
        let leave = "/admin/people/leaves/leave";
        let own = format!("to-{WEIHUA}");
        let said_so = [("successor", "曾接 · 自然资源局 [follows]"), (own.as_str(), "没有人接手 [-]")];
        let left = boss.submit(leave, leave, &said_so).unwrap();
        assert_eq!(left.status, 303, "{}", said(&left));
        let person = c.person("leaves").await;
        assert!(!person.active && person.grants.is_empty() && person.phone.is_empty(), "{person:?}");
        assert!(ask::helped_by(&mut t.db.read().await.unwrap(), &identity::reached(&identity::Actor::program("test"), &registry::access::READ), leaves).await.unwrap().is_empty());
        assert_eq!(helpers(t, hengda).await, [("曾接".to_owned(), HelperKind::Lead)]);
        assert!(helpers(t, weihua).await.is_empty());
        assert_eq!(covered(t).await, (1, 1));
        let page = both(&mut boss, &format!("/enterprises/{HENGDA}"));
        assert!(page.contains("曾接") && !page.contains("<td>周帮"), "{page}");
        assert!(both(&mut boss, "/enterprises?helper=no").contains("卫华"));
        assert_eq!(c.audited(4).await, ["deactivate", "take-role", "hand-over", "hand-over"]);
        // Who has left cannot be named again.
        let assign = format!("/enterprises/{WEIHUA}/helpers");
        let again = [("person", "leaves"), ("kind", "lead")];
        assert_eq!(boss.submit(&format!("/enterprises/{WEIHUA}"), &assign, &again).unwrap().status, 422);
    }

    async fn who_stays_hands_over_without_leaving(t: TestDb) {
        let c = county(t).await;
        let (hengda, _, _) = helped(&c).await;
        let mut boss = c.boss();
        let leave = "/admin/people/leaves/leave";
        let handed = boss.submit(leave, leave, &[("successor", "曾接"), ("stays", "yes")]).unwrap();
        assert_eq!(handed.status, 303, "{}", said(&handed));
        let person = c.person("leaves").await;
        assert!(person.active && person.grants.len() == 1);
        assert_eq!((helpers(t, hengda).await[0].0.as_str(), covered(t).await), ("曾接", (2, 2)));
        // Bonds of somebody made inactive before this page could hand over count no more.
        let mut tx = t.db.begin().await.unwrap();
        tx.script("UPDATE person SET active = FALSE WHERE login = 'follows'").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!((helpers(t, hengda).await.len(), covered(t).await), (0, (0, 0)));
        let again = boss.submit("/admin/people/follows/leave", "/admin/people/follows/leave", &[("successor", "周帮"), ("stays", "yes")]);
        assert_eq!((again.unwrap().status, covered(t).await), (303, (2, 2)));
    }
}
