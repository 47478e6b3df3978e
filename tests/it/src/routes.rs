//! Every route of the site, asked by nobody and by every role of the demo county: what a role may not see it does not
//! see, what nobody may see without signing in leads to the sign-in page, and nothing ever fails inside.
//!
//! Routes are read from the sources; one without a row in [`ROUTES`] fails, and so does a row without a route.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use app::demo::{self, Scenario};
use db::sql;
use identity::{NewToken, Role};
use kernel::{FixedClock, OsRandom};
use testkit::block_on;
use uuid::Uuid;
use web::Lang;

use crate::harness::client::Client;
use crate::harness::engines::{TestDb, fresh};
use crate::harness::http::Response;
use crate::harness::server::{Running, spawn};

/// Route, who may GET it, who may POST to it.
///
/// `public` is everybody, `signed` everybody who has signed in, `token` only a neighbouring system, `-` nobody because there
/// is no such method; else the roles: e(nterprise) h(elper) u(nit's handler) d(esk) l(eader) s(tatistics, the analyst) a(dmin).
pub const ROUTES: &[(&str, &str, &str)] = &[
    ("/", "public", "-"),
    ("/sign-in", "public", "public"),
    ("/sign-in/demo", "-", "public"),
    ("/sign-out", "-", "signed"),
    ("/sign-out/all", "-", "signed"),
    ("/account", "signed", "signed"),
    ("/language/{tag}", "public", "-"),
    ("/healthz", "public", "-"),
    ("/readyz", "public", "-"),
    ("/metrics", "public", "-"),
    ("/assets/{file}", "public", "-"),
    ("/api", "public", "-"),
    ("/api/v1/openapi.json", "public", "-"),
    // Systems come with a token; people may read with the session they have.
    ("/api/v1/enterprises", "ehudlsa", "-"),
    ("/api/v1/enterprises/{credit_code}", "ehudlsa", "-"),
    ("/api/v1/requests", "ehudl", "token"),
    ("/api/v1/requests/{number}", "ehudl", "-"),
    ("/api/v1/requests/{number}/events", "ehudl", "-"),
    ("/api/v1/requests/{number}/clocks", "ehudl", "-"),
    ("/api/v1/figures", "dls", "-"),
    // For enterprises and those who help them. Without an account one comes in by telephone number or a pass.
    ("/raise", "public", "public"),
    ("/raise/sent/{number}", "public", "-"),
    ("/follow", "public", "public"),
    ("/follow/{number}", "public", "-"),
    ("/follow/{number}/{act}", "-", "public"),
    ("/follow/{number}/files/{file}", "public", "-"),
    ("/my", "signed", "-"),
    ("/my/{number}", "ehudl", "-"),
    ("/my/{number}/{act}", "-", "e"),
    ("/my/{number}/files/{file}", "ehudl", "-"),
    ("/posters", "ehd", "-"),
    ("/posters/enterprise/{code}", "ehd", "-"),
    ("/posters/township/{code}", "d", "-"),
    ("/helped", "h", "-"),
    ("/helped/{code}", "h", "-"),
    // For offices.
    ("/desk", "d", "-"),
    ("/desk/bulk", "d", "d"),
    ("/desk/waiting", "d", "-"),
    ("/desk/waiting/{code}", "d", "d"),
    ("/queue", "u", "-"),
    ("/queue/sign", "-", "u"),
    ("/requests", "signed", "-"),
    ("/requests/new", "ehd", "ehd"),
    ("/requests/{number}", "ehudl", "-"),
    ("/requests/{number}/{action}", "-", "d"),
    ("/requests/{number}/contact", "-", "ehd"),
    ("/requests/{number}/helpers/{login}/contact", "-", "ehd"),
    ("/files/{id}", "ehudl", "-"),
    ("/search", "signed", "-"),
    ("/overview", "dls", "-"),
    ("/overview/units/{code}", "dl", "-"),
    ("/ledger/import", "d", "d"),
    ("/ledger/import/{id}", "d", "d"),
    ("/enterprises", "ehudlsa", "-"),
    ("/enterprises/new", "da", "da"),
    ("/enterprises/import", "dsa", "dsa"),
    ("/enterprises/import/template", "dsa", "-"),
    ("/enterprises/import/{id}", "dsa", "dsa"),
    ("/enterprises/facts/import", "dsa", "dsa"),
    ("/enterprises/facts/import/template", "dsa", "-"),
    ("/enterprises/facts/import/{id}", "dsa", "dsa"),
    ("/enterprises/{code}", "ehudlsa", "-"),
    ("/enterprises/{code}/edit", "da", "da"),
    ("/enterprises/{code}/contact", "-", "ehda"),
    ("/enterprises/{code}/helpers", "-", "da"),
    ("/enterprises/{code}/helpers/{login}/contact", "-", "ehda"),
    ("/enterprises/{code}/helpers/end", "-", "da"),
    // Rule packs are public law; what they say of everybody is not.
    ("/rules", "signed", "-"),
    ("/rules/{code}", "signed", "-"),
    ("/rules/{code}/markdown", "signed", "-"),
    ("/rules/{code}/try", "signed", "-"),
    ("/rules/{code}/county", "dlsa", "-"),
    // For administrators.
    ("/admin", "a", "-"),
    ("/admin/people", "a", "-"),
    ("/admin/people/new", "a", "a"),
    ("/admin/people/{login}", "a", "a"),
    ("/admin/people/{login}/roles", "-", "a"),
    ("/admin/people/{login}/roles/{id}/end", "-", "a"),
    ("/admin/people/{login}/password", "-", "a"),
    ("/admin/people/{login}/contact", "-", "a"),
    ("/admin/people/{login}/sign-out", "-", "a"),
    ("/admin/people/{login}/leave", "a", "a"),
    ("/admin/people/{login}/return", "-", "a"),
    ("/admin/units", "a", "-"),
    ("/admin/units/new", "a", "a"),
    ("/admin/units/{code}", "a", "a"),
    ("/admin/units/{code}/move", "-", "a"),
    ("/admin/units/{code}/close", "-", "a"),
    ("/admin/units/{code}/open", "-", "a"),
    ("/admin/tokens", "a", "a"),
    ("/admin/tokens/{id}/revoke", "-", "a"),
    ("/admin/audit", "a", "-"),
    ("/admin/audit/verify", "-", "a"),
    ("/admin/jobs", "a", "-"),
    ("/admin/jobs/{id}/cancel", "-", "a"),
    ("/admin/jobs/{id}/retry", "-", "a"),
    ("/admin/chains", "a", "-"),
    ("/admin/chains/new", "a", "a"),
    ("/admin/chains/{code}", "a", "a"),
    ("/admin/categories", "a", "-"),
    ("/admin/categories/new", "a", "a"),
    ("/admin/categories/{code}", "a", "a"),
    ("/admin/limits", "a", "a"),
    ("/admin/limits/{id}/end", "-", "a"),
    ("/admin/hours", "a", "a"),
    ("/admin/desk-line", "a", "a"),
    ("/admin/calendars", "a", "-"),
    ("/admin/calendars/notice", "a", "a"),
    ("/admin/calendars/{year}", "a", "-"),
    ("/admin/calendars/withdraw", "a", "a"),
    ("/admin/calendars/last-day", "-", "a"),
];

