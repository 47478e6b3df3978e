//! Contact data on both databases: masked everywhere, shown by a button, seen by those who work on a case; each written down once, and
//! reading costs no commit.

use std::sync::Arc;

use chrono::Duration;
use db::sql;
use identity::{AuditFilter, Role, UnitKind};
use kernel::{Clock, FixedClock, OsRandom};
use testkit::both_engines;
use web::AppState;

use crate::harness::client::Client;
use crate::harness::county::{Seed, category};
use crate::harness::engines::TestDb;
use crate::harness::html;
use crate::harness::http::Response;
use crate::harness::server::{Running, spawn};

const HENGDA: &str = "91419981MA0000000X";
/// Of the enterprise's contact, and of every person of the county.
const FIRM: &str = "13800000000";
const PERSON: &str = "13812346021";

struct County {
    servers: [Running; 2],
    states: [AppState; 2],
    clock: Arc<FixedClock>,
    db: db::Db,
    seats: Vec<(&'static str, String)>,
}

/// A county with two bureaus and one enterprise, served by two nodes on one database.
async fn county(t: &TestDb) -> County {
    let clock = Arc::new(FixedClock::at("2026-02-06T09:10").unwrap());
    let mut seed = Seed::begin(&t.db, clock.as_ref(), &OsRandom).await;
    let root = seed.unit(None, UnitKind::County, "c", "示范县").await;
    let land = seed.unit(Some(root), UnitKind::Department, "land", "自然资源局").await;
    let bank = seed.unit(Some(root), UnitKind::Department, "bank", "金融工作局").await;
    let town = seed.unit(Some(root), UnitKind::Township, "town", "城关镇").await;
    let hengda = seed.enterprise(HENGDA, "示范恒达起重机械有限公司", Some(town)).await;
    seed.settings(&[category("land", "用地", Some(land), 1)]).await;
    let people = [
        ("desk", Role::Desk, root),
        ("land", Role::Handler, land),
        ("bank", Role::Handler, bank),
        ("leader", Role::Leader, root),
        ("helper", Role::Helper, land),
        ("admin", Role::Admin, root),
    ];
    let mut seats = Vec::new();
    for (login, role, unit) in people {
        let person = seed.person(login, login).await;
        seed.role(person, role, unit).await;
        if login == "helper" {
            seed.helps(person, hengda).await;
        }
        seats.push((login, seed.session(person).await));
    }
    let contact = seed.person("contact", "李明").await;
    seed.contact(contact, hengda).await;
    seats.push(("contact", seed.session(contact).await));
    seed.commit().await;

    let node = async || {
        let text = format!("database = \"{}\"\ndata_dir = \".\"\ncounty_zh = \"示范县\"", t.url);
        let config = app::Config::read(&text, t.folder(), |_| None).unwrap();
        let app = app::assemble(&config, t.db.clone(), clock.clone(), Arc::new(OsRandom)).unwrap();
        (spawn(app.router).await, app.state)
    };
    let ((one, first), (two, second)) = (node().await, node().await);
    County { servers: [one, two], states: [first, second], clock: clock.clone(), db: t.db.clone(), seats }
}

impl County {
    fn seat(&self, login: &str) -> Client {
        self.seat_at(login, 0)
    }

    fn seat_at(&self, login: &str, node: usize) -> Client {
        let token = &self.seats.iter().find(|(seat, _)| *seat == login).unwrap().1;
        let mut client = Client::new(&self.servers[node].url).not_following();
        client.set_cookie("wanqi", token);
        client
    }

    fn later(&self, by: Duration) {
        self.clock.set(self.clock.now() + by);
    }

