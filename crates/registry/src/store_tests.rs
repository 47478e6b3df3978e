//! The register: what is found, counted, changed and refused.

use identity::{Reached, Role, reached};
use kernel::{ErrorKind, PersonId, UnitId};
use testkit::both_engines;

use crate::enterprise::{HelperKind, NewEnterprise, Scale};
use crate::store::{self, After, AliasKind, Filter};
use crate::testing::{Bench, code, enterprise};
use crate::{access, keep};

const ALL: Reached = Reached { all: true, enterprises: Vec::new(), helper: None, units: Vec::new(), paths: Vec::new() };

async fn filled(b: &Bench, names: &[(&str, Option<UnitId>)]) {
    let mut tx = b.db.begin().await.unwrap();
    let news: Vec<NewEnterprise> = (1..)
        .zip(names)
        .map(|(n, (name, town))| NewEnterprise {
            township: town.map(|_| b.town),
            scale: if n % 2 == 0 { Scale::Above } else { Scale::Micro },
            ..enterprise(n, name)
        })
        .collect();
    store::create_many(&mut tx, &b.clock, &b.random, &news).await.unwrap();
    tx.commit().await.unwrap();
}

both_engines! {
    async fn an_enterprise_is_found_by_what_people_type(b: Bench) {
        let here = Some(UnitId::from_uuid(uuid::Uuid::nil()));
        filled(b, &[("示范恒达起重机械有限公司", here), ("长垣瑞丰食品有限公司", None), ("ABC（中国）有限公司", here)]).await;
        let mut conn = b.db.read().await.unwrap();
        let second = code(2);
        let cases = [
            ("恒达", 1),
            ("达", 1),
            ("起重机械", 1),
            ("hdqz", 1),
            ("hengda", 1),
            ("ruifeng", 1),
            ("cyrf", 1),
            ("abc", 1),
            ("有限公司", 3),
            ("91419981", 3),
            (second.as_str(), 1),
            ("恒丰", 0),
            ("'; DROP TABLE x; --", 0),
            ("", 3),
            ("！", 3),
        ];
        for (text, want) in cases {
            let filter = Filter { text: text.into(), ..Filter::default() };
            let rows = store::list(&mut conn, &ALL, &filter, None, 50).await.unwrap();
            let n = store::count(&mut conn, &ALL, &filter).await.unwrap();
            let facets = store::facets(&mut conn, &ALL, &filter).await.unwrap();
            assert_eq!((rows.len() as i64, n, facets.iter().map(|f| f.n).sum()), (want, want, want), "{text}");
        }
        let narrowed = [
            (Filter { township: Some("chengguan".into()), ..Filter::default() }, 2),
            (Filter { township: Some("none".into()), ..Filter::default() }, 1),
            (Filter { scale: Some(Scale::Above), ..Filter::default() }, 1),
            (Filter { has_helper: Some(true), ..Filter::default() }, 0),
            (Filter { has_helper: Some(false), text: "恒达".into(), ..Filter::default() }, 1),
            (Filter { chain: Some("none".into()), ..Filter::default() }, 3),
            (Filter { industry: Some("34%".into()), ..Filter::default() }, 0),
        ];
        for (filter, want) in narrowed {
            assert_eq!(store::count(&mut conn, &ALL, &filter).await.unwrap(), want, "{filter:?}");
        }
    }
}

both_engines! {
    async fn pages_by_key_show_every_row_once(b: Bench) {
        let names: Vec<String> = (0..23).map(|n| format!("同名公司{}", n % 5)).collect();
        let names: Vec<_> = names.iter().map(|name| (name.as_str(), None)).collect();
        filled(b, &names).await;
        let mut conn = b.db.read().await.unwrap();
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = store::list(&mut conn, &ALL, &Filter::default(), after.as_ref(), 4).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(After { pinyin: last.pinyin.clone(), id: last.id });
            seen.extend(page.iter().map(|row| row.credit_code.clone()));
        }
        let all = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!((all, seen.len()), (23, 23));
    }
}