/// Routes to things the demo has none of; who may see them is asked all the same.
const NO_ROW: [&str; 4] =
    ["/ledger/import/{id}", "/enterprises/import/{id}", "/enterprises/facts/import/{id}", "/assets/{file}"];

const SEATS: [(Role, char); 7] = [
    (Role::Enterprise, 'e'),
    (Role::Helper, 'h'),
    (Role::Handler, 'u'),
    (Role::Desk, 'd'),
    (Role::Leader, 'l'),
    (Role::Analyst, 's'),
    (Role::Admin, 'a'),
];

/// The routes of all crates: path and the methods it answers.
fn routes() -> BTreeMap<String, BTreeSet<&'static str>> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates");
    let mut found = BTreeMap::new();
    walk(&crates, &mut found);
    found
}

fn walk(folder: &Path, found: &mut BTreeMap<String, BTreeSet<&'static str>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "node_modules" && name != "target" {
            walk(&path, found);
        } else if name.ends_with(".rs") && !name.ends_with("tests.rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            let api = path.to_string_lossy().contains("/src/api/");
            for (route, handlers) in scan(text) {
                let route = if api { format!("/api/v1{route}") } else { route };
                let methods = ["get", "post", "put", "delete", "patch"];
                let answered = methods.into_iter().filter(|method| handlers.contains(&format!("{method}(")));
                found.entry(route).or_default().extend(answered);
            }
        }
    }
}