    /// How many entries of a kind the audit has, once all that was noted is written.
    async fn audited(&self, action: &str, resource: &str) -> usize {
        for state in &self.states {
            state.sightings().settled().await;
        }
        let filter =
            AuditFilter { action: Some(action.into()), resource: Some(resource.into()), ..AuditFilter::default() };
        let entries = identity::audit_list(&mut self.db.read().await.unwrap(), &filter, None, 999).await.unwrap();
        for entry in &entries {
            assert!(!entry.detail.contains("138"), "{}", entry.detail);
        }
        entries.len()
    }
}

fn page(client: &mut Client, path: &str) -> String {
    let answer = client.get(path).unwrap();
    assert_eq!(answer.status, 200, "{path}");
    let text = answer.text();
    assert!(!text.contains('⟦'), "{path}: {}", text.split('⟦').nth(1).unwrap_or(""));
    text
}

/// Presses the button that shows a number on a page: the token of the form it belongs to, the address it carries.
fn press(client: &mut Client, on: &str, address: &str) -> Response {
    let text = page(client, on);
    assert!(text.contains(&format!("form=\"reveal\" formaction=\"{address}\"")), "{on} has no button for {address}");
    let form = text.split("<form id=\"reveal\"").nth(1).unwrap();
    let csrf = form.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    client.post(address, &[("csrf", &csrf)]).unwrap()
}

/// A request of the enterprise that the land bureau works on; taken down with the number that stood masked in the form.
fn raised(c: &County) -> String {
    let mut desk = c.seat("desk");
    let form = format!("/requests/new?enterprise={HENGDA}");
    let empty = page(&mut desk, &form);
    assert!(empty.contains("138****0000") && !empty.contains(FIRM), "the form shows no whole number");
    let fields = [("source", "visit"), ("title", "办证"), ("body", "二期 38 亩"), ("category", "land")];
    let sent = desk.submit(&form, "/requests/new", &fields).unwrap();
    assert_eq!(sent.status, 303, "{}", html::text(&sent.text()));
    let number = sent.header("location").unwrap().rsplit('/').next().unwrap().to_owned();
    let deed = format!("/requests/{number}/accept-assign");
    let fields = [("category", "land"), ("grade", "key"), ("level", "county"), ("lead", "land")];
    let sent = desk.submit(&format!("/requests/{number}?do=accept-assign"), &deed, &fields).unwrap();
    assert_eq!(sent.status, 303, "{}", html::text(&sent.text()));
    number
}

both_engines! {
    async fn numbers_are_masked_until_asked_for_and_asking_is_written_down_once_an_hour(t: TestDb) {
        let c = county(t).await;
        let number = raised(&c);
        let (firm, case) = (format!("/enterprises/{HENGDA}"), format!("/requests/{number}"));
        // Whoever only reads sees ends of numbers, and no button.
        for (login, paths) in [
            ("leader", vec![&firm, &case]),
            ("bank", vec![&firm]),
        ] {
            for path in paths {
                let text = page(&mut c.seat(login), path);
                assert!(text.contains("138****") && !text.contains(FIRM) && !text.contains(PERSON), "{login} {path}");
                assert!(!text.contains("formaction"), "{login} {path}");
            }
        }
        // Whoever may see them is shown them by a button.
        let helped = "/helped".to_owned();
        let helped_one = format!("/helped/{HENGDA}");
        let mine = format!("/my/{number}");
        let contact = format!("{firm}/contact");
        let of_case = format!("{case}/contact");
        for (login, path, address, number, resource) in [
            ("desk", &firm, contact.clone(), FIRM, "enterprise"),
            ("desk", &firm, format!("{firm}/helpers/helper/contact"), PERSON, "person"),
            ("admin", &firm, contact.clone(), FIRM, "enterprise"),
            ("admin", &"/admin/people/helper".to_owned(), "/admin/people/helper/contact".to_owned(), PERSON, "person"),
            ("helper", &helped, contact.clone(), FIRM, "enterprise"),
            ("helper", &helped_one, contact.clone(), FIRM, "enterprise"),
            ("helper", &case, of_case.clone(), FIRM, "request"),
            ("helper", &mine, of_case.clone(), FIRM, "request"),
            ("land", &case, format!("{case}/helpers/helper/contact"), PERSON, "person"),
        ] {
            let mut seat = c.seat(login);
            let text = page(&mut seat, path);
            assert!(!text.contains(number), "{login} {path}");
            let before = c.audited("show-contact", resource).await;
            let known = ["/helped/91419981MA0000000X", "/my/2026-000001"].contains(&path.as_str());
            let shown = press(&mut seat, path, &address);
            assert!(shown.status == 200 && shown.text().contains(&format!("tel:{number}")), "{login} {path}");
            assert!(shown.text().contains("<html") && shown.text().contains("已记入审计"), "a page of its own");
            // With htmx the number alone takes the place of the button.
            let mut htmx = c.seat(login).with_header("HX-Request", "true");
            let part = press(&mut htmx, path, &address);
            assert!(part.text().starts_with(&format!("<a class=\"nb\" href=\"tel:{number}\"")), "{}", part.text());
            press(&mut c.seat_at(login, 1), path, &address);
            assert_eq!(c.audited("show-contact", resource).await, before + usize::from(!known), "{login} {path}");
        }
        let before = c.audited("show-contact", "enterprise").await;
        c.later(Duration::hours(1));
        press(&mut c.seat("desk"), &firm, &contact);
        assert_eq!(c.audited("show-contact", "enterprise").await, before + 1, "another hour");
        // Nobody gets by address what the page does not offer, and nobody without the form's token.
        for (login, address) in [
            ("leader", &contact), ("leader", &of_case), ("bank", &contact), ("bank", &of_case), ("contact", &"/admin/people/helper/contact".to_owned()),
        ] {
            let mut seat = c.seat(login);
            let home = page(&mut seat, "/account");
            let csrf = home.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
            let refused = seat.post(address, &[("csrf", &csrf)]).unwrap();
            assert!(matches!(refused.status, 403 | 404) && !refused.text().contains("tel:"), "{login} {address}");
            assert_eq!(c.seat("desk").post(address, &[]).unwrap().status, 403, "no token");
        }
    }

    async fn the_enterprise_sees_its_own_and_its_helpers_numbers(t: TestDb) {
        let c = county(t).await;
        let number = raised(&c);
        // What the desk saw while it took the request down.
        let before = c.audited("see-contact", "request").await;
        let mut seat = c.seat("contact");
        for (path, number) in [
            (format!("/enterprises/{HENGDA}"), FIRM),
            (format!("/enterprises/{HENGDA}"), PERSON),
            (format!("/my/{number}"), FIRM),
            ("/my".to_owned(), PERSON),
        ] {
            assert!(page(&mut seat, &path).contains(&format!("tel:{number}")), "{path}");
        }
        assert_eq!(c.audited("see-contact", "request").await, before);
        assert_eq!(c.audited("show-contact", "enterprise").await + c.audited("show-contact", "person").await, 0);
    }

    async fn a_session_sees_through_the_api_what_its_pages_show(t: TestDb) {
        let c = county(t).await;
        let number = raised(&c);
        for (login, whole) in [("contact", true), ("desk", false), ("land", false), ("helper", false)] {
            for path in [format!("/api/v1/enterprises/{HENGDA}"), format!("/api/v1/requests/{number}")] {
                let answer = c.seat(login).get(&path).unwrap();
                let text = answer.text();
                assert!(answer.status != 200 || text.contains(FIRM) == whole, "{login} {path}: {text}");
            }
        }
    }

    async fn who_works_on_a_case_sees_its_number_and_is_written_down_once_a_day_without_waiting(t: TestDb) {
        let c = county(t).await;
        let case = format!("/requests/{}", raised(&c));
        // The page after a deed counts already.
        let first = c.audited("see-contact", "request").await;
        assert!(first <= 1);
        for login in ["desk", "land"] {
            assert!(page(&mut c.seat(login), &case).contains(&format!("tel:{FIRM}")), "{login} must call");
        }
        assert_eq!(c.audited("see-contact", "request").await, 2, "one each");
        let kept = c.db.written();
        for node in [0, 1] {
            for login in ["desk", "land"] {
                for _ in 0..3 {
                    page(&mut c.seat_at(login, node), &case);
                }
            }
        }
        assert_eq!(c.audited("see-contact", "request").await, 2, "the other node knows it from the row");
        assert_eq!(c.db.written(), kept, "and no read was a commit");
        c.later(Duration::hours(9));
        page(&mut c.seat("land"), &case);
        assert_eq!(c.audited("see-contact", "request").await, 2, "the same day");
        c.later(Duration::hours(6));
        let mut tx = c.db.begin().await.unwrap();
        sql("UPDATE session SET seen_at = $1").bind(c.clock.now()).run(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        for node in [0, 1] {
            page(&mut c.seat_at("land", node), &case);
        }
        assert_eq!(c.audited("see-contact", "request").await, 3, "after midnight in the county, by two nodes");
    }

    async fn a_masked_number_left_in_a_form_is_the_number_that_is_kept(t: TestDb) {
        let c = county(t).await;
        let mut admin = c.seat("admin");
        let phones = async || {
            let mut conn = c.db.read().await.unwrap();
            let person = identity::find_person_by_login(&mut conn, "land").await.unwrap().unwrap().phone;
            let firm = sql("SELECT contact_phone FROM enterprise").one(&mut conn).await.unwrap().get::<String>(0).unwrap();
            (person, firm)
        };
        let (person, firm) = ("/admin/people/land", format!("/enterprises/{HENGDA}/edit"));
        for (path, field) in [(person, "title"), (&firm, "short_name")] {
            let text = page(&mut admin, path);
            assert!(text.contains("138****") && !text.contains(PERSON) && !text.contains(FIRM), "{path}");
            let sent = admin.submit(path, path, &[(field, "新")]).unwrap();
            assert_eq!(sent.status, 303, "{}", html::text(&sent.text()));
        }
        assert_eq!(phones().await, (PERSON.to_owned(), FIRM.to_owned()));
        for (path, field) in [(person, "phone"), (&firm, "contact_phone")] {
            let foreign = admin.submit(path, path, &[(field, "139****1111")]).unwrap();
            assert_eq!(foreign.status, 422, "another number's mask is no number");
            assert_eq!(admin.submit(path, path, &[(field, "13911112222")]).unwrap().status, 303);
        }
        assert_eq!(phones().await, ("13911112222".to_owned(), "13911112222".to_owned()));
        // A guest is shown no mask, and what looks like one is no way to learn the number.
        let mut guest = Client::new(&c.servers[0].url).not_following();
        let raise = format!("/raise?e={HENGDA}");
        assert!(!guest.get(&raise).unwrap().text().contains("2222"));
        let fields = [("who", HENGDA), ("title", "办证"), ("body", "二期"), ("category", "land"), ("name", "甲"), ("phone", "139****2222")];
        let refused = guest.submit(&raise, "/raise", &fields).unwrap();
        assert_eq!(refused.status, 422, "{}", html::text(&refused.text()));
        // The helper is shown the mask and leaves it.
        let mut helper = c.seat("helper");
        assert!(helper.get(&raise).unwrap().text().contains("139****2222"));
        let fields = [("title", "办证"), ("body", "二期"), ("category", "land")];
        let sent = helper.submit(&raise, "/raise", &fields).unwrap();
        assert_eq!(sent.status, 303, "{}", html::text(&sent.text()));
        let kept = sql("SELECT contact_phone FROM request").one(&mut c.db.read().await.unwrap()).await.unwrap();
        assert_eq!(kept.get::<String>(0).unwrap(), "13911112222");
    }
}
