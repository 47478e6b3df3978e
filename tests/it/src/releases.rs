//! What earlier releases left behind opens, comes up to date, satisfies the doctor and shows the same figures.
//!
//! `releases/VERSION/` holds a county and a city as that version wrote them on either engine, and the figures it counted
//! in them; its README says how they were made. A release is named in CHANGELOG.md, its folder here is never edited.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use app::config::Config;
use app::doctor::{self, Level};
use casework::ask::Span;
use casework::figures::{Origin, report};
use chrono::NaiveDate;
use db::{Db, Engine};
use kernel::{ClockRef, FixedClock};
use testkit::both_engines;

use crate::harness::engines::{TestDb, fresh};

/// Figures of a release of which a later one says in CHANGELOG that they are counted otherwise: since 0.2.0 "not reachable" is
/// in the numerator of neither.
const REDEFINED: [(&str, &str); 2] = [("0.1.0", "close_rate"), ("0.1.0", "ontime_rate")];

/// When each release counted: what is overdue changes with the day.
const COUNTED: [(&str, &str); 3] =
    [("0.1.0", "2026-12-01T09:00"), ("0.2.0", "2026-12-01T09:00"), ("0.3.0", "2026-12-01T11:30")];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("releases")
}

/// Every release with a folder, oldest first.
fn releases() -> Vec<PathBuf> {
    let mut all: Vec<_> = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.retain(|path| path.is_dir());
    all.sort();
    all
}

fn run(command: &mut Command) {
    let done = command.status().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    assert!(done.success(), "{command:?}: {done}");
}

/// The database of one scenario of a release, as that release left it.
async fn left_behind(release: &Path, scenario: &str, engine: Engine) -> TestDb {
    let t = fresh(engine, false).await;
    let unpacked = t.folder().join("left-behind");
    let packed = release.join(format!("{scenario}.{}.xz", if engine == Engine::Sqlite { "db" } else { "sql" }));
    let out = std::fs::File::create(&unpacked).unwrap();
    run(Command::new("xz").arg("-dc").arg(&packed).stdout(out));
    match engine {
        Engine::Sqlite => {
            t.db.close().await;
            std::fs::rename(&unpacked, t.folder().join("wanqi.db")).unwrap();
        }
        Engine::Postgres => {
            let mut psql = Command::new("psql");
            psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-f"]).arg(&unpacked).arg(&t.url).stdout(Stdio::null());
            run(&mut psql);
        }
    }
    t
}

/// Lines `code numerator denominator handed-down-numerator handed-down-denominator`, of what was over on the last day.
async fn figures(db: &Db, clock: &ClockRef) -> Vec<String> {
    let mut conn = db.read().await.unwrap();
    let all = identity::Reached { all: true, ..identity::Reached::default() };
    let day = |text: &str| text.parse::<NaiveDate>().ok();
    let period = Span { from: day("2026-01-01"), to: day("2026-10-31") };
    let counted = report(&mut conn, &all, period, clock.now()).await.unwrap();
    let line = |figure: &casework::figures::Figure| {
        let (all, down) = (figure.of(Origin::All), figure.of(Origin::HandedDown));
        let numbers = [all.numerator, all.denominator, down.numerator, down.denominator];
        std::iter::once(figure.code.to_owned()).chain(numbers.map(|n| n.to_string())).collect::<Vec<_>>().join("\t")
    };
    counted.figures.iter().map(line).collect()
}

both_engines! {
    async fn earlier_releases_come_up_to_date_with_their_figures(t: TestDb) {
        for (release, scenario) in releases().iter().flat_map(|release| [(release, "county"), (release, "city")]) {
            let what = format!("{} {scenario} {:?}", release.display(), t.engine);
            let old = left_behind(release, scenario, t.engine).await;
            let (_, at) = COUNTED.iter().find(|(name, _)| release.ends_with(name)).unwrap();
            let clock: ClockRef = Arc::new(FixedClock::at(at).unwrap());
            let db = Db::open(&old.url).await.unwrap();
            app::serve::upgrade(&db, clock.as_ref()).await.unwrap_or_else(|e| panic!("{what}: {e:?}"));

            let text = std::fs::read_to_string(release.join(format!("{scenario}.figures.tsv"))).unwrap();
            let now = figures(&db, &clock).await;
            let redefined = |line: &str| REDEFINED.iter().any(|(of, code)| release.ends_with(of) && line.starts_with(code));
            for line in text.lines().skip(1).filter(|line| !redefined(line)) {
                assert!(now.iter().any(|counted| counted == line), "{what}: {line} is not among {now:#?}");
            }
            db.close().await;

            let text = format!("database = \"{}\"\ndata_dir = \".\"", old.url);
            let config = Config::read(&text, old.folder(), |_| None).unwrap();
            let found = doctor::examine(&config, &clock, true).await;
            let wrong: Vec<_> = found.iter().filter(|finding| finding.level > Level::Warn).map(|f| f.key).collect();
            assert!(wrong.is_empty(), "{what}: {wrong:?}");
        }
    }
}

#[test]
fn released_migrations_are_never_edited() {
    for release in releases() {
        let mut compare = Command::new("sha256sum");
        compare.args(["--check", "--strict", "--quiet"]).arg(release.join("migrations.sha256"));
        run(compare.current_dir(folder().join("../../..")));
    }
}

#[test]
fn every_release_but_the_one_being_made_left_a_folder() {
    let text = std::fs::read_to_string(folder().join("../../../CHANGELOG.md")).unwrap();
    let named: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("## ")?.split_whitespace().next()).collect();
    assert_eq!(named.first().copied(), Some(env!("CARGO_PKG_VERSION")), "the newest release is this one");
    let kept: Vec<_> = releases().iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    for version in &named[1..] {
        assert!(kept.iter().any(|folder| folder == version), "{version} is not among {kept:?}");
    }
}
