//! Figures on both databases: sums kept month by month equal the rows, every number equals the list it leads to, whoever
//! looks and whatever happened before.

use axum::{Extension, Router};
use casework::ask::{self, Light, Moment, NeedFilter, Span};
use casework::command::{Command, Order};
use casework::event::Source;
use casework::figures::{self, Choice, Origin, Overview, Report};
use casework::{FilterQuery, Raise};
use db::{Conn, sql};
use identity::{Actor, Reached};
use kernel::Clock;
use testkit::both_engines;

use crate::figures_county::{CASES, IN_VAIN, county};
use crate::harness::client::Client;
use crate::harness::county;
use crate::harness::engines::TestDb;
use crate::harness::server::spawn;

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
    let rows = ask::count(conn, reached, filter, at, 100_000).await.unwrap();
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
    let active = registry::ask::Filter { status: Some(registry::Status::Active), ..registry::ask::Filter::default() };
    let helped = registry::ask::Filter { has_helper: Some(true), ..active.clone() };
    assert_eq!(registry::ask::count(conn, reached, &active).await.unwrap(), page.enterprises);
    assert_eq!(registry::ask::count(conn, reached, &helped).await.unwrap(), page.helped);
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
        let beside = c.beside(&mut conn).await;
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
                let page = figures::overview(&mut conn, &reached, &reached, choice, beside, at).await.unwrap();
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
        let beside = c.beside(&mut conn).await;
        let mut sums = [0; Hand::EVERY.len()];
        for reached in [everything(), below("/c/land/"), below("/c/town/"), Reached::default()] {
            for unit in ["land", "fin", "power"] {
                let own = figures::in_hand(&mut conn, &reached, unit, beside, at).await.unwrap();
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
            for order in [ask::Order::Due, ask::Order::Newest, ask::Order::Oldest] {
                let all = ask::list(&mut conn, &everything(), &filter, at, order, None, 1000).await.unwrap();
                assert!(all.len() > 7 && (order != ask::Order::Due || all.last().unwrap().due_at.is_none()), "no row without a due date");
                let all: Vec<_> = all.into_iter().map(|row| row.line).collect();
                for (place, row) in all.iter().enumerate() {
                    let key = ask::After::of(row, order);
                    let page = ask::Page { filter: &filter, at, order, limit: 5 };
                    let above = ask::lines_before(&mut conn, &everything(), page, &key, &units).await.unwrap();
                    assert_eq!(above, all[place.saturating_sub(5)..place], "{order:?} {key:?}");
                    let below = ask::lines(&mut conn, &everything(), page, Some(&key), &units).await.unwrap();
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
        let rows = ask::list(&mut conn, &everything(), &due, at, ask::Order::Newest, None, 100).await.unwrap();
        assert!(!rows.is_empty() && rows.iter().all(|row| row.review_due(at) && row.outcome.as_deref() == Some("planned")));
        let all = ask::list(&mut conn, &everything(), &NeedFilter::default(), at, ask::Order::Newest, None, 100).await.unwrap();
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
        let state = county::state(t, c.clock.clone(), c.random.clone(), &[casework::MODULE]);
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
            unregistered: None,
            body: String::new(), category: None, contact_name: "李明".to_owned(), contact_phone: "13800000000".to_owned(), once_key: None,
        };
        c.casework.raise(&Actor::program("test"), raise, vec![]).await.unwrap();
        let after = client.get("/overview").unwrap().text();
        let all = CASES + IN_VAIN;
        for (page, n) in [(&before, all), (&after, all + 1)] {
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