both_engines! {
    async fn a_renamed_enterprise_is_still_found_and_two_editors_do_not_overwrite_each_other(b: Bench) {
        filled(b, &[("恒达机械厂", None), ("瑞丰食品厂", None)]).await;
        let desk = b.desk();
        let mut conn = b.db.read().await.unwrap();
        let old = store::find_by_code(&mut conn, code(1).as_str()).await.unwrap().unwrap();
        let new = NewEnterprise {
            name: " 恒达起重\n有限公司 ".into(),
            credit_code: code(7),
            division: "410728".parse().ok(),
            contact_phone: "0373 8812345".into(),
            ..old.facts.clone()
        };
        keep::update(&b.db, &b.clock, &b.random, &desk, old.id, 1, new.clone()).await.unwrap();
        let late = keep::update(&b.db, &b.clock, &b.random, &desk, old.id, 1, new.clone()).await.unwrap_err();
        assert_eq!(late.code, "changed-meanwhile");
        let taken = NewEnterprise { credit_code: code(2), ..new.clone() };
        let taken = keep::update(&b.db, &b.clock, &b.random, &desk, old.id, 2, taken).await.unwrap_err();
        assert_eq!((taken.fields[0].field.as_ref(), taken.fields[0].code), ("credit_code", "credit-code-taken"));

        let now = store::find_by_code(&mut conn, code(1).as_str()).await.unwrap().unwrap();
        assert_eq!(
            (now.id, now.facts.name.as_str(), now.version),
            (old.id, "恒达起重 有限公司", 2),
            "the former code leads there"
        );
        assert_eq!(now.facts.division.unwrap().to_string(), "410783");
        let kinds: Vec<_> = store::aliases(&mut conn, old.id).await.unwrap().into_iter().map(|a| a.kind).collect();
        for kind in AliasKind::ALL.into_iter().filter(|kind| *kind != AliasKind::AlsoCalled) {
            assert!(kinds.contains(&kind), "{kind:?} in {kinds:?}");
        }
        let by_old_name = Filter { text: "机械厂".into(), ..Filter::default() };
        assert_eq!(store::count(&mut conn, &ALL, &by_old_name).await.unwrap(), 1);
        let same = store::duplicates(&mut conn, "恒达起重 (有限责任公司)", code(2).as_str()).await.unwrap();
        assert_eq!(same.len(), 2, "one by name, one by code");
        let again = keep::create(&b.db, &b.clock, &b.random, &desk, enterprise(1, "另一家")).await.unwrap_err();
        assert_eq!(again.fields[0].code, "credit-code-taken", "a former code is taken too");
    }
}

both_engines! {
    async fn everything_wrong_with_an_enterprise_is_told_at_once(b: Bench) {
        let new = NewEnterprise {
            short_name: "长".repeat(61),
            contact_phone: "8812345".into(),
            staff: Some(-1),
            ..enterprise(1, "  ")
        };
        let error = keep::create(&b.db, &b.clock, &b.random, &b.desk(), new).await.unwrap_err();
        let fields: Vec<_> = error.fields.iter().map(|f| (f.field.as_ref(), f.code)).collect();
        assert_eq!(
            fields,
            [
                ("name", "required"),
                ("short_name", "too-long"),
                ("contact_phone", "phone-no-area-code"),
                ("staff", "staff-range")
            ]
        );
    }
}

both_engines! {
    async fn one_lead_at_a_time_and_each_sees_what_the_table_says(b: Bench) {
        let here = Some(UnitId::from_uuid(uuid::Uuid::nil()));
        filled(b, &[("恒达机械厂", here), ("瑞丰食品厂", None)]).await;
        let mut conn = b.db.read().await.unwrap();
        let id = store::find_by_code(&mut conn, code(1).as_str()).await.unwrap().unwrap().id;
        let mut tx = b.db.begin().await.unwrap();
        let new = identity::NewPerson { login: "lina".into(), name: "李娜".into(), ..Default::default() };
        let other: PersonId = identity::create_person(&mut tx, &b.clock, &b.random, new).await.unwrap();
        tx.commit().await.unwrap();
        let from = chrono::NaiveDate::from_ymd_opt(2026, 1, 5).unwrap();
        let assign = async |actor, person, kind| {
            keep::assign_helper(&b.db, &b.clock, &b.random, actor, id, person, kind, from).await
        };
        let desk = b.desk();
        for (person, kind) in [
            (b.person, HelperKind::Lead),
            (b.person, HelperKind::Lead),
            (other, HelperKind::Deputy),
            (other, HelperKind::Lead),
        ] {
            assign(&desk, person, kind).await.unwrap();
        }
        let helpers = store::helpers_of(&mut conn, id).await.unwrap();
        assert_eq!(helpers.iter().map(|h| (h.name.as_str(), h.kind)).collect::<Vec<_>>(), [("李娜", HelperKind::Lead)]);
        assert_eq!(store::helped_by(&mut conn, &ALL, other).await.unwrap().len(), 1);
        assert!(store::helped_by(&mut conn, &ALL, b.person).await.unwrap().is_empty());

        let count = async |role, unit, path: &str| {
            let reach = reached(&b.actor(role, unit, path), &access::READ);
            store::count(&mut b.db.read().await.unwrap(), &reach, &Filter::default()).await.unwrap()
        };
        assert_eq!(count(Role::Desk, b.county, "/c/").await, 2);
        assert_eq!(count(Role::Leader, b.town, "/c/chengguan/").await, 1);
        assert_eq!(count(Role::Leader, b.park, "/c/park/").await, 0);
        assert_eq!(count(Role::Handler, b.park, "/c/park/").await, 2);
        assert_eq!(count(Role::Helper, b.park, "/c/park/").await, 0, "王芳 helps nobody any more");
        let handler = b.actor(Role::Handler, b.park, "/c/park/");
        assert_eq!(assign(&handler, b.person, HelperKind::Lead).await.unwrap_err().kind, ErrorKind::Forbidden);
        let helper = b.actor(Role::Helper, b.park, "/c/park/");
        assert_eq!(assign(&helper, b.person, HelperKind::Lead).await.unwrap_err().kind, ErrorKind::NotFound);
    }
}