/// `.route("/path", get(…).post(…))`: path and what follows it up to the closing bracket.
fn scan(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (at, opening) in text.match_indices(".route(") {
        let rest = &text[at + opening.len()..];
        let Some(quoted) = rest.trim_start().strip_prefix('"') else { continue };
        let (path, handlers) = quoted.split_once('"').unwrap();
        let mut depth = 1;
        let end = handlers.find(|c| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth == 0
        });
        found.push((path.to_owned(), handlers[..end.unwrap()].to_owned()));
    }
    found
}

/// The demo county behind its own router, and rows to ask for.
struct County {
    server: Running,
    t: TestDb,
    clock: Arc<FixedClock>,
    seats: BTreeMap<Role, String>,
    row: BTreeMap<&'static str, String>,
}

async fn county() -> County {
    let t = fresh(db::Engine::Sqlite, true).await;
    let clock = Arc::new(FixedClock::at("2026-11-20T10:00").unwrap());
    let made = demo::install(&t.db, clock.as_ref(), 7, t.folder(), Scenario::County, Lang::Zh).await.unwrap();
    let text = format!("database = \"{}\"\ndata_dir = \".\"\ncounty_zh = \"示范县\"", t.url);
    let config = app::Config::read(&text, t.folder(), |_| None).unwrap();
    let app = app::assemble(&config, t.db.clone(), clock.clone(), Arc::new(OsRandom)).unwrap();
    let seats = made.seats.iter().map(|seat| (seat.role, seat.login.clone())).collect();
    let mut tx = t.db.begin().await.unwrap();
    // A problem of the demo's own enterprise, with a file.
    let text = "SELECT r.number, e.credit_code, a.id, u.code FROM request r JOIN enterprise e ON e.id = r.enterprise_id \
                JOIN unit u ON u.id = e.township_id JOIN attachment a ON a.request_id = r.id \
                JOIN role_grant g ON g.enterprise_id = e.id JOIN person p ON p.id = g.person_id \
                ORDER BY CASE p.login WHEN 'demo-enterprise' THEN 0 ELSE 1 END, r.number LIMIT 1";
    let found = sql(text).one(&mut tx).await.unwrap();
    let mut c = found.cursor();
    let (number, firm): (String, String) = (c.next().unwrap(), c.next().unwrap());
    let (file, town): (Uuid, String) = (c.next().unwrap(), c.next().unwrap());
    let text = "SELECT e.credit_code FROM helper h JOIN person p ON p.id = h.person_id \
                JOIN enterprise e ON e.id = h.enterprise_id WHERE p.login = 'demo-helper' AND h.to_date IS NULL LIMIT 1";
    let helped: String = sql(text).one(&mut tx).await.unwrap().get(0).unwrap();
    let limit: String = sql("SELECT id FROM limit_rule LIMIT 1").one(&mut tx).await.unwrap().get(0).unwrap();
    // Somebody whom nobody misses afterwards.
    let person = identity::find_person_by_login(&mut tx, "cadre-001").await.unwrap().unwrap();
    let unit = identity::find_unit_by_code(&mut tx, "archives").await.unwrap().unwrap();
    let new = NewToken {
        name: "热线".into(),
        scopes: vec!["requests:read".into()],
        unit: unit.id,
        issued_by: None,
        expires_at: None,
    };
    let token = identity::issue(&mut tx, clock.as_ref(), &OsRandom, new).await.unwrap().token.id;
    let job = jobs::NewJob::new("jobs.sweep", serde_json::Value::Null);
    let job = jobs::enqueue(&mut tx, clock.as_ref(), &OsRandom, job).await.unwrap();
    let named = registry::unchecked::Unregistered { name: "新野光伏科技".into(), ..Default::default() };
    let id = kernel::EnterpriseId::from_uuid(Uuid::from_u128(7));
    let system = identity::Actor::program("test");
    tx.commit().await.unwrap();
    let mut change = identity::Change::begin(&t.db, clock.as_ref(), &OsRandom, &system).await.unwrap();
    change.own_right();
    let noted = registry::unchecked::note(&mut change, id, named).await.unwrap();
    change.keep().await.unwrap();
    let row = [
        ("number", number),
        ("firm", firm),
        ("file", file.to_string()),
        ("town", town),
        ("helped", helped),
        ("limit", limit),
        ("login", person.login.clone()),
        ("grant", person.grants[0].id.to_string()),
        ("unit", unit.code),
        ("token", token.to_string()),
        ("job", job.to_string()),
        ("noted", noted.credit_code.as_str().to_owned()),
        ("nothing", Uuid::nil().to_string()),
    ];
    County { server: spawn(app.router).await, t, clock, seats, row: row.into() }
}

