//! The pages of enterprises, visitors and helpers over HTTP, on both databases: raising, following, rating, and what
//! people type who are in a hurry or up to no good.

use std::sync::Arc;

use axum::{Extension, Router};
use casework::command::{Command, Order};
use casework::event::{CallResult, Classification, Grade, Level, Outcome, Role as Part};
use casework::store::list::{self, NeedFilter, Order as Sort};
use casework::{Casework, Category};
use db::sql;
use identity::Actor;
use kernel::{AssignmentId, Clock, EnterpriseId, FixedClock, PersonId, RequestId, SeededRandom, UnitId};
use web::{AppState, Config, Inner, Words};

use crate::both_engines;
use crate::harness::client::{Client, Part as Field};
use crate::harness::engines::TestDb;
use crate::harness::html;
use crate::harness::http::Response;
use crate::harness::server::{Running, spawn};

const HENGDA: &str = "91419981MA0000000X";
const WEIHUA: &str = "91419981MA0000001X";
const JPEG: &[u8] = &[0xff, 0xd8, 0xff, 0xe0, 0, 16, b'J', b'F', b'I', b'F', 0, 1, 1, 0, 0, 1, 0, 1];
const GUIDANCE: &str = "请写明：地块位置和面积、哪一年取得、缺哪项手续。";

struct County {
    server: Running,
    casework: Casework,
    clock: Arc<FixedClock>,
    random: Arc<SeededRandom>,
    land: UnitId,
    contact: String,
    other: String,
    helper: String,
    desk: String,
}

