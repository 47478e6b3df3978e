//! 联系不上 as an answer, and co-units of a county with many, through the forms of the desk and the departments on both
//! databases.

use identity::UnitKind;
use kernel::OsRandom;
use testkit::both_engines;

use crate::desk::{HENGDA, class_and, county};
use crate::harness::county::Seed;
use crate::harness::engines::TestDb;
use crate::harness::html;

const NOT_REACHABLE: [(&str, &str); 2] = [("outcome", "not_reachable"), ("text", "三天都打不通，门口也没有人")];

both_engines! {
    async fn nobody_is_unreachable_before_it_was_tried_on_three_working_days(t: TestDb) {
        let c = county(t).await;
        let number = c.raise(HENGDA, "二期用地不动产证办理", "land", "hotline");
        let (mut desk, mut land, mut contact) = (c.seat("desk"), c.seat("land"), c.seat("contact"));
        desk.act(&number, "accept-assign", &class_and(&[("lead", "land")]));
        let page = land.text(&format!("/requests/{number}?do=answer"));
        assert!(page.contains("现在记了 0 天"), "the form says what it takes: {page}");
        let refused = html::text(&land.refused(&number, "answer", &NOT_REACHABLE));
        for want in ["还不能答复“联系不上”", "3 个不同的工作日", "记了 0 天", "记一次联系未成", "三天都打不通"] {
            assert!(refused.contains(want), "{want} is missing: {refused}");
        }

        // Three times on one Friday, on Saturday, and on Monday in the evening: one day.
        for _ in 0..3 {
            land.act(&number, "try-contact", &[("note", "拨打办公室电话")]);
        }
        for off in ["2026-02-07T10:00", "2026-02-09T20:00"] {
            c.at(off).await;
            land.act(&number, "try-contact", &[]);
        }
        c.at("2026-02-10T09:30").await;
        assert!(html::text(&land.refused(&number, "answer", &NOT_REACHABLE)).contains("记了 1 天"));
        assert!(desk.text(&format!("/requests/{number}")).contains("拨打办公室电话"), "the desk reads the note");
        let own = contact.zh.get(&format!("/my/{number}")).unwrap().text();
        assert!(own.contains("联系您，没有接通") && !own.contains("拨打办公室电话"), "the enterprise reads on which day: {own}");

        // An attempt is a sign of life of the unit, and another outcome needs none.
        assert!(desk.text(&format!("/requests/{number}")).contains("自然资源局答复"));
        land.act(&number, "try-contact", &[]);
        c.at("2026-02-11T10:00").await;
        assert!(land.text(&format!("/requests/{number}?do=try-contact")).contains("现在记了 2 天"));
        land.act(&number, "try-contact", &[]);
        assert!(land.text(&format!("/requests/{number}?do=answer")).contains("已在 3 个不同的工作日联系过"));
        land.act(&number, "answer", &NOT_REACHABLE);

        // The desk tries for itself, by the same rule.
        assert!(!desk.page(&format!("/requests/{number}")).contains("/close\""), "not offered before");
        for day in ["2026-02-12T10:00", "2026-02-13T10:00", "2026-02-14T10:00"] {
            c.at(day).await;
            desk.act(&number, "call-back", &[("result", "not_reached")]);
        }
        desk.act(&number, "close", &[]);
        assert!(desk.text(&format!("/requests/{number}")).contains("已销号"));
        let mut conn = c.db.read().await.unwrap();
        let tried = identity::AuditFilter { action: Some("try-contact".into()), ..identity::AuditFilter::default() };
        assert_eq!(identity::audit_list(&mut conn, &tried, None, 50).await.unwrap().len(), 7);
        assert!(identity::verify(&mut conn).await.unwrap().is_whole());
    }

    async fn co_units_among_many_are_found_counted_and_named(t: TestDb) {
        let c = county(t).await;
        let mut seed = Seed::begin(&c.db, c.clock.as_ref(), &OsRandom).await;
        let root = identity::find_unit_by_code(&mut seed.tx, "c").await.unwrap().unwrap().id;
        for n in 0..30 {
            seed.unit(Some(root), UnitKind::Department, &format!("u{n}"), &format!("第{n}科")).await;
        }
        seed.commit().await;
        let number = c.raise(HENGDA, "二期用地不动产证办理", "land", "hotline");
        let mut desk = c.seat("desk");
        let page = desk.page(&format!("/desk?state=submitted&open={number}"));
        assert!(page.contains("data-find-boxes") && page.contains("data-find=\"zjj\""), "found by initials: {page}");
        assert!(page.contains("data-ticked hidden>0<"), "{page}");

        let ticked = [("lead", "land"), ("co", "house"), ("co", "u7"), ("co", "land")];
        let seen = desk.submit(&format!("/desk?state=submitted&open={number}"), &format!("/requests/{number}/accept-assign"), &class_and(&[("lead", "land"), ("co", "house"), ("co", "u7"), ("share", "x")]));
        assert_eq!(seen.status, 422);
        let page = seen.text();
        assert!(page.contains("data-ticked>2<"), "{page}");
        let place = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is missing: {page}"));
        assert!(place("value=\"u7\" checked") < place("value=\"bank\""), "what is ticked stands first");
        let preview = |desk: &mut crate::desk::Person, deed: &str, fields: &[(&str, &str)]| {
            let form = html::forms(&desk.page(&format!("/requests/{number}?do={deed}"))).into_iter().find(|f| f.action.contains(&number)).unwrap();
            let mut all: Vec<(&str, &str)> = form.fields.iter().filter(|(name, _)| !["lead", "category", "grade", "level"].contains(&name.as_str())).map(|(k, v)| (k.as_str(), v.as_str())).collect();
            all.extend_from_slice(fields);
            let shown = desk.zh.post(&format!("/requests/{number}/preview"), &all).unwrap();
            assert_eq!(shown.status, 200);
            html::text(shown.text().split("id=\"preview\"").nth(1).unwrap())
        };
        let said = preview(&mut desk, "accept-assign", &class_and(&ticked));
        assert!(said.contains("前答复；协办：住建局、第7科"), "who leads helps nobody: {said}");

        desk.act(&number, "accept-assign", &class_and(&[("lead", "land"), ("co", "house")]));
        let added = preview(&mut desk, "assign", &[("co", "u7"), ("co", "u8")]);
        assert!(added.contains("请第7科、第8科协助办理"), "{added}");
        let own = c.seat("contact").zh.get(&format!("/my/{number}")).unwrap().text();
        assert!(own.contains("请住建局协助办理"), "as the enterprise reads it");
    }
}