impl County {
    /// The route with real rows in the places of its parameters.
    fn fill(&self, route: &str) -> String {
        let row = |name: &str| self.row[name].as_str();
        let id = match route {
            r if r.contains("/roles/") => row("grant"),
            r if r.starts_with("/admin/tokens") => row("token"),
            r if r.starts_with("/admin/jobs") => row("job"),
            r if r.starts_with("/admin/limits") => row("limit"),
            r if r.starts_with("/files") => row("file"),
            _ => row("nothing"),
        };
        let code = match route {
            r if r.starts_with("/admin/units") || r.starts_with("/overview/units") => row("unit"),
            r if r.starts_with("/admin/chains") => "crane",
            r if r.starts_with("/admin/categories") => "land",
            r if r.starts_with("/posters/township") => row("town"),
            r if r.starts_with("/helped") => row("helped"),
            r if r.starts_with("/desk/waiting") => row("noted"),
            r if r.starts_with("/rules") => "size-class-2017",
            _ => row("firm"),
        };
        let values = [
            ("{id}", id),
            ("{code}", code),
            ("{credit_code}", row("firm")),
            ("{number}", row("number")),
            ("{login}", row("login")),
            ("{file}", row("file")),
            ("{tag}", "en"),
            ("{year}", "2026"),
            ("{act}", "rate"),
            ("{action}", "accept"),
        ];
        let path = values.iter().fold(route.to_owned(), |path, (name, value)| path.replace(name, value));
        assert!(!path.contains('{'), "{route} has a parameter this test does not know");
        // Without a row there is nothing to ask about.
        match route {
            "/desk/bulk" => format!("{path}?row={}", row("number")),
            "/admin/calendars/withdraw" => format!("{path}?of={}", web::href::encode("国办发明电〔2025〕7号")),
            _ => path,
        }
    }

    /// One request in a session of its own, so that signing out concerns nobody else. A form carries its token and
    /// nothing more: rights are asked before anything typed is looked at.
    async fn ask(&self, method: &str, route: &str, role: Option<Role>) -> Response {
        let (mut client, csrf) = match role {
            Some(role) => self.session(role).await,
            None => (Client::new(&self.server.url).not_following(), String::new()),
        };
        match method {
            "GET" => client.get(&self.fill(route)).unwrap(),
            _ => client.post(&self.fill(route), &[("csrf", &csrf)]).unwrap(),
        }
    }

    async fn send_empty(&self, path: &str, role: Role) -> Response {
        let (mut client, csrf) = self.session(role).await;
        client.post(path, &[("csrf", &csrf)]).unwrap()
    }

    /// Somebody signed in, with the token of their forms.
    async fn session(&self, role: Role) -> (Client, String) {
        let mut tx = self.t.db.begin().await.unwrap();
        let person = identity::find_person_by_login(&mut tx, &self.seats[&role]).await.unwrap().unwrap().id;
        let opened = identity::open_session(&mut tx, self.clock.as_ref(), &OsRandom, person, "").await.unwrap();
        tx.commit().await.unwrap();
        let mut client = Client::new(&self.server.url).not_following();
        client.set_cookie("wanqi", &opened.token);
        (client, opened.csrf)
    }
}

