//! The demo's promises, counted from its rows.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use casework::clocks::{Light, clocks};
use casework::limits::ClockKind;
use db::{Db, sql_on, sql_text};
use kernel::FixedClock;

use super::*;

/// Real places and firms the demo must not name.
const REAL: [&str; 16] = [
    "长垣",
    "卫华",
    "新乡",
    "河南",
    "豫",
    "长春",
    "吉林",
    "一汽",
    "驼人",
    "郏县",
    "焦作",
    "Changyuan",
    "Weihua",
    "Henan",
    "Changchun",
    "Jilin",
];

struct Bench {
    db: Db,
    clock: FixedClock,
    path: std::path::PathBuf,
}

impl Bench {
    async fn new(now: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("wanqi-demo-{}-{n}.db", std::process::id()));
        let db = Db::open(&format!("sqlite:{}", path.display())).await.unwrap();
        let clock = FixedClock::at(now).unwrap();
        let steps = [jobs::MIGRATIONS, identity::MIGRATIONS, registry::MIGRATIONS, casework::MIGRATIONS];
        let steps: Vec<_> = steps.into_iter().flatten().copied().collect();
        db.migrate(&steps, &clock).await.unwrap();
        Self { db, clock, path }
    }

    fn files(&self) -> std::path::PathBuf {
        self.path.with_extension("files")
    }

    async fn install(&self, scenario: Scenario, lang: Lang) -> Summary {
        install(&self.db, &self.clock, 7, &self.files(), scenario, lang).await.unwrap()
    }

    async fn count(&self, rest: &str) -> i64 {
        let mut conn = self.db.read().await.unwrap();
        sql_text(format!("SELECT COUNT(*) FROM {rest}")).one(&mut conn).await.unwrap().get(0).unwrap()
    }

    async fn lines(&self, text: &str) -> Vec<String> {
        let mut conn = self.db.read().await.unwrap();
        let rows = sql_on(self.db.engine(), text).all(&mut conn).await.unwrap();
        rows.iter().map(|row| row.get::<Option<String>>(0).unwrap().unwrap_or_default()).collect()
    }

    /// A rate of the whole time as the program reports it: numerator, denominator, percent.
    async fn rate(&self, code: &str) -> (i64, i64, String) {
        let reached = identity::Reached { all: true, ..identity::Reached::default() };
        let mut conn = self.db.read().await.unwrap();
        let span = casework::ask::Span { from: None, to: None };
        let report = casework::figures::report(&mut conn, &reached, span, self.clock.now()).await.unwrap();
        let pair = report.pair(code, casework::figures::Origin::All);
        (pair.numerator, pair.denominator, pair.percent().unwrap())
    }

    /// Open cases past their due time, and those due soon.
    async fn lights(&self) -> (i64, i64) {
        let mut conn = self.db.read().await.unwrap();
        let mut count = async |rest: &str| {
            let text = format!("SELECT COUNT(*) FROM need WHERE open AND due_at {rest}");
            sql_text(text).bind(self.clock.now()).one(&mut conn).await.unwrap().get::<i64>(0).unwrap()
        };
        (count("< $1").await, count(">= $1 AND soon_at <= $1 AND clock = 'resolve'").await)
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(self.files());
        for ending in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{ending}", self.path.display()));
        }
    }
}

