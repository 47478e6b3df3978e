//! One demo at one moment behind its own server, and the open needs it should speak of.

use std::sync::Arc;

use app::Config;
use app::demo::{self, Scenario};
use chrono::{DateTime, Datelike, Utc};
use db::{Db, sql_text};
use kernel::{Clock, FixedClock, OsRandom, PersonId, local_date};

use crate::harness::client::Client;
use crate::harness::engines::TestDb;
use crate::harness::server::{Running, spawn};

/// The last year whose notice the program brings along.
pub const ENTERED: i32 = 2026;

pub struct Made {
    pub scenario: Scenario,
    pub now: DateTime<Utc>,
    pub config: Config,
    pub clock: Arc<FixedClock>,
    pub db: Db,
    server: Running,
}

/// An open need as it is stored.
pub struct Open {
    pub number: String,
    pub state: String,
    pub due: Option<DateTime<Utc>>,
    pub resolve_due: Option<DateTime<Utc>>,
    /// Who speaks for its enterprise; not every enterprise has somebody who signs in.
    pub contact: Option<PersonId>,
}

impl Open {
    /// A running time lies in a year whose notice is not entered.
    pub fn is_provisional(&self) -> bool {
        [self.due, self.resolve_due].into_iter().flatten().any(is_beyond)
    }
}

pub fn is_beyond(at: DateTime<Utc>) -> bool {
    local_date(at).year() > ENTERED
}

impl Made {
    pub async fn new(t: &TestDb, scenario: Scenario, now: &str) -> Self {
        let clock = Arc::new(FixedClock::at(now).unwrap());
        // As `wanqi demo` makes it.
        let made = demo::install(&t.db, clock.as_ref(), 20_260_105, t.folder(), scenario, web::Lang::Zh).await.unwrap();
        let (zh, en) = scenario.place();
        let text = format!("database = \"{}\"\ndata_dir = \".\"\ncounty_zh = \"{zh}\"\ncounty_en = \"{en}\"", t.url);
        let config = Config { demo: made.seats, ..Config::read(&text, t.folder(), |_| None).unwrap() };
        let app = app::assemble(&config, t.db.clone(), clock.clone(), Arc::new(OsRandom)).unwrap();
        let server = spawn(app.router).await;
        Self { scenario, now: clock.now(), config, clock, db: t.db.clone(), server }
    }

    /// The number of the scenario.
    pub fn of<T>(&self, county: T, city: T) -> T {
        if self.scenario == Scenario::City { city } else { county }
    }

    pub fn year(&self) -> i32 {
        local_date(self.now).year()
    }

    pub fn guest(&self) -> Client {
        Client::new(&self.server.url)
    }

    /// Somebody in the chair of a role.
    pub fn seat(&self, role: &str) -> Client {
        let mut client = self.guest();
        let answer = client.submit("/sign-in", "/sign-in/demo", &[("seat", &format!("demo-{role}"))]).unwrap();
        assert_eq!(answer.status, 200, "{role}");
        client
    }

    /// Somebody who has signed in.
    pub async fn person(&self, person: PersonId) -> Client {
        let mut tx = self.db.begin().await.unwrap();
        let opened = identity::open_session(&mut tx, self.clock.as_ref(), &OsRandom, person, "").await.unwrap();
        tx.commit().await.unwrap();
        let mut client = self.guest();
        client.set_cookie("wanqi", &opened.token);
        client
    }

    pub async fn count(&self, rest: &str) -> i64 {
        let mut conn = self.db.read().await.unwrap();
        sql_text(format!("SELECT COUNT(*) FROM {rest}")).one(&mut conn).await.unwrap().get(0).unwrap()
    }

    /// All instants that a query of one column answers with.
    pub async fn instants(&self, text: &str) -> Vec<DateTime<Utc>> {
        let mut conn = self.db.read().await.unwrap();
        let rows = sql_text(text.to_owned()).all(&mut conn).await.unwrap();
        rows.iter().filter_map(|row| row.get::<Option<DateTime<Utc>>>(0).unwrap()).collect()
    }

    pub async fn open(&self) -> Vec<Open> {
        let mut conn = self.db.read().await.unwrap();
        let text = "SELECT n.number, n.state, n.due_at, n.resolve_due_at, \
                    (SELECT g.person_id FROM role_grant g WHERE g.enterprise_id = n.enterprise_id) \
                    FROM need n WHERE n.open ORDER BY n.number";
        let rows = sql_text(text.to_owned()).all(&mut conn).await.unwrap();
        let open = rows.iter().map(|row| Open {
            number: row.get(0).unwrap(),
            state: row.get(1).unwrap(),
            due: row.get(2).unwrap(),
            resolve_due: row.get(3).unwrap(),
            contact: row.get::<Option<uuid::Uuid>>(4).unwrap().map(Into::into),
        });
        open.collect()
    }

    /// The code of some enterprise.
    pub async fn any_firm(&self) -> String {
        let mut conn = self.db.read().await.unwrap();
        let text = "SELECT MIN(credit_code) FROM enterprise WHERE status = 'active'";
        sql_text(text.to_owned()).one(&mut conn).await.unwrap().get(0).unwrap()
    }
}
