//! What nobody should send: every form of the program filled with it, on both databases. Each time the answer is clear,
//! what was typed comes back, nothing runs as HTML or SQL, and the server goes on.

mod files;
mod server;

use std::sync::Arc;

use app::App;
use app::demo::{self, Scenario};
use db::sql;
use kernel::{FixedClock, OsRandom};
use testkit::both_engines;
use web::Lang;

use crate::harness::client::{Client, Part};
use crate::harness::engines::TestDb;
use crate::harness::html::{self, Form};
use crate::harness::http::{Response, form_encode};
use crate::harness::server::{Running, spawn};

/// Emoji with joiners, traditional characters, SQL, HTML, a template, a formula, quotes, a path; short enough for a name.
const NASTY: &str = "=1😀👨‍👩‍👧龍鳳'; DROP TABLE need;--<script>alert(1)</script>";
const MARK: &str = "<script>alert(1)";
/// Neither a date nor a number nor a code anywhere.
const IMPOSSIBLE: [&str; 7] =
    ["2026-02-30", "0000-00-00", "99999-12-31", "-1", "1e400", "91419981MA0000000Q", "二〇二六"];

struct County {
    server: Running,
    app: App,
    clock: Arc<FixedClock>,
    firm: String,
    number: String,
}

/// The demo county behind the whole program.
async fn county(t: &TestDb) -> County {
    let clock = Arc::new(FixedClock::at("2026-11-20T10:00").unwrap());
    demo::install(&t.db, clock.as_ref(), 7, t.folder(), Scenario::County, Lang::Zh).await.unwrap();
    let text = format!("database = \"{}\"\ndata_dir = \".\"\ncounty_zh = \"示范县\"", t.url);
    let config = app::Config::read(&text, t.folder(), |_| None).unwrap();
    let app = app::assemble(&config, t.db.clone(), clock.clone(), Arc::new(OsRandom)).unwrap();
    let mut conn = t.db.read().await.unwrap();
    let text = "SELECT r.number, e.credit_code FROM request r JOIN enterprise e ON e.id = r.enterprise_id \
                JOIN need n ON n.request_id = r.id WHERE n.open ORDER BY r.number DESC LIMIT 1";
    let row = sql(text).one(&mut conn).await.unwrap();
    let (number, firm) = (row.get(0).unwrap(), row.get(1).unwrap());
    County { server: spawn(app.router.clone()).await, app, clock, firm, number }
}

impl County {
    fn visitor(&self) -> Client {
        Client::new(&self.server.url).not_following()
    }

    async fn seat(&self, login: &str) -> Client {
        let db = &self.app.state.db;
        let mut tx = db.begin().await.unwrap();
        let person = identity::find_person_by_login(&mut tx, login).await.unwrap().unwrap().id;
        let opened = identity::open_session(&mut tx, self.clock.as_ref(), &OsRandom, person, "").await.unwrap();
        tx.commit().await.unwrap();
        let mut client = self.visitor();
        client.set_cookie("wanqi", &opened.token);
        client
    }

    async fn count(&self, text: &'static str) -> i64 {
        let mut conn = self.app.state.db.read().await.unwrap();
        sql(text).one(&mut conn).await.unwrap().get(0).unwrap()
    }
}

/// Names of fields into which a person types: text inputs of any kind and text areas.
fn typed_names(page: &str) -> Vec<String> {
    let attribute = |tag: &str, name: &str| {
        tag.split(&format!(" {name}=\"")).nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned)
    };
    let inputs = page.split("<input").skip(1).filter_map(|rest| {
        let tag = rest.split('>').next()?;
        let kind = attribute(tag, "type").unwrap_or_else(|| "text".to_owned());
        let typed = !matches!(kind.as_str(), "hidden" | "checkbox" | "radio" | "file" | "submit" | "password");
        typed.then(|| attribute(tag, "name")).flatten()
    });
    let areas = page.split("<textarea").skip(1).filter_map(|rest| attribute(rest.split('>').next()?, "name"));
    inputs.chain(areas).collect()
}

/// The form with `value` in everything a person types.
fn fill(form: &Form, names: &[String], value: &str) -> Vec<(String, String)> {
    let typed = |name: &str| names.iter().any(|n| n == name);
    form.fields.iter().map(|(n, v)| (n.clone(), if typed(n) { value.to_owned() } else { v.clone() })).collect()
}