#[tokio::test]
async fn the_county_comes_to_the_public_figures() {
    // A workday morning, a Sunday, the Spring Festival, a night before a holiday, a year without a calendar.
    let moments = ["2026-11-05T10:20", "2026-11-22T13:58", "2026-02-19T09:00", "2026-09-30T23:40", "2027-03-10T16:00"];
    for now in moments {
        let b = Bench::new(now).await;
        let made = b.install(Scenario::County, Lang::Zh).await;
        assert_eq!(b.count("enterprise WHERE scale = 'above'").await, 884);
        assert_eq!(b.count("enterprise WHERE scale = 'below'").await, 100);
        assert_eq!(b.count("enterprise WHERE code_check = 'ok'").await, 984);
        assert_eq!(b.count("unit WHERE kind = 'department'").await, 57);
        assert_eq!(b.count("unit WHERE code LIKE 'chain-%'").await, 9);
        assert_eq!(b.count("role_grant WHERE role = 'helper'").await, 32 + 192 + 204);
        assert_eq!(b.count("person WHERE login LIKE 'leader-%'").await, 32);
        assert_eq!(b.count("person WHERE password_hash IS NOT NULL").await, 0);

        plausible_facts(&b, now).await;

        assert_eq!(b.count("need WHERE accepted_at IS NOT NULL").await, 298);
        assert_eq!(b.count("need WHERE closed_at IS NOT NULL AND outcome = 'resolved'").await, 288);
        assert_eq!(b.count("need WHERE handed_down AND accepted_at IS NOT NULL").await, 69);
        assert_eq!(b.count("need WHERE handed_down AND closed_at IS NOT NULL").await, 67);
        assert_eq!(b.count("(SELECT DISTINCT enterprise_id FROM request) AS e").await, 188);
        assert_eq!(b.count("(SELECT DISTINCT category FROM need WHERE accepted_at IS NOT NULL) AS c").await, 6);
        assert_eq!(b.count("need WHERE state = 'submitted'").await, 2);
        assert_eq!((made.accepted, made.closed, made.handed_down, made.handed_down_closed), (298, 288, 69, 67));

        for (metric, all, handed_down) in [("accepted", 298, 69), ("accepted_closed", 288, 67)] {
            let sums = format!(
                "SELECT CAST(SUM(n) AS TEXT) FROM tally WHERE metric = '{metric}' UNION ALL \
                 SELECT CAST(SUM(n) AS TEXT) FROM tally WHERE metric = '{metric}' AND handed_down"
            );
            assert_eq!(b.lines(&sums).await, [all.to_string(), handed_down.to_string()], "{metric}");
        }

        assert_eq!(b.rate("close_rate").await, (288, 298, "96.6%".to_owned()));

        let mut states: BTreeMap<String, usize> = BTreeMap::new();
        for state in b.lines("SELECT state FROM need WHERE open AND accepted_at IS NOT NULL").await {
            *states.entry(state).or_default() += 1;
        }
        let wanted = [("accepted", 1), ("answered", 1), ("assigned", 1), ("in_progress", 6), ("waiting", 1)];
        assert_eq!(states, wanted.into_iter().map(|(state, n)| (state.to_owned(), n)).collect(), "{now}");
        assert_eq!(b.lights().await, (2, 3), "{now}");

        let ways = [
            ("need WHERE NOT resolve_on_time AND closed_at IS NOT NULL", 23),
            ("need WHERE NOT accept_on_time", 5),
            ("need WHERE reopened > 0 AND closed_at IS NOT NULL", 12),
            ("(SELECT DISTINCT request_id FROM case_event WHERE kind = 'refused') AS r", 15),
            ("(SELECT DISTINCT request_id FROM case_event WHERE kind = 'extension_decided') AS r", 12),
            ("(SELECT DISTINCT need_id FROM assignment WHERE role = 'co') AS a", 96),
            ("(SELECT DISTINCT request_id FROM case_event WHERE kind = 'wait_ended') AS r", 35),
        ];
        for (rows, n) in ways {
            assert_eq!(b.count(rows).await, n, "{now} {rows}");
        }
        let files = b.lines("SELECT lower(hex(id)) FROM attachment").await;
        assert!(files.len() >= 5 && files.len() == b.count("case_event WHERE kind = 'attached'").await as usize);
        let kept = b.lines("SELECT media_type FROM attachment").await;
        assert!(kept.iter().all(|kind| kind == "application/pdf"));
        assert_eq!(b.count("case_event").await, i64::try_from(made.events).unwrap());
        assert_eq!(b.lines("SELECT action FROM audit").await, ["demo-installed"]);
        let mut conn = b.db.read().await.unwrap();
        assert!(identity::verify(&mut conn).await.unwrap().is_whole());
    }
}

