//! Figures on both databases: sums kept month by month equal the rows, every number equals the list it leads to, whoever
//! looks and whatever happened before.

use std::sync::Arc;

use axum::{Extension, Router};
use casework::command::{Command, Order};
use casework::event::{CallResult, Classification, Grade, Level, Outcome, Role as Part, Source, Verdict};
use casework::figures::{self, Beside, Choice, Origin, Overview, Report};
use casework::store::list::{self, Light, Moment, NeedFilter, Span};
use casework::{Casework, FilterQuery, Raise};
use chrono::{Duration, NaiveDate};
use db::{Conn, sql};
use identity::{Actor, Reached, Role, UnitKind};
use kernel::{AssignmentId, Clock, EnterpriseId, FixedClock, PersonId, RequestId, SeededRandom, UnitId};

use crate::both_engines;
use crate::harness::client::Client;
use crate::harness::county::{self, Seed};
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
    let mut seed = Seed::begin(&t.db, clock.as_ref(), random.as_ref()).await;
    let root = seed.unit(None, UnitKind::County, "c", "示范县").await;
    let mut units = Vec::new();
    for code in ["land", "fin", "power", "town"] {
        units.push(seed.unit(Some(root), UnitKind::Department, code, code).await);
    }
    let mut enterprises = Vec::new();
    for (code, town) in [("91419981MA0000000X", None), ("91419981MA0000001X", units.last().copied())] {
        enterprises.push(seed.enterprise(code, code, town).await);
    }
    let leader = seed.person("leader", "张县长").await;
    seed.role(leader, Role::Leader, root).await;
    seed.helps(leader, enterprises[0]).await;
    seed.settings(&[]).await;
    seed.commit().await;
    let casework = Casework::new(t.db.clone(), clock.clone(), random.clone(), t.folder());
    County { casework, clock, random, units, enterprises, leader }
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
            let request = self.raise(&format!("第 {n} 件"), handed_down).await;
            let began = self.clock.now();
            let steps = 2 + self.dice(STEPS);
            for _ in 0..steps {
                let mut conn = self.casework.db.read().await.unwrap();
                let case = casework::store::case::load(&mut conn, request).await.unwrap().unwrap().case;
                drop(conn);
                let command = self.next(&case);
                // What the rules refuse changes nothing.
                let _ = self
                    .casework
                    .execute(&program, request, None, vec![Order { need: Some(1), command }], vec![])
                    .await;
                let minutes = [7, 95, 400, 1500, 4000, 9000][self.dice(6)];
                self.clock.set(self.clock.now() + Duration::minutes(minutes));
            }
            self.clock.set(began + Duration::hours(60 + 8 * self.dice(12) as i64));
        }
        self.clock.set(self.clock.now() + Duration::minutes(1));
    }

    async fn raise(&self, title: &str, handed_down: bool) -> RequestId {
        let raise = Raise {
            enterprise: self.enterprises[self.dice(2)],
            source: if handed_down { Source::HandedDown } else { Source::Web },
            handed_down,
            origin_level: None,
            title: title.to_owned(),
            body: String::new(),
            category: None,
            contact_name: "李明".to_owned(),
            contact_phone: "13800000000".to_owned(),
            once_key: None,
        };
        self.casework.raise(&Actor::program("test"), raise, vec![]).await.unwrap().request
    }

    /// A case whose unit waits for more time: chance hardly ever leaves one standing there.
    async fn ask_for_time(&self) {
        let request = self.raise("请求延期的一件", false).await;
        let assignment = AssignmentId::new(self.clock.now(), self.random.as_ref());
        let classification = Classification { category: "land".to_owned(), grade: Grade::Key, level: Level::County };
        let commands = [
            Command::Accept,
            Command::Classify { classification },
            Command::Assign { assignment, unit: self.units[0], role: Part::Lead, note: String::new(), share: None },
            Command::Sign { assignment },
            Command::RequestExtension { assignment, n: 3, reason: "等待上级批复".to_owned() },
        ];
        let orders = commands.into_iter().map(|command| Order { need: Some(1), command }).collect();
        self.casework.execute(&Actor::program("test"), request, None, orders, vec![]).await.unwrap();
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
            outcome: match self.dice(7) {
                0 => Outcome::NotPossible,
                2 => Outcome::NotReachable,
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
            (S::Answered, 0..9) if need.days_tried(None) > 2 => Command::Close,
            (S::Answered, 0..8) if !need.missed_calls.is_empty() => {
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

    fn moment(&self) -> Moment {
        Moment { now: self.clock.now() }
    }

    async fn beside(&self, conn: &mut Conn) -> Beside {
        Beside::at(self.casework.settings(conn).await.unwrap().calendar(), self.clock.now())
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
    for (told, period) in
        [(&page.report, page.report.period), (&page.front, page.front.period), (&page.back, page.back.period)]
    {
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
        let at = c.moment();
        assert_eq!(figures::tally_faults(&mut conn).await.unwrap(), [], "the sums are those of the rows");
        let all = figures::report(&mut conn, &everything(), Span::default(), at.now).await.unwrap();
        for code in ["close_rate", "ontime_rate", "satisfaction", "beijing_response", "beijing_solve", "reopened", "refused",
            "handed_on", "call_back_confirmed", "call_back_missed", "closed_not_reachable", "days_average", "overdue_open", "accept_rate", "returned"]
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
                let page = figures::overview(&mut conn, &reached, &reached, choice, c.beside(&mut conn).await, at).await.unwrap();
                page_equals_lists(&mut conn, &reached, &page, at).await;
            }
        }
        let town = figures::report(&mut conn, &below("/c/town/"), Span::default(), at.now).await.unwrap();
        let part = town.pair("accept_rate", Origin::All).denominator;
        assert!(0 < part && part < all.pair("accept_rate", Origin::All).denominator, "a leader of a part sees a part");
    }

    async fn what_a_unit_has_in_hand_equals_its_lists(t: TestDb) {
        use casework::figures::Hand;
        let c = county(t).await;
        c.live().await;
        c.ask_for_time().await;
        let mut conn = t.db.read().await.unwrap();
        let at = c.moment();
        let mut sums = [0; Hand::EVERY.len()];
        for reached in [everything(), below("/c/land/"), below("/c/town/"), Reached::default()] {
            for unit in ["land", "fin", "power"] {
                let own = figures::in_hand(&mut conn, &reached, unit, c.beside(&mut conn).await, at).await.unwrap();
                for (sum, hand) in sums.iter_mut().zip(Hand::EVERY) {
                    equals(&mut conn, &reached, &hand.rows(unit), at, own.count(hand), unit).await;
                    *sum += own.count(hand);
                }
                for report in [&own.to_date, &own.front, &own.back] {
                    assert_eq!(report.lead.as_deref(), Some(unit));
                    report_equals_lists(&mut conn, &reached, report, at).await;
                }
                assert!(own.open.iter().all(|row| row.open && row.lead.as_ref().is_some_and(|names| names.0 == unit)));
                assert_eq!(own.open.len() as i64, own.count(Hand::Open).min(12));
            }
        }
        assert!(sums.iter().all(|n| *n > 0), "some list is not exercised by these cases: {sums:?}");
    }

    async fn pages_read_backwards_are_those_read_forwards_and_show_what_exports_say(t: TestDb) {
        let c = county(t).await;
        c.live().await;
        let mut conn = t.db.read().await.unwrap();
        let at = c.moment();
        let units = identity::list_units(&mut conn).await.unwrap();
        for filter in [NeedFilter::default(), NeedFilter { open: Some(true), ..NeedFilter::default() }] {
            for order in [list::Order::Due, list::Order::Newest, list::Order::Oldest] {
                let all = list::list(&mut conn, &everything(), &filter, at, order, None, 1000).await.unwrap();
                assert!(all.len() > 7 && (order != list::Order::Due || all.last().unwrap().due_at.is_none()), "no row without a due date");
                let all: Vec<_> = all.into_iter().map(|row| row.line).collect();
                for (place, row) in all.iter().enumerate() {
                    let key = list::After::of(row, order);
                    let page = list::Page { filter: &filter, at, order, limit: 5 };
                    let above = list::lines_before(&mut conn, &everything(), page, &key, &units).await.unwrap();
                    assert_eq!(above, all[place.saturating_sub(5)..place], "{order:?} {key:?}");
                    let below = list::lines(&mut conn, &everything(), page, Some(&key), &units).await.unwrap();
                    assert_eq!(below, all[place + 1..all.len().min(place + 6)], "{order:?} {key:?}");
                }
            }
        }
    }

    async fn an_upgrade_makes_rows_and_sums_anew_once(t: TestDb) {
        let c = county(t).await;
        c.live().await;
        let now = c.clock.now();
        assert_eq!(casework::bring_up_to_date(&t.db, now).await.unwrap(), 0, "a new county is made by the rules of today");
        let mut tx = t.db.begin().await.unwrap();
        // As an older version left it.
        let old = "UPDATE need SET soon_at = NULL, co_due_at = NULL; UPDATE assignment SET soon_at = NULL; \
                   UPDATE tally SET n = n + 1 WHERE metric = 'accepted_closed'; DELETE FROM tally WHERE metric = 'not_reachable'; \
                   DELETE FROM counter WHERE name = 'casework-derived'";
        tx.script(old).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!casework::doctor::check(&c.casework, None).await.unwrap().wrong.is_empty());
        assert!(casework::bring_up_to_date(&t.db, now).await.unwrap() > 20);
        assert_eq!(casework::doctor::check(&c.casework, None).await.unwrap().wrong, Vec::<String>::new());
        assert_eq!(figures::tally_faults(&mut t.db.read().await.unwrap()).await.unwrap(), []);
        assert_eq!(casework::bring_up_to_date(&t.db, now).await.unwrap(), 0);
    }

    async fn a_plan_whose_day_has_come_is_looked_at_again(t: TestDb) {
        let c = county(t).await;
        c.live().await;
        let due = NeedFilter { review_due: true, ..NeedFilter::default() };
        let mut conn = t.db.read().await.unwrap();
        let at = c.moment();
        equals(&mut conn, &everything(), &due, at, 0, "before the day").await;
        c.clock.set("2027-01-03T16:00:00Z".parse().unwrap());
        let at = c.moment();
        let rows = list::list(&mut conn, &everything(), &due, at, list::Order::Newest, None, 100).await.unwrap();
        assert!(!rows.is_empty() && rows.iter().all(|row| row.review_due(at) && row.outcome.as_deref() == Some("planned")));
        let all = list::list(&mut conn, &everything(), &NeedFilter::default(), at, list::Order::Newest, None, 100).await.unwrap();
        assert_eq!(all.iter().filter(|row| row.review_due(at)).count(), rows.len(), "the light and the filter are one rule");
        drop(conn);
        // A word about it takes it off the list.
        let said = Command::Comment { text: "已复查，项目已开工".to_owned(), visible_to_enterprise: false };
        let order = vec![Order { need: Some(1), command: said }];
        c.casework.execute(&Actor::program("test"), rows[0].request, None, order, vec![]).await.unwrap();
        let mut conn = t.db.read().await.unwrap();
        equals(&mut conn, &everything(), &due, at, rows.len() as i64 - 1, "after a word").await;
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
        let state = county::state(t, c.clock.clone(), c.random.clone(), &casework::MODULE);
        let router = web::router(&state, &[casework::MODULE], Router::new()).layer(Extension(c.casework.clone()));
        let server = spawn(router).await;
        let mut client = Client::new(&server.url);
        let mut tx = t.db.begin().await.unwrap();
        let session = identity::open_session(&mut tx, c.clock.as_ref(), c.random.as_ref(), c.leader, "").await.unwrap();
        tx.commit().await.unwrap();
        client.set_cookie("wanqi", &session.token);

        let mut conn = t.db.read().await.unwrap();
        let at = c.moment();
        let pages = [("/overview", 30), ("/overview?period=month&units=all", 30), ("/overview?period=quarter", 30),
            ("/overview?period=year", 30), ("/overview/units/land", 25), ("/overview/units/power", 25)];
        for (address, least) in pages {
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
            assert!(followed > least, "{address}: only {followed} numbers lead anywhere");
        }
        drop(conn);

        assert_eq!(client.get("/overview/units/nowhere").unwrap().status, 404);

        // What has changed is seen at once, on whatever node: the page is kept for one state of the database only.
        let before = client.get("/overview").unwrap().text();
        assert_eq!(before, client.get("/overview").unwrap().text());
        let raise = Raise {
            enterprise: c.enterprises[0], source: Source::Web, handed_down: false, origin_level: None, title: "新的一件".to_owned(),
            body: String::new(), category: None, contact_name: "李明".to_owned(), contact_phone: "13800000000".to_owned(), once_key: None,
        };
        c.casework.raise(&Actor::program("test"), raise, vec![]).await.unwrap();
        let after = client.get("/overview").unwrap().text();
        for (page, n) in [(&before, CASES), (&after, CASES + 1)] {
            assert!(page.contains(&format!("{n} 件诉求")), "{n}: {}", page.split("件诉求").next().unwrap_or_default());
        }

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
