//! Figures on both databases: sums kept month by month equal the rows, every number equals the list it leads to, whoever
//! looks and whatever happened before.

use std::sync::Arc;

use axum::{Extension, Router};
use casework::command::{Command, Order};
use casework::event::{CallResult, Classification, Grade, Level, Outcome, Role as Part, Source, Verdict};
use casework::figures::{self, Choice, Origin, Overview, Report};
use casework::store::list::{self, Light, Moment, NeedFilter, Span};
use casework::{Casework, FilterQuery, Raise};
use chrono::{Duration, NaiveDate};
use db::{Conn, sql};
use identity::{Actor, Reached};
use kernel::{AssignmentId, Clock, EnterpriseId, FixedClock, PersonId, SeededRandom, UnitId};
use web::{AppState, Config, Inner, Words};

use crate::both_engines;
use crate::harness::client::Client;
use crate::harness::engines::TestDb;
use crate::harness::server::spawn;

const CASES: usize = 45;
const STEPS: usize = 16;

struct County {
    casework: Casework,
    clock: Arc<FixedClock>,
    random: Arc<SeededRandom>,
    units: Vec<UnitId>,
    enterprises: Vec<EnterpriseId>,
    leader: PersonId,
}

/// A county with three departments, a township and an enterprise outside and inside of it.
async fn county(t: &TestDb) -> County {
    let clock = Arc::new(FixedClock::at("2025-10-09T09:10").unwrap());
    let random = Arc::new(SeededRandom::new(23));
    let now = clock.now();
    let mut tx = t.db.begin().await.unwrap();
    let mut unit = async |parent: Option<UnitId>, code: &str, path: &str| {
        let id = UnitId::new(now, random.as_ref());
        sql("INSERT INTO unit (id, parent_id, kind, code, name, name_en, path, sort, active, created_at, updated_at, version) \
             VALUES ($1, $2, 'department', $3, $3, $3, $4, 0, $5, $6, $6, 1)")
        .bind(id).bind(parent).bind(code).bind(path).bind(true).bind(now).run(&mut tx).await.unwrap();
        id
    };
    let root = unit(None, "c", "/c/").await;
    let mut units = Vec::new();
    for code in ["land", "fin", "power", "town"] {
        units.push(unit(Some(root), code, &format!("/c/{code}/")).await);
    }
    let mut enterprises = Vec::new();
    for (serial, code, town) in [(1_i64, "91419981MA0000000X", None), (2, "91419981MA0000001X", units.last())] {
        let id = EnterpriseId::new(now, random.as_ref());
        sql("INSERT INTO enterprise (id, serial, credit_code, code_check, name, short_name, name_key, pinyin, division, township_id, \
             industry, chain, scale, address, contact_name, contact_phone, staff, status, created_at, updated_at, version) VALUES \
             ($1, $2, $3, 'ok', $3, '', $3, 'x', '419981', $4, '3432', NULL, 'above', '', '李明', '13800000000', 1, 'active', $5, $5, 1)")
        .bind(id).bind(serial).bind(code).bind(town.copied()).bind(now).run(&mut tx).await.unwrap();
        enterprises.push(id);
    }
    let person = PersonId::new(now, random.as_ref());
    sql("INSERT INTO person (id, login, name, phone, title, password_hash, active, failed_count, locked_until, away_from, \
         away_until, created_at, updated_at, version) VALUES ($1, 'leader', '张县长', '', '', NULL, $2, 0, NULL, NULL, NULL, $3, $3, 1)")
    .bind(person).bind(true).bind(now).run(&mut tx).await.unwrap();
    sql("INSERT INTO role_grant (id, person_id, role, unit_id, enterprise_id, created_at) VALUES ($1, $2, 'leader', $3, NULL, $4)")
        .bind(kernel::uuid_v7(now, random.as_ref())).bind(person).bind(root).bind(now).run(&mut tx).await.unwrap();
    sql("INSERT INTO helper (id, enterprise_id, person_id, kind, from_date, to_date, created_at) VALUES ($1, $2, $3, 'chief', $4, NULL, $5)")
        .bind(kernel::uuid_v7(now, random.as_ref())).bind(enterprises[0]).bind(person)
        .bind(NaiveDate::from_ymd_opt(2025, 1, 1).unwrap()).bind(now).run(&mut tx).await.unwrap();
    casework::store::settings::install(&mut tx, &[], NaiveDate::from_ymd_opt(2019, 1, 1).unwrap(), now).await.unwrap();
    tx.commit().await.unwrap();
    let casework = Casework::new(t.db.clone(), clock.clone(), random.clone(), t.folder());
    County { casework, clock, random, units, enterprises, leader: person }
}