/// A county with a land bureau, two enterprises with a contact each, a helper of the first and somebody of the desk.
async fn county(t: &TestDb) -> County {
    let clock = Arc::new(FixedClock::at("2026-11-09T09:30").unwrap());
    let random = Arc::new(SeededRandom::new(11));
    let now = clock.now();
    let mut tx = t.db.begin().await.unwrap();
    let mut unit = async |parent: Option<UnitId>, kind: &str, code: &str, name: &str, path: &str| {
        let id = UnitId::new(now, random.as_ref());
        sql("INSERT INTO unit (id, parent_id, kind, code, name, name_en, path, sort, active, created_at, updated_at, version) \
             VALUES ($1, $2, $3, $4, $5, $4, $6, 0, $7, $8, $8, 1)")
        .bind(id).bind(parent).bind(kind).bind(code).bind(name).bind(path).bind(true).bind(now).run(&mut tx).await.unwrap();
        id
    };
    let root = unit(None, "county", "c", "示范县", "/c/").await;
    let land = unit(Some(root), "department", "land", "自然资源局", "/c/land/").await;
    let town = unit(Some(root), "township", "town", "城关镇", "/c/town/").await;
    let mut enterprises = Vec::new();
    for (serial, code, name) in [(1_i64, HENGDA, "示范恒达起重机械有限公司"), (2, WEIHUA, "示范卫华集团有限公司")]
    {
        let id = EnterpriseId::new(now, random.as_ref());
        sql("INSERT INTO enterprise (id, serial, credit_code, code_check, name, short_name, name_key, pinyin, division, township_id, \
             industry, chain, scale, address, contact_name, contact_phone, staff, status, created_at, updated_at, version) VALUES \
             ($1, $2, $3, 'ok', $4, '', $5, 'x', '419981', $6, '3432', NULL, 'above', '', '李明', '13800000000', 142, 'active', $7, $7, 1)")
        .bind(id).bind(serial).bind(code).bind(name).bind(kernel::name_key(name)).bind(town).bind(now).run(&mut tx).await.unwrap();
        enterprises.push(id);
    }
    let land_category = Category {
        code: "land".into(),
        name: "用地".into(),
        name_en: "Land".into(),
        guidance: GUIDANCE.into(),
        guidance_en: "Say where.".into(),
        lead: Some(land),
        sort: 1,
        active: true,
        version: 0,
    };
    let from = chrono::NaiveDate::from_ymd_opt(2019, 1, 1).unwrap();
    casework::store::settings::install(&mut tx, &[land_category], from, now).await.unwrap();
    let mut person = async |login: &str,
                            name: &str,
                            role: &str,
                            unit: Option<UnitId>,
                            enterprise: Option<EnterpriseId>| {
        let id = PersonId::new(now, random.as_ref());
        sql("INSERT INTO person (id, login, name, phone, title, password_hash, active, failed_count, locked_until, away_from, \
             away_until, created_at, updated_at, version) VALUES ($1, $2, $3, '13812346021', '', NULL, $4, 0, NULL, NULL, NULL, $5, $5, 1)")
        .bind(id).bind(login).bind(name).bind(true).bind(now).run(&mut tx).await.unwrap();
        sql("INSERT INTO role_grant (id, person_id, role, unit_id, enterprise_id, created_at) VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(kernel::uuid_v7(now, random.as_ref())).bind(id).bind(role).bind(unit).bind(enterprise).bind(now)
            .run(&mut tx).await.unwrap();
        let opened = identity::open_session(&mut tx, clock.as_ref(), random.as_ref(), id, "").await.unwrap();
        (id, opened.token)
    };
    let (_, contact) = person("contact", "李明", "enterprise", None, Some(enterprises[0])).await;
    let (_, other) = person("other", "赵六", "enterprise", None, Some(enterprises[1])).await;
    let (helping, helper) = person("helper", "周帮", "helper", Some(land), None).await;
    let (_, desk) = person("desk", "王芳", "desk", Some(root), None).await;
    sql("INSERT INTO helper (id, enterprise_id, person_id, kind, from_date, to_date, created_at) VALUES ($1, $2, $3, 'chief', $4, NULL, $5)")
        .bind(kernel::uuid_v7(now, random.as_ref())).bind(enterprises[0]).bind(helping).bind(from).bind(now)
        .run(&mut tx).await.unwrap();
    tx.commit().await.unwrap();

    let casework = Casework::new(t.db.clone(), clock.clone(), random.clone(), t.folder());
    let words = [kernel::WORDS.as_slice(), jobs::WORDS, identity::WORDS, web::WORDS, casework::MODULE.words];
    let config = Config {
        county_zh: "示范县".into(),
        county_en: "Demo".into(),
        data_dir: t.folder().to_owned(),
        base_url: "https://county.example".into(),
        secure_cookies: false,
        demo: Vec::new(),
        lang: None,
    };
    let state = AppState::new(Inner {
        db: t.db.clone(),
        clock: clock.clone(),
        random: random.clone(),
        words: Words::build(words.into_iter().flatten().copied()).unwrap(),
        config,
        nav: casework::MODULE.nav.to_vec(),
    });
    let router = web::router(&state, &[casework::MODULE], Router::new()).layer(Extension(casework.clone()));
    County { server: spawn(router).await, casework, clock, random, land, contact, other, helper, desk }
}

impl County {
    fn visitor(&self) -> Client {
        Client::new(&self.server.url)
    }

    fn signed_in(&self, token: &str) -> Client {
        let mut client = self.visitor();
        client.set_cookie("wanqi", token);
        client
    }

    async fn rows(&self) -> Vec<list::NeedRow> {
        let mut conn = self.casework.db.read().await.unwrap();
        let settings = self.casework.settings(&mut conn).await.unwrap();
        let all = identity::Reached { all: true, ..identity::Reached::default() };
        let at = settings.moment(self.clock.now());
        list::list(&mut conn, &all, &NeedFilter::default(), at, Sort::Oldest, None, 100).await.unwrap()
    }

    /// What the county does, as the program itself.
    async fn county_does(&self, request: RequestId, commands: Vec<Command>) {
        let orders = commands.into_iter().map(|command| Order { need: Some(1), command }).collect();
        self.casework.execute(&Actor::program("test"), request, None, orders, vec![]).await.unwrap();
    }

    /// Accepts, classifies, assigns to the land bureau and signs.
    async fn take_up(&self, request: RequestId) -> AssignmentId {
        let assignment = AssignmentId::new(self.clock.now(), self.random.as_ref());
        let classification = Classification { category: "land".into(), grade: Grade::Key, level: Level::County };
        self.county_does(
            request,
            vec![
                Command::Accept,
                Command::Classify { classification },
                Command::Assign { assignment, unit: self.land, role: Part::Lead, note: String::new(), share: None },
                Command::Sign { assignment },
            ],
        )
        .await;
        assignment
    }
}

/// The form of `/raise` filled in, fields of the page included.
fn filled(page: &str, title: &str) -> Vec<(String, String)> {
    let form = html::forms(page).into_iter().find(|form| form.action == "/raise").expect("the form");
    let own = [
        ("title", title),
        ("body", "竣工测绘已完成，缺规划核实"),
        ("category", "land"),
        ("name", "李明"),
        ("phone", "138 1234 6021"),
    ];
    let mut fields: Vec<(String, String)> =
        form.fields.into_iter().filter(|(name, _)| own.iter().all(|(n, _)| n != name)).collect();
    fields.extend(own.map(|(name, value)| (name.to_owned(), value.to_owned())));
    fields
}

fn set(fields: &mut Vec<(String, String)>, name: &str, value: &str) {
    fields.retain(|(n, _)| n != name);
    fields.push((name.to_owned(), value.to_owned()));
}

fn send(client: &mut Client, path: &str, fields: &[(String, String)], files: &[(&str, &[u8])]) -> Response {
    let mut parts: Vec<(&str, Field)> =
        fields.iter().map(|(name, value)| (name.as_str(), Field::Text(value))).collect();
    for (name, bytes) in files {
        parts.push(("attachment", Field::File { name, media_type: "application/octet-stream", bytes }));
    }
    client.post_multipart(path, &parts).unwrap()
}

both_engines! {
    async fn a_visitor_raises_once_follows_and_adds(t: TestDb) {
        let c = county(t).await;
        let mut visitor = c.visitor().not_following();
        let page = visitor.get(&format!("/raise?e={HENGDA}")).unwrap().text();
        assert!(page.contains("示范恒达起重机械有限公司") && page.contains(GUIDANCE));
        assert!(!page.contains("13800000000"), "a visitor is not told the enterprise's number");
        let fields = filled(&page, "二期用地不动产证办理");
        let first = send(&mut visitor, "/raise", &fields, &[("门口.jpg", JPEG)]);
        assert_eq!(first.status, 303, "{}", first.text());
        let second = send(&mut visitor, "/raise", &fields, &[("门口.jpg", JPEG)]);
        assert_eq!(first.header("location"), second.header("location"), "a double click makes one");
        let rows = c.rows().await;
        assert_eq!((rows.len(), rows[0].source.as_str(), rows[0].number.as_str()), (1, "qr", "2026-000001"));
        let sent = visitor.get(first.header("location").unwrap()).unwrap().text();
        assert!(sent.contains("2026-000001") && sent.contains("11月10日"), "number and until when: {sent}");

        // Without the pass nobody sees it, whether the number exists or not.
        let mut stranger = c.visitor().not_following();
        for number in ["2026-000001", "2026-999999"] {
            let answer = stranger.get(&format!("/follow/{number}")).unwrap();
            assert_eq!((answer.status, answer.header("location").map(str::to_owned)), (303, Some(format!("/follow?number={number}"))));
        }
        let csrf = html::forms(&stranger.get("/follow").unwrap().text())[0].fields[0].1.clone();
        let ask = |client: &mut Client, number: &str, phone: &str| {
            client.post("/follow", &[("csrf", &csrf), ("number", number), ("phone", phone)]).unwrap()
        };
        let plain = |answer: Response, number: &str| answer.text().replace(number, "N");
        let wrong = ask(&mut stranger, "2026-000001", "13900000000");
        assert_eq!(wrong.status, 422);
        let unknown = ask(&mut stranger, "2026-999999", "13900000000");
        assert_eq!(plain(wrong, "2026-000001"), plain(unknown, "2026-999999"), "nothing tells them apart");
        let found = ask(&mut stranger, "2026-000001", "+86 138-1234-6021");
        assert_eq!(found.header("location"), Some("/follow/2026-000001"));
        let seen = stranger.get("/follow/2026-000001").unwrap().text();
        assert!(seen.contains("竣工测绘已完成") && seen.contains("门口.jpg"));
        let file = html_link(&seen, "/files/");
        assert_eq!(stranger.get(&file).unwrap().body, JPEG);
        assert_eq!(stranger.get("/my/2026-000001").unwrap().header("location"), Some("/sign-in?next=%2Fmy%2F2026-000001"));

        // Papers that are waited for end the wait; sent twice they are there once.
        let assignment = c.take_up(rows[0].request).await;
        c.county_does(rows[0].request, vec![Command::StartWait { reason: "请补规划核实意见".into() }]).await;
        let page = stranger.get("/follow/2026-000001").unwrap().text();
        assert!(page.contains("请补规划核实意见"));
        let form = html::forms(&page).into_iter().find(|f| f.action.ends_with("/remark")).unwrap();
        let mut fields = form.fields;
        set(&mut fields, "text", "核实意见见附件");
        for _ in 0..2 {
            let answer = send(&mut stranger, &form.action, &fields, &[("意见.pdf", b"%PDF-1.7 x")]);
            assert_eq!(answer.status, 303, "{}", answer.text());
        }
        let page = stranger.get("/follow/2026-000001").unwrap().text();
        let history = page.split("class=\"timeline\"").nth(1).unwrap();
        assert_eq!(history.matches("核实意见见附件").count(), 1);
        assert_eq!(c.rows().await[0].state, "in_progress");
        let _ = assignment;

        // Guessing stops.
        let last = (0..25).map(|_| ask(&mut stranger, "2026-000001", "13900000000").status).fold(None, |_, status| Some(status));
        assert_eq!(last, Some(429));
    }

    async fn people_with_an_account_raise_for_theirs_only(t: TestDb) {
        let c = county(t).await;
        let mut contact = c.signed_in(&c.contact);
        let home = contact.get("/my").unwrap().text();
        assert!(home.contains("还没有提过问题") && home.contains("周帮") && home.contains("tel:13812346021"), "{home}");
        let page = contact.get("/raise").unwrap().text();
        let form = html::forms(&page).into_iter().find(|form| form.action == "/raise").unwrap();
        assert!(form.fields.iter().any(|(name, value)| name == "phone" && value == "13812346021"), "known already");
        let answer = send(&mut contact, "/raise", &filled(&page, "厂区门口公交线路"), &[]);
        assert!(answer.text().contains("2026-000001"));

        // Another enterprise is not theirs, whatever the form is made to say.
        let mut fields = filled(&page, "别家的事");
        set(&mut fields, "who", WEIHUA);
        set(&mut fields, "once", "11111111-2222-3333-4444-555555555555");
        send(&mut contact, "/raise", &fields, &[]);
        assert!(c.rows().await.iter().all(|row| row.enterprise_name.contains("恒达")));
        let mut other = c.signed_in(&c.other);
        assert_eq!(other.get("/my/2026-000001").unwrap().status, 404);
        assert_eq!(other.get(&format!("/helped/{HENGDA}")).unwrap().status, 404);
        assert_eq!(other.get(&format!("/posters/enterprise/{HENGDA}")).unwrap().status, 404);
        let page = other.get("/my").unwrap().text();
        let csrf = html::forms(&page).iter().find_map(|f| f.fields.iter().find(|(n, _)| n == "csrf").cloned()).unwrap().1;
        let answer = other.post("/my/2026-000001/withdraw", &[("csrf", &csrf), ("seq", "1")]).unwrap();
        assert_eq!(answer.status, 404);

        // The same again: asked first, nothing lost, added to the one that is there.
        let page = contact.get("/raise").unwrap().text();
        let asked = send(&mut contact, "/raise", &filled(&page, "希望厂区门口通公交线路"), &[("门口.jpg", JPEG)]);
        let asked = asked.text();
        assert!(asked.contains("是不是这件事") && asked.contains("2026-000001@"), "{asked}");
        assert!(asked.contains("希望厂区门口通公交线路") && asked.contains("门口.jpg"), "typed and attached are kept");
        let before = c.rows().await.len();
        let mut fields = filled(&asked, "希望厂区门口通公交线路");
        let value = asked.split("name=\"add_to\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        set(&mut fields, "add_to", value);
        let added = send(&mut contact, "/raise", &fields, &[]).text();
        assert!(added.contains("门口.jpg") && added.contains("希望厂区门口通公交线路"), "{added}");
        assert_eq!(c.rows().await.len(), before);
        // Or sent as new, with its file.
        let page = contact.get("/raise").unwrap().text();
        let asked = send(&mut contact, "/raise", &filled(&page, "厂区门口公交线路"), &[("夜景.jpg", JPEG)]).text();
        let mut fields = filled(&asked, "厂区门口公交线路");
        set(&mut fields, "anyway", "yes");
        let sent = send(&mut contact, "/raise", &fields, &[]).text();
        assert!(sent.contains("已经收到"), "{sent}");
        let newest = c.rows().await.pop().unwrap();
        assert!(contact.get(&format!("/my/{}", newest.number)).unwrap().text().contains("夜景.jpg"));

        // A visitor learns only that there is one.
        let mut visitor = c.visitor();
        let page = visitor.get(&format!("/raise?e={HENGDA}")).unwrap().text();
        let asked = send(&mut visitor, "/raise", &filled(&page, "厂区门口公交线路 2"), &[]).text();
        assert!(asked.contains("好像已经提过") && !asked.contains("2026-000001"), "{asked}");

        // The helper raises for the enterprise; the desk sees a visit.
        let mut helper = c.signed_in(&c.helper);
        let page = helper.get(&format!("/raise?e={HENGDA}")).unwrap().text();
        send(&mut helper, "/raise", &filled(&page, "缺电焊工二十名"), &[]);
        let row = c.rows().await.pop().unwrap();
        assert_eq!((row.source.as_str(), row.title.as_str()), ("visit", "缺电焊工二十名"));
        let list = helper.get("/helped").unwrap().text();
        assert!(list.contains("示范恒达起重机械有限公司") && !list.contains("卫华") && list.contains("最近动静"), "{list}");
        assert!(helper.get("/helped?show=quiet").unwrap().text().contains("没有符合条件的企业"));
        let one = helper.get(&format!("/helped/{HENGDA}")).unwrap().text();
        assert!(one.contains("缺电焊工二十名") && !one.contains("/rate"), "a helper does not rate");
        let sheet = helper.get("/helped?export=xlsx").unwrap();
        assert!(sheet.status == 200 && sheet.body.starts_with(b"PK"));
        assert_eq!(contact.get("/helped").unwrap().status, 403);

        // Posters.
        let poster = helper.get(&format!("/posters/enterprise/{HENGDA}")).unwrap().text();
        assert!(poster.contains("<svg") && poster.contains(&format!("https://county.example/raise?e={HENGDA}")) && poster.contains("周帮"));
        let mut desk = c.signed_in(&c.desk);
        assert!(desk.get("/posters").unwrap().text().contains("/posters/township/town"));
        assert!(desk.get("/posters/township/town").unwrap().text().contains("/raise?t=town"));
        assert_eq!(contact.get("/posters").unwrap().status, 403);
    }

    async fn what_people_type_is_told_kept_and_harmless(t: TestDb) {
        let c = county(t).await;
        let mut contact = c.signed_in(&c.contact);
        let page = contact.get("/raise").unwrap().text();
        let long = "长".repeat(10_000);
        for (field, value, told) in [
            ("body", long.as_str(), "现在是 10000 个字"),
            ("title", "", "请填写"),
            ("phone", "1380000", "区号"),
            ("phone", "明天打给我", "error"),
            ("category", "nonsense", "请选择"),
            ("body", GUIDANCE, "提示的原文"),
        ] {
            let mut fields = filled(&page, "標題 😀 <b>粗</b>");
            set(&mut fields, field, value);
            let answer = send(&mut contact, "/raise", &fields, &[]);
            let text = answer.text();
            assert_eq!(answer.status, 422, "{field}");
            assert!(text.contains(told), "{field}: {told}");
            let again = html::forms(&text).into_iter().find(|form| form.action == "/raise").unwrap();
            if field != "category" {
                assert!(again.fields.contains(&(field.to_owned(), value.to_owned())), "{field} is kept");
            }
        }
        // Files that are none are named; everything else stays, also the file that is one.
        let big = vec![0xff_u8; 25 * 1024 * 1024];
        let mut big_jpeg = JPEG.to_vec();
        big_jpeg.extend(big);
        let files: [(&str, &[u8]); 3] = [("发票.pdf", b"MZ\x90\x00 this is a program"), ("大图.jpg", &big_jpeg), ("好.jpg", JPEG)];
        let fields = filled(&page, "标题");
        let answer = send(&mut contact, "/raise", &fields, &files);
        let text = answer.text();
        assert_eq!(answer.status, 422);
        assert!(text.contains("“发票.pdf”不是照片") && text.contains("“大图.jpg”超过 20 MB"), "{text}");
        let again = html::forms(&text).into_iter().find(|form| form.action == "/raise").unwrap();
        assert!(again.fields.iter().any(|(name, value)| name == "body" && value.contains("竣工测绘")));
        assert!(again.fields.iter().any(|(name, _)| name == "kept") && text.contains("好.jpg"));
        // The token of waiting files is worth nothing to anybody else.
        let mut other = c.signed_in(&c.other);
        let theirs = other.get("/raise").unwrap().text();
        let mut stolen = filled(&theirs, "偷来的附件");
        for name in ["pending", "kept"] {
            set(&mut stolen, name, &again.fields.iter().find(|(n, _)| n == name).unwrap().1);
        }
        let number = send(&mut other, "/raise", &stolen, &[]).text();
        assert!(number.contains("2026-000001"));
        assert!(!other.get("/my/2026-000001").unwrap().text().contains("好.jpg"));

        // HTML, SQL and templates in every field come back as text.
        let nasty = "'; DROP TABLE request; -- <img src=x onerror=alert(1)> {{7*7}} \u{202e}龍";
        let mut fields = filled(&page, nasty);
        set(&mut fields, "body", nasty);
        set(&mut fields, "name", "<img src=x onerror=alert(1)>'; --");
        set(&mut fields, "once", "99999999-2222-3333-4444-555555555555");
        let sent = send(&mut contact, "/raise", &fields, &[]);
        assert!(sent.text().contains("2026-000002"), "{}", sent.text());
        for path in ["/my", "/my/2026-000002"] {
            let text = contact.get(path).unwrap().text();
            assert!(!text.contains("<img src=x") && text.contains("DROP TABLE request") && text.contains("{{7*7}}"), "{path}");
        }
        // A form that is no form of ours is refused.
        assert_eq!(contact.post("/raise", &[("title", "x")]).unwrap().status, 403);
        for path in ["/my/2026-000009'--", "/my/%00", "/posters/township/%00", "/posters/enterprise/%00%27"] {
            assert_eq!(contact.get(path).unwrap().status, 404, "{path}");
        }
        assert_eq!(c.visitor().get("/raise?e=%3Cscript%3E&t=%00").unwrap().status, 200);
    }

    async fn the_enterprise_has_the_last_word(t: TestDb) {
        let c = county(t).await;
        let mut contact = c.signed_in(&c.contact);
        let raise = |client: &mut Client, title: &str| {
            let page = client.get("/raise").unwrap().text();
            let text = send(client, "/raise", &filled(&page, title), &[]).text();
            assert!(text.contains("已经收到"), "{text}");
        };
        raise(&mut contact, "二期用地不动产证办理");
        let request = c.rows().await[0].request;
        let mine = "/my/2026-000001";
        let solved = |client: &mut Client, verdict: &str| client.submit(mine, "/my/2026-000001/rate", &[("verdict", verdict)]).unwrap();
        let assignment = c.take_up(request).await;
        c.county_does(request, vec![Command::Answer { assignment, outcome: Outcome::Resolved, text: "已核发".into() }]).await;

        // Not solved asks why first and then reopens.
        let home = contact.get("/my").unwrap().text();
        assert!(home.contains("解决了") && home.contains("没解决"));
        let asked = solved(&mut contact, "not_solved").text();
        assert_eq!(c.rows().await[0].state, "answered", "nothing is reopened by a slip of the thumb");
        assert!(asked.contains("没解决，我们接着办"), "{asked}");
        contact.submit(&format!("{mine}?rate=not_solved"), "/my/2026-000001/rate", &[("text", "证上面积不对")]).unwrap();
        let row = &c.rows().await[0];
        assert_eq!((row.state.as_str(), row.reopened), ("assigned", 1));

        // Solved is noted at once; stars and words come after.
        c.county_does(request, vec![Command::Answer { assignment, outcome: Outcome::Resolved, text: "已更正".into() }]).await;
        let stale = contact.get(mine).unwrap().text();
        let thanks = solved(&mut contact, "solved").text();
        assert!(thanks.contains("愿意再说两句吗"), "{thanks}");
        let rated = contact.submit(&format!("{mine}?rate=solved"), "/my/2026-000001/rate", &[("stars", "5"), ("text", "很快")]).unwrap();
        assert!(rated.text().contains("5 颗星"));
        let home = contact.get("/my").unwrap().text();
        assert!(home.contains("您已评价") && !home.contains("没解决"), "asked once: {home}");

        // Somebody was quicker: told what happened, words kept, nothing done.
        let form = html::forms(&stale).into_iter().find(|form| form.action.ends_with("/remark")).unwrap();
        let mut fields = form.fields;
        set(&mut fields, "text", "补充一句");
        let answer = send(&mut contact, &form.action, &fields, &[]);
        assert_eq!(answer.status, 200, "a remark contradicts nothing: {}", answer.text());

        c.county_does(request, vec![Command::CallBack { result: CallResult::Satisfied, note: "秘密备注".into() }]).await;
        let page = contact.get(mine).unwrap().text();
        assert!(page.contains("已办结") && !page.contains("秘密备注"));
        let object = |client: &mut Client| {
            let form = html::forms(&client.get(mine).unwrap().text()).into_iter().find(|form| form.action.ends_with("/object"));
            form.map(|form| form.fields)
        };
        let fields = object(&mut contact).expect("within the time");
        let mut late = fields.clone();
        set(&mut late, "text", "");
        assert_eq!(send(&mut contact, "/my/2026-000001/object", &late, &[]).status, 422, "say what");
        set(&mut late, "text", "还是没拿到证");
        assert_eq!(send(&mut contact, "/my/2026-000001/object", &late, &[]).status, 200);
        assert_eq!(c.rows().await[0].reopened, 2);
        let twice = send(&mut contact, "/my/2026-000001/object", &late, &[]);
        assert_eq!((twice.status, c.rows().await[0].reopened), (200, 2), "a double click objects once");

        // A page that is out of date does not withdraw; it says what happened.
        let page = contact.get(mine).unwrap().text();
        let form = html::forms(&page).into_iter().find(|form| form.action.ends_with("/withdraw")).unwrap();
        c.county_does(request, vec![Command::Report { assignment: Some(assignment), text: "已约窗口".into(), visible_to_enterprise: true }]).await;
        let mut fields = form.fields;
        set(&mut fields, "text", "自己办好了");
        let refused = send(&mut contact, &form.action, &fields, &[]);
        let text = refused.text();
        assert_eq!(refused.status, 422);
        assert!(text.contains("您打开页面之后：") && text.contains("已约窗口") && text.contains("自己办好了"), "{text}");
        let withdrawn = contact.submit(mine, "/my/2026-000001/withdraw", &[("text", "自己办好了")]).unwrap();
        assert!(withdrawn.text().contains("您已经撤回"));

        // Returned with an explanation, completed, handed in again.
        raise(&mut contact, "招二十名焊工");
        let second = c.rows().await[1].request;
        c.county_does(second, vec![Command::Return { reason_code: "incomplete".into(), explanation: "请写明工资".into() }]).await;
        let home = contact.get("/my").unwrap().text();
        assert!(home.contains("招二十名焊工") && home.contains("已退回"));
        assert!(contact.get("/my/2026-000002").unwrap().text().contains("请写明工资"));
        let again = contact
            .submit("/my/2026-000002", "/my/2026-000002/resubmit", &[("title", "招二十名焊工，月薪八千"), ("text", "包吃住")])
            .unwrap();
        assert!(again.text().contains("月薪八千") && again.text().contains("包吃住"), "{}", again.text());
        assert_eq!(c.rows().await[1].state, "submitted");
    }
}

/// The first address on the page that contains `part`.
fn html_link(page: &str, part: &str) -> String {
    page.split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .find(|link| link.contains(part))
        .unwrap()
        .to_owned()
}
