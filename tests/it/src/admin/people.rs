//! People and their passwords, roles and sessions through the pages of administration.

use identity::Role;
use testkit::both_engines;

use super::{PASSWORD, both, code_of, county, said};
use crate::harness::client::Client;
use crate::harness::engines::TestDb;
use crate::harness::html;

both_engines! {
    async fn somebody_new_gets_a_password_once_and_a_forgotten_one_is_replaced(t: TestDb) {
        let c = county(t).await;
        let mut boss = c.boss();
        // Nothing typed is lost, and all that is wrong is told at once.
        let typed = [("name", "王芳"), ("login", "zhang"), ("phone", "13812346021"), ("role", "handler")];
        let refused = boss.submit("/admin/people/new", "/admin/people/new", &typed).unwrap();
        assert_eq!(refused.status, 422);
        let page = refused.text();
        assert!(page.contains("王芳") && page.contains("13812346021"), "{page}");
        assert!(page.contains("已被占用") && page.contains("有 2 处需要修改"), "{page}");

        let filled = [("name", "王芳"), ("login", "WangFang"), ("title", "科员"), ("role", "handler"), ("unit", "land")];
        let made = boss.submit("/admin/people/new", "/admin/people/new", &filled).unwrap();
        assert_eq!(made.status, 200, "{}", made.text());
        let first = code_of(&made.text());
        assert_eq!(c.audited(1).await, ["add-person"]);
        let (mut fang, answer) = c.sign_in("wangfang", &first);
        assert_eq!(answer.status, 303, "{}", answer.text());
        // Before anything else the password that somebody else knows is changed.
        for path in ["/queue", "/", "/raise", "/my/2026-000001", "/sign-in", "/search?q=a"] {
            assert_eq!(fang.get(path).unwrap().header("location"), Some("/account"), "{path}");
        }
        assert_eq!(fang.get("/api/v1/requests").unwrap().status, 403);
        assert!(both(&mut fang, "/account").contains("notice due-soon"));
        let own = |old: &str, new: &str| [("old", old.to_owned()), ("new", new.to_owned()), ("again", new.to_owned())];
        for (new, status) in [(first.as_str(), 422), (PASSWORD, 303)] {
            let fields = own(&first, new);
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            assert_eq!(fang.submit("/account", "/account", &fields).unwrap().status, status, "{new}");
        }
        let (mut fang, _) = c.sign_in("wangfang", PASSWORD);
        assert_eq!(fang.get("/queue").unwrap().status, 200);
        assert!(!both(&mut boss, "/admin/people/wangfang").contains(&first), "shown once");

        let reset = boss.submit("/admin/people/wangfang", "/admin/people/wangfang/password", &[]).unwrap();
        let second = code_of(&reset.text());
        assert_ne!(first, second);
        assert_eq!(fang.get("/queue").unwrap().status, 303, "a new password signs out");
        assert_eq!(c.sign_in("wangfang", &first).1.status, 422);
        assert_eq!(c.sign_in("wangfang", &second).1.status, 303);
        let audit = both(&mut boss, "/admin/audit");
        assert!(!audit.contains(&second) && audit.contains("重置密码") && !audit.contains("13812346021"));
    }

    async fn the_own_password_is_not_found_by_trying(t: TestDb) {
        let c = county(t).await;
        let mut boss = c.boss();
        let try_it = |boss: &mut Client, old: &str| {
            let fields = [("old", old), ("new", "winter-Reed-88"), ("again", "winter-Reed-88")];
            boss.submit("/account", "/account", &fields).unwrap()
        };
        for n in 0..5 {
            assert_eq!(try_it(&mut boss, &format!("guess-{n}")).status, 422);
        }
        let page = try_it(&mut boss, PASSWORD);
        assert!(page.status == 422 && html::text(&page.text()).contains("操作太频繁"), "the right one waits too: {}", html::text(&page.text()));
        assert_eq!(c.audited(5).await, ["change-password-refused"; 5]);
    }

    async fn a_locked_person_is_shown_and_let_in_again_by_a_new_password(t: TestDb) {
        let c = county(t).await;
        let mut boss = c.boss();
        for _ in 0..6 {
            assert_ne!(c.sign_in("zhang", "wrong-password").1.status, 303);
        }
        assert_ne!(c.sign_in("zhang", PASSWORD).1.status, 303, "locked also for the right password");
        assert!(both(&mut boss, "/admin/people/zhang").contains("暂锁"));
        assert!(both(&mut boss, "/admin/people?q=zhang").contains("暂锁"));
        let reset = boss.submit("/admin/people/zhang", "/admin/people/zhang/password", &[]).unwrap();
        assert_eq!(c.sign_in("zhang", &code_of(&reset.text())).1.status, 303);
    }

    async fn signing_out_everywhere_and_leaving_end_every_session_at_once(t: TestDb) {
        let c = county(t).await;
        let mut boss = c.boss();
        let (mut one, _) = c.sign_in("zhang", PASSWORD);
        let (mut two, _) = c.sign_in("zhang", PASSWORD);
        let out = boss.submit("/admin/people/zhang", "/admin/people/zhang/sign-out", &[]).unwrap();
        assert_eq!(out.status, 303);
        assert_eq!((one.get("/queue").unwrap().status, two.get("/queue").unwrap().status), (303, 303));

        let (mut again, _) = c.sign_in("zhang", PASSWORD);
        assert_eq!(again.get("/queue").unwrap().status, 200);
        let asked = both(&mut boss, "/admin/people/zhang/leave");
        assert!(asked.contains("自然资源局没有其他承办人员"), "{asked}");
        let left = boss.submit("/admin/people/zhang/leave", "/admin/people/zhang/leave", &[]).unwrap();
        assert_eq!((left.status, c.person("zhang").await.active), (303, false));
        assert_eq!(again.get("/queue").unwrap().status, 303);
        assert_eq!(c.sign_in("zhang", PASSWORD).1.status, 422);
        assert!(!both(&mut boss, "/admin/people").contains("/admin/people/zhang\""), "not in use");
        assert!(both(&mut boss, "/admin/people?who=all").contains("/admin/people/zhang\""));

        let back = boss.submit("/admin/people/zhang", "/admin/people/zhang/return", &[]).unwrap();
        assert_eq!(back.status, 303);
        assert_eq!(c.sign_in("zhang", PASSWORD).1.status, 303);
        // Nobody locks themselves out.
        let own = boss.submit("/admin/people/boss/leave", "/admin/people/boss/leave", &[]).unwrap();
        assert_eq!(own.status, 422);
        assert!(c.person("boss").await.active && boss.get("/admin").unwrap().status == 200);
        let mut acts = c.audited(9).await;
        acts.retain(|act| act.ends_with("activate"));
        assert_eq!(acts, ["activate", "deactivate"]);
    }

    async fn two_administrators_at_one_person_lose_nothing(t: TestDb) {
        let c = county(t).await;
        let (mut boss, mut other) = (c.boss(), c.boss());
        let page = other.get("/admin/people/zhang").unwrap().text();
        let csrf = html::forms(&page).iter().find(|form| form.action == "/admin/people/zhang").unwrap().fields.clone();
        let first = boss.submit("/admin/people/zhang", "/admin/people/zhang", &[("title", "副局长")]).unwrap();
        assert_eq!(first.status, 303, "{}", first.text());
        let mut late: Vec<(&str, &str)> = csrf.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        late.iter_mut().find(|(k, _)| *k == "phone").unwrap().1 = "13800000001";
        let refused = other.post("/admin/people/zhang", &late).unwrap();
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("13800000001"), "what was typed stays");
        assert!(said(&refused).contains("职务现在是“副局长”") && said(&refused).contains("boss"), "{}", said(&refused));
        assert_eq!(c.person("zhang").await.title, "副局长");
        let wrong = [("away_from", "2026-12-05"), ("away_until", "2026-12-01")];
        let refused = boss.submit("/admin/people/zhang", "/admin/people/zhang", &wrong).unwrap();
        assert!(refused.status == 422 && refused.text().contains("2026-12-05"));
        let away = [("away_from", "2026-11-18"), ("away_until", "2026-12-01")];
        assert_eq!(boss.submit("/admin/people/zhang", "/admin/people/zhang", &away).unwrap().status, 303);
        assert!(both(&mut boss, "/admin/people").contains("请假"));
    }

    async fn roles_take_effect_at_once_and_the_own_one_stays(t: TestDb) {
        let c = county(t).await;
        let mut boss = c.boss();
        let (mut zhang, _) = c.sign_in("zhang", PASSWORD);
        assert_eq!(zhang.get("/desk").unwrap().status, 403);
        let give = "/admin/people/zhang/roles";
        for fields in [vec![("role", "desk")], vec![("role", "enterprise"), ("enterprise", "91419981MA0000000X")], vec![]] {
            let refused = boss.submit("/admin/people/zhang", give, &fields).unwrap();
            assert_eq!(refused.status, 422, "{fields:?}");
        }
        let desk = [("role", "desk"), ("unit", "c")];
        assert_eq!(boss.submit("/admin/people/zhang", give, &desk).unwrap().status, 303);
        assert_eq!(boss.submit("/admin/people/zhang", give, &desk).unwrap().status, 422, "held already");
        assert_eq!(zhang.get("/desk").unwrap().status, 200);
        let held = c.person("zhang").await.grants;
        let desk = held.iter().find(|held| held.grant.role == Role::Desk).unwrap().id;
        let end = format!("/admin/people/zhang/roles/{desk}/end");
        assert_eq!(boss.submit("/admin/people/zhang", &end, &[]).unwrap().status, 303);
        assert_eq!(zhang.get("/desk").unwrap().status, 403);
        assert_eq!(c.audited(2).await, ["take-role", "give-role"]);

        let own = c.person("boss").await.grants[0].id;
        let refused = boss.submit("/admin/people/boss", &format!("/admin/people/boss/roles/{own}/end"), &[]).unwrap();
        assert_eq!((refused.status, c.person("boss").await.grants.len()), (422, 1));
        assert!(both(&mut boss, "/admin/people?role=handler&unit=land").contains("/admin/people/zhang\""));
        assert!(!both(&mut boss, "/admin/people?role=handler&unit=house").contains("/admin/people/zhang\""));
    }
}