fn may(who: &str, letter: char) -> bool {
    matches!(who, "public" | "signed") || who != "token" && who != "-" && who.contains(letter)
}

#[test]
fn every_route_has_a_row_and_every_row_a_route() {
    let routes = routes();
    assert!(routes.len() > 70, "only {} routes were found", routes.len());
    let mut faults = Vec::new();
    for (route, methods) in &routes {
        let Some((_, get, post)) = ROUTES.iter().find(|row| row.0 == route) else {
            faults.push(format!("{route} {methods:?} has no row: say who may do it"));
            continue;
        };
        for (who, method) in [(get, "get"), (post, "post")] {
            if (*who != "-") != methods.contains(method) {
                faults.push(format!("{route}: the row says {method} is for {who:?}, the route answers {methods:?}"));
            }
        }
        if methods.iter().any(|method| !["get", "post"].contains(method)) {
            faults.push(format!("{route} answers {methods:?}; this test knows get and post"));
        }
    }
    faults.extend(ROUTES.iter().filter(|row| !routes.contains_key(row.0)).map(|row| format!("{} is gone", row.0)));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn nobody_sees_or_does_what_is_not_theirs_and_nothing_fails_inside() {
    block_on(async {
        let c = county().await;
        let mut faults = Vec::new();
        // What is refused comes first; what is allowed may change things.
        for allowed in [false, true] {
            for (route, get, post) in ROUTES {
                let path = c.fill(route);
                for (method, who) in [("GET", *get), ("POST", *post)] {
                    let mut opened = false;
                    let seats = SEATS.iter().map(|(role, letter)| (Some(*role), may(who, *letter)));
                    for (role, right) in seats.chain([(None, who == "public")]).filter(|(_, right)| *right == allowed) {
                        let answer = c.ask(method, route, role).await;
                        let to = answer.header("location").unwrap_or("").to_owned();
                        let status = answer.status;
                        let fits = match (who, right, role) {
                            ("-", ..) => matches!(status, 404 | 405),
                            ("token", ..) => status == 401,
                            (_, true, _) => status < 500 && status != 405,
                            (_, false, None) if path.starts_with("/api/") => status == 401,
                            (_, false, None) => {
                                status == 303 && to.starts_with("/sign-in") || method == "POST" && status == 403
                            }
                            (_, false, Some(_)) => matches!(status, 403 | 404),
                        };
                        opened |= right && matches!(status, 200 | 303);
                        if !fits {
                            let role = role.map_or("nobody", Role::as_str);
                            faults.push(format!("{method} {path} as {role}: {status} {to}"));
                        }
                    }
                    // The rows asked for are real ones: somebody who may see the page does see it.
                    if allowed && method == "GET" && who != "-" && who != "token" && !NO_ROW.contains(route) && !opened
                    {
                        faults.push(format!("GET {path} opened for nobody, though it is for {who}"));
                    }
                }
            }
        }
        c.t.db.close().await;
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    });
}

/// What can be sent to a problem's own addresses, and who may: a unit's handler where the unit has or had a part.
const DEEDS: &[(&str, &str, &str)] = &[
    ("/requests", "accept-assign accept return classify assign unassign decide-extension call-back close split", "d"),
    ("/requests", "sign answer try-contact ask-extension refuse", "u"),
    ("/requests", "report wait resume", "du"),
    ("/requests", "comment", "ehudl"),
    ("/my", "rate withdraw object resubmit", "e"),
    ("/my", "remark", "ehudl"),
];

#[test]
fn whether_somebody_may_is_said_before_what_is_wrong_with_the_form() {
    block_on(async {
        let c = county().await;
        let mut faults = Vec::new();
        for (base, deeds, who) in DEEDS {
            for deed in deeds.split(' ') {
                let path = format!("{base}/{}/{deed}", c.row["number"]);
                for (role, letter) in SEATS {
                    let status = c.send_empty(&path, role).await.status;
                    let fits =
                        if may(who, letter) { status < 500 && status != 405 } else { matches!(status, 403 | 404) };
                    if !fits {
                        faults.push(format!("{path} as {role}: {status}"));
                    }
                }
            }
        }
        c.t.db.close().await;
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    });
}