/// Facts of two years that read as the dictionary wants them, few gaps, and nobody on the wrong side of the threshold.
async fn plausible_facts(b: &Bench, now: &str) {
    use registry::facts::{Reading, dictionary};
    let mut conn = b.db.read().await.unwrap();
    let codes = registry::ask::fact_codes(&mut conn, None).await.unwrap();
    assert!(codes.len() >= 40, "{now}: {codes:?}");
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    let asked = registry::facts::Asked::On(now[..10].parse().unwrap());
    let all = registry::ask::Everything::seen_by(&identity::Actor::program("test")).unwrap();
    let rows = registry::ask::facts_for(&mut conn, all, &codes, asked).await.unwrap().rows;
    let (mut cells, mut gaps) = (0, 0);
    let above = b.lines("SELECT credit_code FROM enterprise WHERE scale = 'above'").await;
    for row in &rows {
        let of = |code: &str| {
            let place = codes.iter().position(|own| *own == code).unwrap();
            row.values[place].as_deref().map(|value| value.parse::<f64>().unwrap())
        };
        let is_above = above.contains(&row.credit_code);
        if let Some(revenue) = of("revenue") {
            assert_eq!(revenue >= 20_000_000.0, is_above, "{}: {revenue}", row.credit_code);
        }
        if let (Some(assets), Some(debts)) = (of("assets"), of("liabilities")) {
            assert!(debts < assets, "{}", row.credit_code);
        }
        for (code, value) in codes.iter().zip(&row.values) {
            let reading = Reading::new(dictionary().get(code).unwrap());
            cells += usize::from(is_above);
            match value {
                Some(value) => assert_eq!(reading.read(value), Ok(Some(value.clone())), "{code}"),
                None => gaps += usize::from(is_above),
            }
        }
    }
    assert!((1..=5).contains(&(gaps * 100 / cells)), "{gaps} of {cells}");
    let years = b.lines("SELECT DISTINCT period FROM fact ORDER BY period").await;
    let last: i32 = now[..4].parse().unwrap();
    assert_eq!(years, [String::new(), (last - 2).to_string(), (last - 1).to_string()]);
}

#[tokio::test]
async fn the_city_is_believable() {
    let b = Bench::new("2026-11-22T13:58").await;
    let made = b.install(Scenario::City, Lang::En).await;
    assert_eq!(b.count("enterprise").await, 3_000);
    assert_eq!(b.count("need WHERE accepted_at IS NOT NULL").await, 1_873);
    assert_eq!(b.count("need WHERE accepted_at IS NOT NULL AND NOT accept_on_time").await, 19);
    assert_eq!(b.count("need WHERE closed_at IS NOT NULL AND NOT resolve_on_time").await, 71);
    assert_eq!(b.count("need WHERE closed_at IS NOT NULL").await, 1_805);
    // Some are late, some due soon, some wait to be accepted: a city that is believed.
    assert_eq!(b.lights().await, (7, 6));
    assert_eq!((made.accepted, made.closed, made.to_accept), (1_873, 1_805, 6));
    assert_eq!(b.rate("close_rate").await, (1_805, 1_873, "96.4%".to_owned()));
    assert_eq!(b.rate("accept_rate").await, (1_854, 1_879, "98.7%".to_owned()));
    let (on_time, due, _) = b.rate("ontime_rate").await;
    assert!(due > 1_700 && (93..98).contains(&(on_time * 100 / due)), "{on_time} of {due}");
}

#[tokio::test]
async fn officials_keep_office_hours_and_every_case_folds_to_its_row() {
    let b = Bench::new("2026-11-22T13:58").await;
    b.install(Scenario::County, Lang::En).await;
    let mut conn = b.db.read().await.unwrap();
    let settings = casework::Settings::load(&mut conn, b.clock.today()).await.unwrap();
    let office = Office { schedule: settings.today().unwrap() };
    let ids = sql_text("SELECT id FROM request".to_owned()).all(&mut conn).await.unwrap();
    let rows = b.lines("SELECT number || ' ' || state || ' ' || COALESCE(result, '-') FROM need").await;
    let mut waiting = 0;
    for row in ids {
        let id = row.get::<uuid::Uuid>(0).unwrap().into();
        let kept = casework::ask::request(&mut conn, &identity::Actor::program("test"), id).await.unwrap().unwrap();
        let views = clocks(&kept.case, 1, &settings, b.clock.now());
        for event in &kept.events {
            use casework::event::ActorKind::{Desk, Handler};
            assert!(event.at < b.clock.now(), "{}", kept.request.number);
            if let casework::event::Event::Commented { text, .. } = &event.event
                && text.contains("falls due soon")
            {
                let due = views.iter().find(|view| view.clock == ClockKind::Resolve).and_then(|view| view.due);
                assert!(due.is_some_and(|due| event.at < due), "{}: said after {due:?}", kept.request.number);
            }
            if matches!(event.by.kind, Desk | Handler) && event.seq > 1 {
                assert!(office.is_open_on(local_date(event.at)), "{} {}", kept.request.number, event.event.kind());
            }
            let told = serde_json::to_value(&event.event).unwrap();
            for said in ["text", "note", "reason", "title"].iter().filter_map(|key| told[key].as_str()) {
                assert!(!said.contains('{') && !said.chars().any(kernel::text::is_han), "{said}");
            }
        }
        for text in [&kept.request.title, &kept.request.body] {
            assert!(!text.contains('{') && !text.chars().any(kernel::text::is_han), "{text}");
        }
        let own = casework::projection::project(&kept.case, 1, &settings).unwrap();
        let result = own.result.map_or("-".into(), |result| serde_json::to_value(result).unwrap());
        let row = format!("{} {} {}", own.number, own.state.as_str(), result.as_str().unwrap());
        assert!(rows.contains(&row), "{row}");
        waiting += views.iter().filter(|view| view.clock == ClockKind::Resolve && view.light == Light::Waiting).count();
    }
    assert_eq!(waiting, 1);
}