fn send(client: &mut Client, form: &Form, fields: &[(String, String)]) -> Response {
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    if form.method == "get" {
        let path = form.action.split('?').next().unwrap();
        return client.get(&format!("{path}?{}", form_encode(&pairs))).unwrap();
    }
    if form.enctype == "multipart/form-data" {
        let parts: Vec<(&str, Part)> = pairs.into_iter().map(|(n, v)| (n, Part::Text(v))).collect();
        return client.post_multipart(&form.action, &parts).unwrap();
    }
    client.post(&form.action, &pairs).unwrap()
}

/// What is wrong with the answer to `value` in every field of a form; `Ok` says whether it was taken.
fn judge(form: &Form, names: &[String], value: &str, answer: &Response) -> Result<(), String> {
    let page = answer.text();
    let shown: String = value.chars().take(40).collect();
    let say = |what: &str| Err(format!("{} {} with {shown:?}: {} {what}", form.method, form.action, answer.status));
    if page.contains(MARK) {
        return say("wrote what was typed as HTML");
    }
    match answer.status {
        200 | 303 | 404 | 409 => Ok(()),
        414 | 422 if form.method == "get" => Ok(()),
        422 => {
            // The same form again, nothing lost.
            let forms = html::forms(&page);
            // Two forms of a page may be sent to one address: the same one has the same fields.
            let fields = |f: &Form| form.fields.iter().filter(|(n, _)| f.fields.iter().any(|(m, _)| m == n)).count();
            let mut same: Vec<&Form> =
                forms.iter().filter(|f| f.action.split('?').next() == form.action.split('?').next()).collect();
            same.sort_by_key(|f| std::cmp::Reverse(fields(f)));
            let Some(again) = same.first() else {
                return say("does not show the form again");
            };
            // What a phone or a form's white space trims is no loss.
            let wanted = value.trim().replace('\0', "");
            let lost: Vec<&String> = names
                .iter()
                .filter(|name| form.fields.iter().any(|(n, _)| n == *name))
                .filter(|name| !again.fields.iter().any(|(n, v)| n == *name && v.trim() == wanted))
                .collect();
            if lost.is_empty() { Ok(()) } else { say(&format!("lost {lost:?}")) }
        }
        _ => say(&html::text(&page).chars().take(160).collect::<String>()),
    }
}

/// Forms that end something for good, or the session they are sent in.
fn ends(action: &str) -> bool {
    ["/sign-out", "/close", "/end", "/revoke", "/cancel", "/language", "/verify"]
        .iter()
        .any(|part| action.contains(part))
}