impl County {
    fn dice(&self, sides: usize) -> usize {
        usize::from(kernel::uuid_v7(self.clock.now(), self.random.as_ref()).as_bytes()[15]) % sides
    }

    /// Cases that go every way a case can go, some left where they stand.
    async fn live(&self) {
        let program = Actor::program("test");
        for n in 0..CASES {
            let handed_down = self.dice(4) == 0;
            let raise = Raise {
                enterprise: self.enterprises[self.dice(2)],
                source: if handed_down { Source::HandedDown } else { Source::Web },
                handed_down,
                origin_level: None,
                title: format!("第 {n} 件"),
                body: String::new(),
                category: None,
                contact_name: "李明".to_owned(),
                contact_phone: "13800000000".to_owned(),
                once_key: None,
            };
            let raised = self.casework.raise(&program, raise, vec![]).await.unwrap();
            let began = self.clock.now();
            let steps = 2 + self.dice(STEPS);
            for _ in 0..steps {
                let mut conn = self.casework.db.read().await.unwrap();
                let case = casework::store::case::load(&mut conn, raised.request).await.unwrap().unwrap().case;
                drop(conn);
                let command = self.next(&case);
                // What the rules refuse changes nothing.
                let _ = self
                    .casework
                    .execute(&program, raised.request, None, vec![Order { need: Some(1), command }], vec![])
                    .await;
                let minutes = [7, 95, 400, 1500, 4000, 9000][self.dice(6)];
                self.clock.set(self.clock.now() + Duration::minutes(minutes));
            }
            self.clock.set(began + Duration::hours(60 + 8 * self.dice(12) as i64));
        }
        self.clock.set(self.clock.now() + Duration::minutes(1));
    }

    /// Something that leads on from where the case stands, or away.
    fn next(&self, case: &casework::case::Case) -> Command {
        use casework::state::State as S;
        let need = case.need(1).unwrap();
        let reason = || "原因".to_owned();
        let some = need.active().nth(self.dice(2)).or_else(|| need.active().next()).map(|own| own.id);
        let some = some.unwrap_or_else(|| AssignmentId::new(self.clock.now(), self.random.as_ref()));
        let assign = |role| Command::Assign {
            assignment: AssignmentId::new(self.clock.now(), self.random.as_ref()),
            unit: self.units[self.dice(3)],
            role,
            note: String::new(),
            share: None,
        };
        let answer = || Command::Answer {
            assignment: some,
            outcome: match self.dice(6) {
                0 => Outcome::NotPossible,
                1 => Outcome::Planned { review_on: NaiveDate::from_ymd_opt(2027, 1, 4).unwrap() },
                _ => Outcome::Resolved,
            },
            text: "已办".to_owned(),
        };
        match (need.state(), self.dice(10)) {
            (S::Submitted, 0 | 1) => Command::Return { reason_code: "scope".to_owned(), explanation: reason() },
            (S::Submitted, _) => Command::Accept,
            (S::Returned, 0 | 1) => Command::Resubmit { title: "再提交".to_owned() },
            (S::Accepted, _) if need.classification.is_none() => {
                let grade = [Grade::Ordinary, Grade::Key, Grade::Hard][self.dice(3)];
                Command::Classify {
                    classification: Classification { category: "land".to_owned(), grade, level: Level::County },
                }
            }
            (S::Accepted, _) => assign(Part::Lead),
            (S::Assigned, 0..=2) => Command::Refuse { assignment: some, reason: reason() },
            (S::Assigned, 3) => Command::Unassign { assignment: some, reason: reason() },
            (S::Assigned, 4) => assign(Part::Co),
            (S::Assigned, _) => Command::Sign { assignment: some },
            (S::InProgress, 0) => Command::StartWait { reason: reason() },
            (S::InProgress, 1) => Command::RequestExtension { assignment: some, n: 3, reason: reason() },
            (S::InProgress, 2) => {
                Command::DecideExtension { assignment: some, granted: self.dice(2) == 0, note: reason() }
            }
            (S::InProgress, 3) => Command::Withdraw { reason: reason() },
            (S::InProgress, _) => answer(),
            (S::Waiting, 0..=2) => Command::EndWait,
            (S::Answered, 0..9) if need.missed_calls > 2 => Command::Close,
            (S::Answered, 0..8) if need.missed_calls > 0 => {
                Command::CallBack { result: CallResult::NotReached, note: String::new() }
            }
            (S::Answered, 0 | 1) => Command::CallBack { result: CallResult::Dissatisfied, note: reason() },
            (S::Answered, 2 | 3) => Command::CallBack { result: CallResult::NotReached, note: String::new() },
            (S::Answered, 4) => Command::CallBack { result: CallResult::BasicallySatisfied, note: String::new() },
            (S::Answered, 5) => Command::Rate { verdict: Verdict::NotSolved, stars: None, text: reason() },
            (S::Answered, 6) => Command::Close,
            (S::Answered, _) => Command::CallBack { result: CallResult::Satisfied, note: String::new() },
            (S::Closed, 0) => Command::Object { text: reason() },
            _ => Command::Comment { text: "在看".to_owned(), visible_to_enterprise: false },
        }
    }

