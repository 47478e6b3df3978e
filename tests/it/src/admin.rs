//! Administration through its pages, on both databases: people and their passwords, roles, units in the tree, tokens,
//! the audit and jobs; each change is in the audit and the chain holds.

use std::sync::Arc;

use app::Config;
use identity::{NewGrant, NewPerson, NewUnit, Role, UnitKind};
use kernel::{Clock, FixedClock, OsRandom, UnitId};
use serde_json::json;

use crate::both_engines;
use crate::harness::client::Client;
use crate::harness::engines::TestDb;
use crate::harness::html;
use crate::harness::http::Response;
use crate::harness::server::{Running, spawn};

const PASSWORD: &str = "sunny-Kiln-42";

struct County {
    server: Running,
    clock: Arc<FixedClock>,
    db: db::Db,
    land: UnitId,
}

/// A county with two bureaus, an administrator and a handler who can sign in.
async fn county(t: &TestDb) -> County {
    let clock = Arc::new(FixedClock::at("2026-11-20T10:00").unwrap());
    let hash = identity::hash_password(PASSWORD, &OsRandom).await.unwrap();
    let mut tx = t.db.begin().await.unwrap();
    let mut unit = async |parent, kind, code: &str, name: &str| {
        let new = NewUnit { parent, kind, code: code.into(), name: name.into(), name_en: code.into(), sort: 1 };
        identity::create_unit(&mut tx, clock.as_ref(), &OsRandom, new).await.unwrap().id
    };
    let root = unit(None, UnitKind::County, "c", "示范县").await;
    let land = unit(Some(root), UnitKind::Department, "land", "自然资源局").await;
    unit(Some(root), UnitKind::Department, "house", "住建局").await;
    let categories = app::install::categories().unwrap();
    let from = chrono::NaiveDate::from_ymd_opt(2025, 1, 1).unwrap();
    casework::store::settings::install(&mut tx, &categories, from, clock.now()).await.unwrap();
    for (login, role, unit) in
        [("boss", Role::Admin, root), ("zhang", Role::Handler, land), ("lead", Role::Leader, root)]
    {
        let new = NewPerson {
            login: login.into(),
            name: login.into(),
            password_hash: Some(hash.clone()),
            ..NewPerson::default()
        };
        let id = identity::create_person(&mut tx, clock.as_ref(), &OsRandom, new).await.unwrap();
        let grant = NewGrant { role, unit: Some(unit), enterprise: None };
        identity::grant_role(&mut tx, clock.as_ref(), &OsRandom, id, grant).await.unwrap();
    }
    tx.commit().await.unwrap();
    let text = format!("database = \"{}\"\ndata_dir = \".\"\ncounty_zh = \"示范县\"", t.url);
    let config = Config::read(&text, t.folder(), |_| None).unwrap();
    let app = app::assemble(&config, t.db.clone(), clock.clone(), Arc::new(OsRandom)).unwrap();
    County { server: spawn(app.router).await, clock, db: t.db.clone(), land }
}

impl County {
    /// Somebody who has signed in, with what came of it.
    fn sign_in(&self, login: &str, password: &str) -> (Client, Response) {
        let mut client = Client::new(&self.server.url).not_following();
        let fields = [("login", login), ("password", password)];
        let answer = client.submit("/sign-in", "/sign-in", &fields).unwrap();
        (client, answer)
    }

    fn boss(&self) -> Client {
        let (client, answer) = self.sign_in("boss", PASSWORD);
        assert_eq!(answer.status, 303);
        client
    }

    async fn person(&self, login: &str) -> identity::Person {
        identity::find_person_by_login(&mut self.db.read().await.unwrap(), login).await.unwrap().unwrap()
    }

    async fn paths(&self) -> Vec<String> {
        let units = identity::list_units(&mut self.db.read().await.unwrap()).await.unwrap();
        units.into_iter().map(|unit| unit.path).collect()
    }