both_engines! {
    async fn every_form_takes_or_returns_what_is_typed(t: TestDb) {
        let c = county(t).await;
        let firm = &c.firm;
        let visitor = [format!("/raise?e={firm}"), "/follow".into(), "/sign-in".into()];
        let desk = [
            format!("/requests/new?enterprise={firm}"), "/requests/new".into(), format!("/requests/{}", c.number),
            "/desk".into(), "/requests".into(), "/search".into(), "/enterprises".into(), "/enterprises/new".into(),
            format!("/enterprises/{firm}/edit"), format!("/enterprises/{firm}"), "/overview".into(), "/account".into(),
        ];
        let admin = [
            "/admin/people", "/admin/people/new", "/admin/people/demo-helper", "/admin/people/demo-helper/leave", "/admin/units",
            "/admin/units/new", "/admin/units/archives", "/admin/tokens", "/admin/audit", "/admin/jobs", "/admin/chains/new", "/admin/categories/new",
            "/admin/categories/land", "/admin/limits", "/admin/hours", "/admin/desk-line", "/admin/calendars/notice",
        ]
        .map(str::to_owned);
        let long = "长".repeat(10_000);
        let values = IMPOSSIBLE.into_iter().chain([NASTY, "a\0b 中文 0123", long.as_str()]);
        let values: Vec<&str> = values.collect();
        let (mut faults, mut sent) = (Vec::new(), 0);
        let seats = [(c.visitor(), visitor.to_vec()), (c.seat("demo-desk").await, desk.to_vec()), (c.seat("demo-admin").await, admin.to_vec())];
        for (mut client, paths) in seats {
            for path in paths {
                let opened = client.get(&path).unwrap();
                if opened.status != 200 {
                    faults.push(format!("{path}: {}", opened.status));
                    continue;
                }
                let page = opened.text();
                let names = typed_names(&page);
                for form in html::forms(&page).into_iter().filter(|form| !ends(&form.action)) {
                    if !form.fields.iter().any(|(name, _)| names.contains(name)) {
                        continue;
                    }
                    // Codes, versions and places nobody offered, in hidden fields and lists of choices too.
                    let all: Vec<String> = form.fields.iter().map(|(n, _)| n.clone()).filter(|n| n != "csrf").collect();
                    for value in ["no-such-code", "-1", NASTY] {
                        let answer = send(&mut client, &form, &fill(&form, &all, value));
                        if answer.status >= 500 || answer.text().contains(MARK) {
                            faults.push(format!("{} with {value:?} as a code: {}", form.action, answer.status));
                        }
                    }
                    for value in &values {
                        let answer = send(&mut client, &form, &fill(&form, &names, value));
                        sent += 1;
                        faults.extend(judge(&form, &names, value, &answer).err());
                        if let Some(to) = answer.header("location").map(str::to_owned) {
                            let next = client.get(&to).unwrap();
                            if next.status >= 500 || next.text().contains(MARK) {
                                faults.push(format!("{} led to {to}: {}", form.action, next.status));
                            }
                        }
                    }
                }
            }
        }
        assert!(sent > 150, "only {sent} forms were sent");
        assert!(c.count("SELECT COUNT(*) FROM need").await > 290, "the table is there");
        assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
    }

    async fn what_is_nasty_but_allowed_is_kept_to_the_letter(t: TestDb) {
        let c = county(t).await;
        let mut desk = c.seat("demo-desk").await;
        let page = format!("/requests/new?enterprise={}", c.firm);
        let body = format!("{NASTY} {{{{7*7}}}} \\ % _ \" & 臺灣 {}", "𠮷𡃁");
        let fields = [
            ("source", "visit"), ("title", NASTY), ("body", &body), ("contact_name", "<b>龍</b>"), ("contact_phone", "13812346021"),
        ];
        let answer = desk.submit(&page, "/requests/new", &fields).unwrap();
        assert_eq!(answer.status, 303, "{}", html::text(&answer.text()));
        let shown = desk.get(answer.header("location").unwrap().split('?').next().unwrap()).unwrap().text();
        assert!(!shown.contains(MARK) && !shown.contains("<b>龍</b>"));
        let text = html::text(&shown);
        assert!(text.contains(NASTY) && text.contains(&body), "{text}");
        // A list that holds it: found by its emoji-free words, exported as text and not as a formula.
        let list = desk.get(&format!("/requests?{}", form_encode(&[("q", "龍鳳")]))).unwrap();
        assert!(list.text().contains("龍鳳") && !list.text().contains(MARK));
        let sheet = desk.get(&format!("/requests?{}", form_encode(&[("q", "龍鳳"), ("export", "xlsx")]))).unwrap();
        files::is_text(&sheet.body, NASTY);
        let seq = identity::verify(&mut t.db.read().await.unwrap()).await.unwrap();
        assert!(seq.is_whole());
    }

    async fn a_form_that_comes_too_late_gives_its_text_back(t: TestDb) {
        let c = county(t).await;
        let before = c.count("SELECT COUNT(*) FROM request").await;
        let text = "竣工测绘已完成，缺规划核实 <b>";
        let typed = [("csrf", "0123456789abcdef"), ("title", "二期用地办证"), ("body", text), ("password", "geheimes-wort")];
        let mut desk = c.seat("demo-desk").await;
        let mut stranger = c.visitor();
        // Whoever is signed in gets the form filled in, everybody else takes the text along through signing in.
        for (client, status, action, field) in [(&mut desk, 422, "/requests/new", "body"), (&mut stranger, 403, "/sign-in", "carried")] {
            let sent: Vec<_> = typed.iter().copied().chain([("enterprise", c.firm.as_str())]).collect();
            let answer = client.post("/requests/new", &sent).unwrap();
            let page = answer.text();
            assert_eq!(answer.status, status, "{page}");
            let form = html::forms(&page).into_iter().find(|form| form.action == action && form.method == "post").unwrap();
            let held = form.fields.iter().find(|(name, _)| name == field).map(|(_, value)| web::href::decode(value)).unwrap();
            assert!(held.contains(text), "{held}");
            assert!(!page.contains("geheimes-wort") && !page.contains("核实 <b>"));
        }
        let answer = stranger.post("/requests/new", &[]).unwrap();
        assert!(answer.header("location").is_some_and(|to| to.starts_with("/sign-in")));
        assert_eq!(c.count("SELECT COUNT(*) FROM request").await, before);
        // Sent twice it is there once, and both are led to it.
        let page = desk.get(&format!("/requests/new?enterprise={}", c.firm)).unwrap().text();
        let form = html::forms(&page).into_iter().find(|f| f.action == "/requests/new" && f.method == "post").unwrap();
        let own = [("source", "visit"), ("title", "厂区门口路灯不亮"), ("body", text), ("contact_name", "李明"), ("contact_phone", "13812346021")];
        let mut fields: Vec<_> = form.fields.iter().filter(|(n, _)| own.iter().all(|(o, _)| o != n)).cloned().collect();
        fields.extend(own.map(|(n, v)| (n.to_owned(), v.to_owned())));
        let both = [0, 1].map(|_| send(&mut desk, &form, &fields).header("location").map(str::to_owned));
        assert!(both[0].is_some() && both[0] == both[1], "{both:?}");
        assert_eq!(c.count("SELECT COUNT(*) FROM request").await, before + 1);
    }

    async fn bytes_that_are_no_text_are_refused_clearly(t: TestDb) {
        let c = county(t).await;
        let mut desk = c.seat("demo-desk").await;
        let long = format!("/requests?q={}", "a".repeat(60_000));
        let longer = format!("/requests?q={}", "a".repeat(600_000));
        for (path, allowed) in [
            ("/requests/%00", &[404][..]), ("/enterprises/a%00b", &[404]), ("/requests?q=a%00b", &[200]), ("/raise?e=%00", &[200]),
            ("/requests/%FF%FE", &[400, 404, 422]), ("/requests?q=%FF%FE", &[200]), ("/admin/people/%F0%9F%98%80", &[403, 404]),
            ("/requests?after=%F0%9F%98%80", &[200, 422]), (long.as_str(), &[200, 414, 422]), (longer.as_str(), &[414, 431]),
        ] {
            let answer = desk.get(path).unwrap();
            let shown: String = path.chars().take(60).collect();
            assert!(allowed.contains(&answer.status), "{shown}: {} {}", answer.status, html::text(&answer.text()));
        }
        let form = "application/x-www-form-urlencoded";
        let multipart = "multipart/form-data; boundary=x";
        let broken = b"--x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n\xff\xfe\r\n--x--\r\n";
        let cut = b"--x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nabc";
        for (kind, body) in [(form, &b"title=\xff\xfe&csrf=x"[..]), (multipart, broken), (multipart, cut), ("multipart/form-data", b"x"), ("text/x", b"\xff")] {
            let answer = desk.send("POST", "/requests/new", Some(kind), body).unwrap();
            assert!(matches!(answer.status, 403 | 422), "{kind}: {} {}", answer.status, answer.text());
            assert!(answer.text().contains("<html"), "a page, not a word");
        }
        assert_eq!(desk.get("/requests").unwrap().status, 200);
    }

    async fn beyond_the_published_calendar_the_page_says_so(t: TestDb) {
        let c = county(t).await;
        c.clock.set(kernel::clock::parse_date_time_local("2026-12-31T10:00").unwrap());
        let mut desk = c.seat("demo-desk").await;
        let page = format!("/requests/new?enterprise={}", c.firm);
        let fields = [
            ("source", "visit"), ("title", "年末增容"), ("body", "变压器容量不足"), ("contact_name", "李明"), ("contact_phone", "13812346021"),
        ];
        let answer = desk.submit(&page, "/requests/new", &fields).unwrap();
        let shown = desk.get(answer.header("location").unwrap().split('?').next().unwrap()).unwrap().text();
        assert!(shown.contains("本系统尚未录入 2027 年放假通知") && shown.contains("暂定"), "{}", html::text(&shown));
        assert!(c.count("SELECT COUNT(*) FROM need WHERE provisional AND open").await > 0);
        // Everybody who reads the date reads the word, and the spreadsheet has a column of its own.
        c.clock.set(kernel::clock::parse_date_time_local("2027-01-06T10:00").unwrap());
        for (login, page) in [("demo-desk", "/desk"), ("demo-desk", "/requests")] {
            let shown = c.seat(login).await.get(page).unwrap().text();
            assert!(shown.contains("（暂定）"), "{login} {page}: {}", html::text(&shown));
        }
        assert!(c.seat("demo-desk").await.get("/requests?export=xlsx").unwrap().status == 200);
    }
}