    async fn moment(&self, conn: &mut Conn) -> Moment {
        self.casework.settings(conn).await.unwrap().moment(self.clock.now())
    }
}

fn everything() -> Reached {
    Reached { all: true, ..Reached::default() }
}

fn below(path: &str) -> Reached {
    Reached { paths: vec![path.to_owned()], ..Reached::default() }
}

fn span(from: &str, to: &str) -> Span {
    Span { from: from.parse().ok(), to: to.parse().ok() }
}

async fn equals(conn: &mut Conn, reached: &Reached, filter: &NeedFilter, at: Moment, n: i64, what: &str) {
    let rows = list::count(conn, reached, filter, at, 100_000).await.unwrap();
    assert_eq!(rows, n, "{what}: {}", casework::href(filter.clone()));
}

/// Every number of a report equals its list.
async fn report_equals_lists(conn: &mut Conn, reached: &Reached, report: &Report, at: Moment) {
    for figure in &report.figures {
        for origin in Origin::EVERY {
            let pair = figure.of(origin);
            let (numerator, denominator) = report.rows(figure.code, origin).unwrap();
            equals(conn, reached, &denominator, at, pair.denominator, figure.code).await;
            if let Some(numerator) = numerator {
                equals(conn, reached, &numerator, at, pair.numerator, figure.code).await;
            }
            assert_eq!(
                figure.all.denominator,
                figure.own.denominator + figure.handed_down.denominator,
                "{}",
                figure.code
            );
        }
    }
}

