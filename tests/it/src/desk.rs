//! The pages of the desk and the departments over HTTP, on both databases: a request's whole life through forms, two
//! people at once, many at once, and lists that agree with their counts and spreadsheets.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::{Extension, Router};
use casework::Casework;
use db::sql;
use identity::{Role, UnitKind};
use kernel::{Clock, FixedClock, Random, SeededRandom, UnitId};
use testkit::both_engines;

use crate::desk_page::{counted, exported, facets};
use crate::harness::client::{Client, Part};
use crate::harness::county::{self, Seed, category};
use crate::harness::engines::TestDb;
use crate::harness::html;
use crate::harness::http::Response;
use crate::harness::server::{Running, spawn};

pub const HENGDA: &str = "91419981MA0000000X";
const WEIHUA: &str = "91419981MA0000001X";
const HOSTILE: &str = "<script>alert('万')</script>";

/// Login, name, and each role with its unit.
type Seat<'a> = (&'static str, &'static str, &'a [(Role, UnitId)]);

pub struct County {
    server: Running,
    pub clock: Arc<FixedClock>,
    pub db: db::Db,
    seats: Vec<(&'static str, String)>,
}

/// A county with three bureaus, two enterprises, two people at the desk (one of whom also works at the land bureau), a
/// handler in each bureau, a helper, a leader and a contact.
pub async fn county(t: &TestDb) -> County {
    let clock = Arc::new(FixedClock::at("2026-02-06T09:10").unwrap());
    let random = Arc::new(SeededRandom::new(5));
    let mut seed = Seed::begin(&t.db, clock.as_ref(), random.as_ref()).await;
    let root = seed.unit(None, UnitKind::County, "c", "示范县").await;
    let land = seed.unit(Some(root), UnitKind::Department, "land", "自然资源局").await;
    let house = seed.unit(Some(root), UnitKind::Department, "house", "住建局").await;
    let bank = seed.unit(Some(root), UnitKind::Department, "bank", "金融工作局").await;
    let town = seed.unit(Some(root), UnitKind::Township, "town", "城关镇").await;
    let hengda = seed.enterprise(HENGDA, "示范恒达起重机械有限公司", Some(town)).await;
    seed.enterprise(WEIHUA, "示范卫华集团有限公司", Some(town)).await;
    let categories = [
        category("land", "用地", Some(land), 1),
        category("fin", "金融", Some(bank), 2),
        category("other", "其他", None, 3),
    ];
    seed.settings(&categories).await;
    let mut seats = Vec::new();
    let people: [Seat<'_>; 9] = [
        ("desk", "王芳", &[(Role::Desk, root)]),
        ("desk2", "赵敏", &[(Role::Desk, root)]),
        ("both", "钱两", &[(Role::Desk, root), (Role::Handler, land)]),
        ("land", "张伟", &[(Role::Handler, land)]),
        ("house", "孙建", &[(Role::Handler, house)]),
        ("bank", "李融", &[(Role::Handler, bank)]),
        ("leader", "周县", &[(Role::Leader, root)]),
        ("helper", "吴帮", &[(Role::Helper, land)]),
        ("contact", "李明", &[]),
    ];
    for (login, name, roles) in people {
        let person = seed.person(login, name).await;
        for (role, unit) in roles {
            seed.role(person, *role, *unit).await;
        }
        match login {
            "helper" => seed.helps(person, hengda).await,
            "contact" => seed.contact(person, hengda).await,
            _ => {}
        }
        seats.push((login, seed.session(person).await));
    }
    seed.commit().await;

    let casework = Casework::new(t.db.clone(), clock.clone(), random.clone(), t.folder());
    let state = county::state(t, clock.clone(), random, &[casework::MODULE]);
    let router = web::router(&state, &[casework::MODULE], Router::new()).layer(Extension(casework));
    County { server: spawn(router).await, clock, db: t.db.clone(), seats }
}

/// Somebody at a browser; every page is looked at in both languages.
pub struct Person {
    pub zh: Client,
    en: Client,
}

impl County {
    pub fn seat(&self, login: &str) -> Person {
        let token = &self.seats.iter().find(|(seat, _)| *seat == login).unwrap().1;
        let mut zh = Client::new(&self.server.url).not_following();
        zh.set_cookie("wanqi", token);
        let en = zh.clone().with_header("Accept-Language", "en");
        Person { zh, en }
    }