#[tokio::test]
async fn the_seats_have_something_to_do() {
    for (scenario, lang) in [(Scenario::County, Lang::Zh), (Scenario::City, Lang::En)] {
        let b = Bench::new("2026-11-05T10:20").await;
        let made = b.install(scenario, lang).await;
        let logins: Vec<_> = made.seats.iter().map(|seat| seat.login.as_str()).collect();
        assert_eq!(logins, people::SEATS.map(|(login, _)| login));
        assert!(made.seats.iter().all(|seat| !seat.place.is_empty() && !seat.name.is_empty()));
        let own = |rest: &str| {
            format!(
                "need n JOIN role_grant g ON g.enterprise_id = n.enterprise_id JOIN person p ON p.id = g.person_id \
                 WHERE p.login = 'demo-enterprise' AND {rest}"
            )
        };
        assert!(b.count(&own("n.open")).await >= 2);
        assert!(b.count(&own("n.state = 'answered'")).await >= 1);
        assert!(b.count(&own("n.state = 'closed'")).await >= 4);
        let helped = "helper h JOIN person p ON p.id = h.person_id WHERE p.login = 'demo-helper'";
        assert_eq!(b.count(helped).await, 6);
        let queue = "need n JOIN role_grant g ON g.unit_id = n.act_unit_id JOIN person p ON p.id = g.person_id \
                     WHERE p.login = 'demo-handler'";
        assert!(b.count(queue).await >= 3, "{scenario:?}");
        if scenario == Scenario::County {
            let late = format!("{queue} AND n.due_at < '2026-11-05'");
            assert_eq!(b.count(&late).await, 1);
        }
    }
}

#[tokio::test]
async fn the_same_seed_makes_the_same_rows() {
    let dump = async || {
        let b = Bench::new("2026-11-05T10:20").await;
        b.install(Scenario::County, Lang::Zh).await;
        let mut all = b
            .lines("SELECT number || state || COALESCE(category, '') || COALESCE(due_at, '') || hex(id) FROM need ORDER BY number")
            .await;
        all.extend(b.lines("SELECT credit_code || name || hex(id) FROM enterprise ORDER BY serial").await);
        all.extend(b.lines("SELECT body FROM case_event ORDER BY id").await);
        let fact = "SELECT hex(enterprise_id) || code || period || value || source || as_of FROM fact";
        all.extend(b.lines(&format!("{fact} ORDER BY enterprise_id, code, period")).await);
        all
    };
    assert_eq!(dump().await, dump().await);
}

#[tokio::test]
async fn nothing_real_is_named_and_a_second_install_is_refused() {
    for lang in Lang::ALL {
        let b = Bench::new("2026-11-05T10:20").await;
        b.install(Scenario::County, lang).await;
        let mut all = b.lines("SELECT name || short_name || address FROM enterprise").await;
        all.extend(b.lines("SELECT name || name_en FROM unit").await);
        all.extend(b.lines("SELECT title || body FROM request").await);
        all.extend(b.lines("SELECT body FROM case_event").await);
        for name in REAL {
            let found = all.iter().find(|text| text.contains(name));
            assert_eq!(found, None, "{name}");
        }
        assert!(b.lines("SELECT phone FROM person").await.iter().all(|phone| phone.starts_with("1990000")));
        for code in b.lines("SELECT credit_code FROM enterprise").await {
            assert!(code.starts_with("91419981YY"), "{code}");
        }
        let again = install(&b.db, &b.clock, 7, &b.files(), Scenario::County, lang).await.unwrap_err();
        assert_eq!(again.code, "installed-already");
    }
}