/// Every number of the page equals its list, and what it shows by unit adds up.
async fn page_equals_lists(conn: &mut Conn, reached: &Reached, page: &Overview, at: Moment) {
    let whole = figures::report(conn, reached, page.report.period, at.now).await.unwrap();
    for (told, period) in [(&page.report, page.report.period), (&page.this_month, page.this_month.period)] {
        let counted = figures::report(conn, reached, period, at.now).await.unwrap();
        for figure in &told.figures {
            assert_eq!(Some(figure), counted.figures.iter().find(|own| own.code == figure.code), "{:?}", page.choice);
        }
    }
    assert!(whole.figures.len() >= page.report.figures.len() && page.report.figures.len() >= 14);
    for flow in &page.months {
        let numbers = [flow.accepted, flow.closed, flow.late];
        for (filter, n) in flow.rows().iter().zip(numbers) {
            equals(conn, reached, filter, at, n, &flow.month.to_string()).await;
        }
    }
    let active =
        registry::store::Filter { status: Some(registry::Status::Active), ..registry::store::Filter::default() };
    let helped = registry::store::Filter { has_helper: Some(true), ..active.clone() };
    assert_eq!(registry::store::count(conn, reached, &active).await.unwrap(), page.enterprises);
    assert_eq!(registry::store::count(conn, reached, &helped).await.unwrap(), page.helped);
    let open = NeedFilter { open: Some(true), ..NeedFilter::default() };
    equals(conn, reached, &open, at, page.open.open, "open").await;
    let attention = NeedFilter { attention: true, ..NeedFilter::default() };
    equals(conn, reached, &attention, at, page.open.attention, "attention").await;
    assert_eq!(page.concerns.len() as i64, page.open.attention.min(8));
    for load in &page.units {
        let states = if load.unit.is_none() { vec!["submitted".to_owned(), "accepted".to_owned()] } else { Vec::new() };
        let own = NeedFilter { states, lead: load.unit.as_ref().map(|(code, _)| code.clone()), ..open.clone() };
        equals(conn, reached, &own, at, load.open, "unit").await;
        for (light, n) in [(Light::DueSoon, load.soon), (Light::Late, load.late), (Light::Waiting, load.waiting)] {
            equals(conn, reached, &NeedFilter { light: Some(light), ..own.clone() }, at, n, "unit").await;
        }
    }
}