    /// Days pass; nobody is signed out by it.
    pub async fn at(&self, local: &str) {
        self.clock.set(FixedClock::at(local).unwrap().now());
        let now = self.clock.now();
        let mut tx = self.db.begin().await.unwrap();
        sql("UPDATE session SET seen_at = $1, expires_at = $2")
            .bind(now)
            .bind(now + chrono::Duration::days(1))
            .run(&mut tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// A request taken down by the desk; its number.
    pub fn raise(&self, code: &str, title: &str, category: &str, source: &str) -> String {
        let mut desk = self.seat("desk");
        let page = format!("/requests/new?enterprise={code}");
        let level = if source == "handed_down" { "city" } else { "" };
        let fields = [
            ("source", source),
            ("origin_level", level),
            ("title", title),
            ("category", category),
            ("body", "二期 38 亩，竣工测绘已完成"),
            ("contact_name", "李明"),
            ("contact_phone", "138 1234 6021"),
        ];
        let sent = desk.submit(&page, "/requests/new", &fields);
        assert_eq!(sent.status, 303, "{}", html::text(&sent.text()));
        sent.header("location").unwrap().rsplit('/').next().unwrap().to_owned()
    }
}

impl Person {
    /// A page, in Chinese; in both languages no word is missing and nothing typed comes back as a tag.
    pub fn page(&mut self, path: &str) -> String {
        let english = self.en.get(path).unwrap();
        let chinese = self.zh.get(path).unwrap();
        assert_eq!((chinese.status, english.status), (200, 200), "{path}: {}", html::text(&chinese.text()));
        for text in [chinese.text(), english.text()] {
            whole(path, &text);
        }
        chinese.text()
    }

    pub fn text(&mut self, path: &str) -> String {
        html::text(&self.page(path))
    }

    fn status(&mut self, path: &str) -> u16 {
        self.zh.get(path).unwrap().status
    }

    pub fn submit(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Response {
        let answer = self.zh.submit(page, action, fields).unwrap();
        whole(page, &answer.text());
        answer
    }

    /// A deed through the form on the need's page; it must succeed.
    pub fn act(&mut self, number: &str, deed: &str, fields: &[(&str, &str)]) {
        let answer = self.try_act(number, deed, fields);
        assert_eq!(answer.status, 303, "{deed}: {}", html::text(&answer.text()));
        let page = answer.header("location").unwrap().to_owned();
        self.page(&page);
    }

    pub fn try_act(&mut self, number: &str, deed: &str, fields: &[(&str, &str)]) -> Response {
        self.submit(&format!("/requests/{number}?do={deed}"), &format!("/requests/{number}/{deed}"), fields)
    }

    /// A refused deed: 422 with a page that says why.
    pub fn refused(&mut self, number: &str, deed: &str, fields: &[(&str, &str)]) -> String {
        let answer = self.try_act(number, deed, fields);
        assert_eq!(answer.status, 422, "{deed}: {}", html::text(&answer.text()));
        answer.text()
    }
}

fn whole(path: &str, page: &str) {
    assert!(
        !page.contains('⟦'),
        "{path}: {}",
        page.split('⟦').nth(1).unwrap_or("").chars().take(60).collect::<String>()
    );
    assert!(!page.contains(HOSTILE), "{path} prints what was typed as tags");
}

const CLASS: [(&str, &str); 3] = [("category", "land"), ("grade", "key"), ("level", "county")];

pub fn class_and<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    CLASS.iter().chain(more).copied().collect()
}

both_engines! {
    async fn a_request_lives_its_whole_life_through_forms(t: TestDb) {
        let c = county(t).await;
        let mut desk = c.seat("desk");
        let found = desk.text("/requests/new?find=%E6%81%92%E8%BE%BE");
        assert!(found.contains("示范恒达起重机械有限公司"), "{found}");
        let number = c.raise(HENGDA, HOSTILE, "land", "visit");
        assert_eq!(number, "2026-000001");
        let inbox = desk.page(&format!("/desk?open={number}"));
        let text = html::text(&inbox);
        for want in ["待受理 1 件", "走访", "受理并交办", "自然资源局", "职工 142 人", "重点 · 10 个工作日"] {
            assert!(text.contains(want), "{want} is missing: {text}");
        }
        // The due date and the lead follow what is chosen, before anything is decided.
        let form = html::forms(&inbox).into_iter().find(|f| f.action.ends_with("/accept-assign")).unwrap();
        let chosen = [("category", "fin"), ("grade", "hard"), ("note", "先看")];
        let kept = form.fields.iter().filter(|(name, _)| chosen.iter().all(|(own, _)| own != name));
        let fields: Vec<(&str, &str)> = kept.map(|(n, v)| (n.as_str(), v.as_str())).chain(chosen).collect();
        let preview = desk.zh.post(&format!("/requests/{number}/preview"), &fields).unwrap();
        let text = html::text(&preview.text());
        for want in ["到期 3月5日 周四 17:30", "已交给金融工作局，3月5日 周四 前答复", "先看", "待受理 1 件"] {
            assert!(preview.status == 200 && text.contains(want), "{want} is missing: {text}");
        }
        let sent = desk.submit(&format!("/desk?open={number}"), &format!("/requests/{number}/accept-assign"), &[]);
        assert_eq!(sent.status, 303, "the preset form can be sent as it stands");
        desk.act(&number, "unassign", &[("unit", "land"), ("reason", "先看看")]);

        desk.act(&number, "assign", &class_and(&[("lead", "land"), ("co", "house"), ("note", "请尽快")]));
        let page = desk.text(&format!("/requests/{number}"));
        for want in ["对企业的承诺：10 个工作日", "春节", "住建局", "牵头 自然资源局", "下一步该谁 自然资源局签收"] {
            assert!(page.contains(want), "{want} is missing: {page}");
        }

        // The department: queue, bulk sign, waiting, extension.
        c.at("2026-02-09T10:00").await;
        let (mut land, mut house) = (c.seat("land"), c.seat("house"));
        assert!(land.text("/queue").contains("待签收 1 件"));
        let signed = land.submit("/queue", "/queue/sign", &[("row", &number)]);
        assert_eq!(signed.status, 303);
        assert!(!land.text("/queue").contains("待签收 1 件"));
        assert_eq!(c.seat("bank").status(&format!("/requests/{number}")), 404, "another bureau does not see it");
        land.act(&number, "wait", &[("reason", "竣工测绘报告")]);
        assert!(land.text(&format!("/requests/{number}")).contains("等企业补件"));
        c.at("2026-02-10T10:00").await;
        land.act(&number, "resume", &[]);
        land.act(&number, "ask-extension", &[("n", "5"), ("reason", "需要市里会审")]);
        assert!(desk.text(&format!("/requests/{number}")).contains("申请延期"));
        desk.act(&number, "decide-extension", &[("unit", "land"), ("granted", "yes")]);
        assert!(!land.page(&format!("/requests/{number}")).contains("ask-extension"), "it can be had once only");

        // Refused within the window, given to another bureau.
        house.act(&number, "sign", &[]);
        house.act(&number, "answer", &[("outcome", "resolved"), ("text", "无须规划变更")]);
        desk.act(&number, "unassign", &[("unit", "land"), ("reason", "应由金融局办理")]);
        desk.act(&number, "assign", &class_and(&[("lead", "bank")]));
        let mut bank = c.seat("bank");
        let empty = bank.refused(&number, "refuse", &[("reason", " ")]);
        assert!(empty.contains("error-summary"), "a reason is asked for");
        bank.act(&number, "refuse", &[("reason", "职责在自然资源局")]);
        assert!(desk.text("/desk?state=accepted").contains(&number));
        desk.act(&number, "assign", &class_and(&[("lead", "land")]));
        land.act(&number, "sign", &[]);

        // The answer, with a file, by somebody who also sits at the desk and so may not call back.
        let mut both = c.seat("both");
        let page = both.page(&format!("/requests/{number}?do=answer"));
        let form = html::forms(&page).into_iter().find(|f| f.action.ends_with("/answer")).unwrap();
        let mut parts: Vec<(&str, Part)> = form.fields.iter().filter(|(name, _)| name != "text" && name != "outcome")
            .map(|(name, value)| (name.as_str(), Part::Text(value))).collect();
        parts.extend([("outcome", Part::Text("resolved")), ("text", Part::Text("证已办好，请来领取"))]);
        parts.push(("attachment", Part::File { name: "测绘 报告.pdf", media_type: "text/html", bytes: b"%PDF-1.7 x" }));
        let sent = both.zh.post_multipart(&form.action, &parts).unwrap();
        assert_eq!(sent.status, 303, "{}", html::text(&sent.text()));
        let page = both.page(&format!("/requests/{number}"));
        let link = html::links(&page).into_iter().find(|link| link.starts_with("/files/")).expect("the file");
        let file = both.zh.get(&link).unwrap();
        assert_eq!((file.status, file.body.as_slice()), (200, b"%PDF-1.7 x".as_slice()));
        assert_eq!(file.header("content-type"), Some("application/pdf"));
        assert_eq!(file.header("x-content-type-options"), Some("nosniff"));
        assert!(file.header("content-disposition").unwrap().starts_with("attachment; "));
        assert!(file.header("content-disposition").unwrap().ends_with("filename*=UTF-8''%E6%B5%8B%E7%BB%98%20%E6%8A%A5%E5%91%8A.pdf"));
        let mut stranger = Client::new(&c.server.url).not_following();
        assert_eq!(stranger.get(&link).unwrap().status, 303, "to the sign-in page");

        let own = both.refused(&number, "call-back", &[("result", "satisfied")]);
        assert!(own.contains("请换人回访"), "who answered may not call back");
        let call = desk.text(&format!("/desk?state=answered&open={number}"));
        for want in ["证已办好，请来领取", "13812346021", "还没有评价", "会重新办理"] {
            assert!(call.contains(want), "{want} is missing: {call}");
        }
        assert!(desk.refused(&number, "call-back", &[("result", "dissatisfied")]).contains("error-summary"));
        desk.act(&number, "call-back", &[("result", "dissatisfied"), ("note", "还差验收")]);
        assert!(land.text("/queue").contains("待签收 1 件"), "reopened, it begins again");
        land.act(&number, "sign", &[]);
        house.act(&number, "answer", &[("outcome", "resolved"), ("text", "验收已过")]);
        land.act(&number, "answer", &[("outcome", "resolved"), ("text", "已补验收")]);
        desk.act(&number, "call-back", &[("result", "basically_satisfied")]);
        assert!(desk.text(&format!("/requests/{number}")).contains("已销号"));
        let all = desk.text("/requests?state=closed&reopened=yes&q=2026-000001");
        assert!(all.contains("共 1 件") && all.contains("重开过"), "{all}");
        // Later, something like it: the earlier answer is at hand.
        let title = "二期用地不动产证办理";
        let first = c.raise(WEIHUA, title, "land", "hotline");
        desk.act(&first, "accept-assign", &class_and(&[("lead", "bank")]));
        bank.act(&first, "answer", &[("outcome", "resolved"), ("text", "走容缺办理通道")]);
        desk.act(&first, "call-back", &[("result", "satisfied")]);
        let second = c.raise(HENGDA, "三期用地不动产证", "land", "wechat_group");
        let similar = desk.text(&format!("/desk?open={second}"));
        assert!(similar.contains(&first) && similar.contains("走容缺办理通道"), "{similar}");
    }

    async fn everybody_sees_what_is_theirs(t: TestDb) {
        let c = county(t).await;
        let number = c.raise(HENGDA, "办证", "land", "handed_down");
        let mut desk = c.seat("desk");
        desk.act(&number, "comment", &[("text", "内部意见"), ("visible", "no")]);
        assert!(c.seat("leader").text("/requests").contains(&number));
        let leader = c.seat("leader").text(&format!("/requests/{number}"));
        assert!(leader.contains("138****6021") && !leader.contains("13812346021"), "masked for who need not call: {leader}");
        let helper = c.seat("helper").page(&format!("/requests/{number}"));
        assert!(helper.contains(&format!("/requests/{number}/contact")) && !helper.contains("13812346021"), "the helper may ask");
        for (login, path, status) in [
            ("leader", "/desk", 403),
            ("land", "/desk", 403),
            ("leader", "/queue", 403),
            ("contact", "/requests", 303),
            ("contact", "/desk", 403),
            ("land", "/requests/2026-000001", 404),
            ("desk", "/requests/2026-999999", 404),
            ("desk", "/files/nonsense", 404),
            ("land", "/requests/new", 403),
        ] {
            assert_eq!(c.seat(login).status(path), status, "{login} {path}");
        }
        let straight = desk.zh.get(&format!("/search?q={number}")).unwrap();
        assert_eq!(straight.header("location"), Some(format!("/requests/{number}").as_str()));
        assert!(desk.text("/search?q=%E6%81%92%E8%BE%BE").contains("示范恒达起重机械有限公司"));
        assert!(desk.text("/search?q=zzzz").contains("可以输入诉求编号"));
        assert!(c.seat("land").text("/search?q=%E6%81%92%E8%BE%BE").contains("没有找到"), "no bureau finds what is not its own");
        desk.act(&number, "return", &[("reason_code", "incomplete"), ("explanation", "请写明地块位置")]);
        assert!(desk.text(&format!("/requests/{number}")).contains("请写明地块位置"));
    }

    async fn the_second_of_two_people_sees_what_changed_and_keeps_the_text(t: TestDb) {
        let c = county(t).await;
        let number = c.raise(HENGDA, "办证", "land", "visit");
        let (mut first, mut second) = (c.seat("desk"), c.seat("desk2"));
        let page = second.page(&format!("/desk?open={number}"));
        let form = html::forms(&page).into_iter().find(|f| f.action.ends_with("/accept-assign")).unwrap();
        first.act(&number, "accept", &[]);
        let mut fields: Vec<(&str, &str)> =
            form.fields.iter().filter(|(name, _)| name != "note").map(|(n, v)| (n.as_str(), v.as_str())).collect();
        fields.push(("note", "我写了很久的交办意见"));
        let answer = second.zh.post(&form.action, &fields).unwrap();
        assert_eq!(answer.status, 422);
        let text = html::text(&answer.text());
        for want in ["我写了很久的交办意见", "您打开页面以后", "王芳", "受理", "收件箱"] {
            assert!(text.contains(want), "{want} is missing: {text}");
        }
        whole("conflict", &answer.text());
        // The form that came back carries the new version; what is possible now can be done with the same text.
        second.act(&number, "assign", &class_and(&[("lead", "bank"), ("note", "我写了很久的交办意见")]));
        assert!(second.text(&format!("/requests/{number}")).contains("我写了很久的交办意见"));
    }

    async fn many_at_once_each_with_its_result(t: TestDb) {
        let c = county(t).await;
        let numbers: Vec<String> =
            [("办证", "land"), ("续贷", "fin"), ("杂事", "other"), ("已交", "land")].map(|(title, category)| c.raise(HENGDA, title, category, "visit")).into();
        let mut desk = c.seat("desk");
        desk.act(&numbers[3], "accept-assign", &class_and(&[("lead", "bank")]));
        let rows: Vec<String> = numbers.iter().map(|n| format!("row={n}")).collect();
        let page = desk.page(&format!("/desk/bulk?{}&back=%2Fdesk", rows.join("&")));
        let form = html::forms(&page).into_iter().find(|f| f.method == "post" && f.action == "/desk/bulk").unwrap();
        let fields: Vec<(&str, &str)> = form.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let answer = desk.zh.post("/desk/bulk", &fields).unwrap();
        let text = html::text(&answer.text());
        whole("bulk", &answer.text());
        for want in ["4 件中 2 件已交办", "交办：牵头 自然资源局", "交办：牵头 金融工作局", "没有常用的牵头单位", "已经有牵头单位了"] {
            assert!(text.contains(want), "{want} is missing: {text}");
        }
        assert!(desk.text("/desk?state=assigned").contains("共 3 件"));
    }

    async fn a_list_its_count_and_its_spreadsheet_agree(t: TestDb) {
        let c = county(t).await;
        let mut desk = c.seat("desk");
        let random = SeededRandom::new(99);
        let pick = |n: usize| {
            let mut byte = [0_u8; 1];
            random.fill(&mut byte);
            usize::from(byte[0]) % n
        };
        let sources = ["visit", "hotline", "wechat_group", "platform", "handed_down"];
        for at in 0..18 {
            let title = ["用地办证", "贷款续期", "停水停电"][pick(3)];
            let number = c.raise([HENGDA, WEIHUA][pick(2)], title, ["land", "fin", "other"][pick(3)], sources[pick(5)]);
            if at % 3 > 0 {
                let grade = ["ordinary", "key", "hard"][pick(3)];
                desk.act(&number, "accept-assign", &[("category", "fin"), ("grade", grade), ("level", "county"), ("lead", "bank")]);
            }
            if at % 6 == 5 {
                c.seat("bank").act(&number, "answer", &[("outcome", "resolved"), ("text", "好了")]);
                desk.act(&number, "call-back", &[("result", "satisfied")]);
            }
        }
        c.at("2026-02-14T09:10").await;
        let dimensions: [(&str, &[&str]); 8] = [
            ("state", &["submitted", "accepted", "assigned,in_progress", "answered", "closed"]),
            ("light", &["late", "soon", "on-time", "waiting", "done"]),
            ("category", &["land", "fin", "other", "none"]),
            ("source", &sources),
            ("grade", &["ordinary", "key", "hard"]),
            ("open", &["yes", "no"]),
            ("q", &["%E7%94%A8%E5%9C%B0", "%E6%81%92%E8%BE%BE", "2026-000004"]),
            ("from_above", &["yes", "no"]),
        ];
        for round in 0..40 {
            let mut parts = BTreeSet::new();
            for _ in 0..pick(4) {
                let (key, values) = dimensions[pick(dimensions.len())];
                parts.insert((key, values[pick(values.len())]));
            }
            let query: Vec<String> = parts.iter().map(|(key, value)| format!("{key}={value}")).collect();
            let address = format!("/requests?{}", query.join("&"));
            let page = desk.zh.get(&address).unwrap().text();
            let rows = html::links(&page).iter().filter(|l| l.starts_with("/requests/2026-")).count();
            assert_eq!(counted(&page), rows, "{round}: {address}");
            let sheet = desk.zh.get(&format!("{address}&export=xlsx")).unwrap();
            assert_eq!(exported(&sheet.body), rows, "{round}: spreadsheet of {address}");
            if round % 5 == 0 {
                for (href, n) in facets(&page) {
                    let behind = desk.zh.get(&href).unwrap().text();
                    assert_eq!(counted(&behind), n, "{address} says {n} for {href}");
                }
            }
        }
        desk.page("/requests?light=late&category=fin&lead=bank&submitted_from=2026-01-01&order=oldest");
    }
}