    /// The newest actions of the audit, newest first; the chain must hold.
    async fn audited(&self, n: u32) -> Vec<String> {
        let mut conn = self.db.read().await.unwrap();
        assert!(identity::verify(&mut conn).await.unwrap().is_whole());
        let entries = identity::audit_list(&mut conn, &identity::AuditFilter::default(), None, n).await.unwrap();
        entries.into_iter().map(|entry| entry.action).collect()
    }
}

/// The page in both languages must have every word.
fn both(client: &mut Client, page: &str) -> String {
    let mut texts = Vec::new();
    for lang in ["en", "zh-CN"] {
        *client = client.clone().with_header("Accept-Language", lang);
        let answer = client.get(page).unwrap();
        assert_eq!(answer.status, 200, "{page} {lang}");
        let text = answer.text();
        assert!(!text.contains('⟦'), "{page} {lang}: {text}");
        texts.push(text);
    }
    texts.pop().unwrap()
}

/// What stands in the first `<code>` of a page.
fn code_of(page: &str) -> String {
    let (_, rest) = page.split_once("<code").unwrap();
    rest.split_once('>').unwrap().1.split_once('<').unwrap().0.to_owned()
}

fn said(answer: &Response) -> String {
    html::text(&answer.text())
}

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
        assert!(!page.contains("暂定"));
        let (mut lead, _) = c.sign_in("lead", PASSWORD);
        for page in ["/admin", "/admin/people", "/admin/units", "/admin/tokens", "/admin/audit", "/admin/jobs"] {
            assert_eq!(lead.get(page).unwrap().status, 403, "{page}");
        }
        assert!(lead.get("/overview").unwrap().status == 200);
    }
}

/// One open matter a unit has a part in.
async fn open_work(c: &County, unit: UnitId) {
    let now = c.clock.now();
    let mut tx = c.db.begin().await.unwrap();
    let firm = kernel::EnterpriseId::new(now, &OsRandom);
    let (request, need) = (kernel::RequestId::new(now, &OsRandom), kernel::NeedId::new(now, &OsRandom));
    db::sql(
        "INSERT INTO enterprise (id, serial, credit_code, code_check, name, short_name, name_key, pinyin, division, township_id, \
         industry, chain, scale, address, contact_name, contact_phone, staff, status, created_at, updated_at, version) VALUES \
         ($1, 1, '91419981MA0000000X', 'ok', '示范恒达', '', 'x', 'x', '419981', NULL, '3432', NULL, 'above', '', '', '', 1, 'active', $2, $2, 1)",
    )
    .bind(firm).bind(now).run(&mut tx).await.unwrap();
    db::sql(
        "INSERT INTO request (id, number, enterprise_id, once_key, source, handed_down, title, body, origin_level, category_hint, \
         contact_name, contact_phone, state, submitted_at, updated_at, version) VALUES ($1, '2026-000001', $2, NULL, 'portal', $4, \
         'x', 'x', NULL, NULL, '', '', 'open', $3, $3, 1)",
    )
    .bind(request).bind(firm).bind(now).bind(false).run(&mut tx).await.unwrap();
    db::sql(
        "INSERT INTO need (id, serial, request_id, idx, number, enterprise_id, title, source, handed_down, state, open, act_next, \
         submitted_at, round, reopened, hops, paused, provisional, refusals, extension_asked, updated_at) VALUES ($1, 1, $2, 1, \
         '2026-000001', $3, 'x', 'portal', $5, 'assigned', $6, 'unit_sign', $4, 1, 0, 0, $5, $5, 0, $5, $4)",
    )
    .bind(need).bind(request).bind(firm).bind(now).bind(false).bind(true).run(&mut tx).await.unwrap();
    db::sql("INSERT INTO assignment (id, need_id, unit_id, role, round, state, open, assigned_at) VALUES ($1, $2, $3, 'lead', 1, 'sent', $5, $4)")
        .bind(kernel::AssignmentId::new(now, &OsRandom)).bind(need).bind(unit).bind(now).bind(true).run(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}

/// Rows below the head of a spreadsheet.
fn rows_of(answer: &Response) -> usize {
    use calamine::Reader;
    let mut book = calamine::Xlsx::new(std::io::Cursor::new(answer.body.clone())).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    range.rows().count() - 3
}