both_engines! {
    async fn every_number_equals_its_list(t: TestDb) {
        let c = county(t).await;
        c.live().await;
        let mut conn = t.db.read().await.unwrap();
        let at = c.moment(&mut conn).await;
        assert_eq!(figures::tally_faults(&mut conn).await.unwrap(), [], "the sums are those of the rows");
        let all = figures::report(&mut conn, &everything(), Span::default(), at.now).await.unwrap();
        for code in ["close_rate", "ontime_rate", "satisfaction", "beijing_response", "beijing_solve", "reopened", "refused",
            "handed_on", "call_back_confirmed", "call_back_missed", "days_average", "overdue_open", "accept_rate", "returned"]
        {
            let pair = all.pair(code, Origin::All);
            assert!(pair.numerator > 0 && pair.denominator > 0, "{code} is not exercised by these cases: {pair:?}");
            assert!(casework::figures::Definition::of(code).unwrap().kind != figures::Kind::Rate || pair.numerator <= pair.denominator, "{code}");
        }
        for reached in [everything(), below("/c/"), below("/c/land/"), below("/c/town/"), Reached::default()] {
            for period in [Span::default(), span("2025-11-01", "2025-12-31"), span("2025-12-24", "2026-01-09"), span("2026-01-05", "")] {
                let report = figures::report(&mut conn, &reached, period, at.now).await.unwrap();
                report_equals_lists(&mut conn, &reached, &report, at).await;
            }
            for choice in Choice::EVERY {
                let page = figures::overview(&mut conn, &reached, &reached, choice, at).await.unwrap();
                page_equals_lists(&mut conn, &reached, &page, at).await;
            }
        }
        let town = figures::report(&mut conn, &below("/c/town/"), Span::default(), at.now).await.unwrap();
        let part = town.pair("accept_rate", Origin::All).denominator;
        assert!(0 < part && part < all.pair("accept_rate", Origin::All).denominator, "a leader of a part sees a part");
    }

    async fn broken_sums_are_found_and_counted_anew(t: TestDb) {
        let c = county(t).await;
        c.live().await;
        let mut tx = t.db.begin().await.unwrap();
        assert_eq!(figures::rebuild_tally(&mut tx).await.unwrap(), 0);
        sql("UPDATE tally SET n = n + 1 WHERE metric = 'closed'").run(&mut tx).await.unwrap();
        sql("DELETE FROM tally WHERE metric = 'satisfied'").run(&mut tx).await.unwrap();
        assert!(figures::rebuild_tally(&mut tx).await.unwrap() > 1);
        assert_eq!(figures::tally_faults(&mut tx).await.unwrap(), []);
        tx.commit().await.unwrap();
    }

    async fn the_page_leads_from_every_number_to_its_rows(t: TestDb) {
        let c = county(t).await;
        c.live().await;
        let words = [kernel::WORDS.as_slice(), jobs::WORDS, identity::WORDS, web::WORDS, casework::MODULE.words];
        let config = Config {
            county_zh: "示范县".into(), county_en: "Demo".into(), data_dir: t.folder().to_owned(),
            base_url: "https://county.example".into(), secure_cookies: false, demo: Vec::new(), lang: None,
        };
        let state = AppState::new(Inner {
            db: t.db.clone(), clock: c.clock.clone(), random: c.random.clone(),
            words: Words::build(words.into_iter().flatten().copied()).unwrap(), config, nav: casework::MODULE.nav.to_vec(),
        });
        let router = web::router(&state, &[casework::MODULE], Router::new()).layer(Extension(c.casework.clone()));
        let server = spawn(router).await;
        let mut client = Client::new(&server.url);
        let mut tx = t.db.begin().await.unwrap();
        let session = identity::open_session(&mut tx, c.clock.as_ref(), c.random.as_ref(), c.leader, "").await.unwrap();
        tx.commit().await.unwrap();
        client.set_cookie("wanqi", &session.token);

        let mut conn = t.db.read().await.unwrap();
        let at = c.moment(&mut conn).await;
        for address in ["/overview", "/overview?period=month&units=all", "/overview?period=quarter", "/overview?period=year"] {
            let page = client.get(address).unwrap();
            assert_eq!(page.status, 200, "{address}");
            let mut followed = 0;
            for (to, text) in anchors(&page.text()) {
                // `67/69` leads to the 69; what is no count (a mean, a name) is left out.
                let text = text.trim_end_matches("件").trim_end_matches("requests").trim();
                let last = text.rsplit('/').next().unwrap_or_default();
                let (true, Ok(n)) = (to.starts_with("/requests?"), last.replace(',', "").parse::<i64>()) else { continue };
                let filter = FilterQuery::parse(&to).filter;
                equals(&mut conn, &everything(), &filter, at, n, address).await;
                followed += 1;
            }
            assert!(followed > 30, "{address}: only {followed} numbers lead anywhere");
        }
        drop(conn);

        // What has changed is seen at once, on whatever node: the page is kept for one state of the database only.
        let before = client.get("/overview").unwrap().text();
        assert_eq!(before, client.get("/overview").unwrap().text());
        let raise = Raise {
            enterprise: c.enterprises[0], source: Source::Web, handed_down: false, origin_level: None, title: "新的一件".to_owned(),
            body: String::new(), category: None, contact_name: "李明".to_owned(), contact_phone: "13800000000".to_owned(), once_key: None,
        };
        c.casework.raise(&Actor::program("test"), raise, vec![]).await.unwrap();
        let after = client.get("/overview").unwrap().text();
        assert!(before.contains(&format!("{CASES} 件诉求")) && after.contains(&format!("{} 件诉求", CASES + 1)));

        let sheet = client.get("/overview?export=xlsx").unwrap();
        assert_eq!((sheet.status, &sheet.body[..2]), (200, b"PK".as_slice()));
        assert_eq!(Client::new(&server.url).not_following().get("/overview").unwrap().status, 303, "visitors sign in first");
    }
}

/// Address and text of every link.
fn anchors(page: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for part in page.split("<a ").skip(1) {
        let Some((tag, rest)) = part.split_once('>') else { continue };
        let Some(to) = tag.split_once("href=\"").and_then(|(_, rest)| rest.split_once('"')).map(|(to, _)| to) else {
            continue;
        };
        let inner = rest.split("</a>").next().unwrap_or_default();
        let mut text = String::new();
        let mut inside = false;
        for c in inner.chars() {
            match c {
                '<' => inside = true,
                '>' => inside = false,
                c if !inside => text.push(c),
                _ => {}
            }
        }
        out.push((to.replace("&#38;", "&").replace("&amp;", "&"), text.trim().to_owned()));
    }
    out
}
