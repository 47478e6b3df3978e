//! A county whose cases go every way a case can go, for the tests of `figures`.

use std::sync::Arc;

use casework::ask::Moment;
use casework::command::{Command, Order};
use casework::event::{CallResult, Classification, Grade, Level, Outcome, Role as Part, Source, Verdict};
use casework::figures::Beside;
use casework::{Casework, Raise};
use chrono::{Duration, NaiveDate};
use db::Conn;
use identity::{Actor, Role, UnitKind};
use kernel::{AssignmentId, Clock, EnterpriseId, FixedClock, PersonId, RequestId, SeededRandom, UnitId};

use crate::harness::county::Seed;
use crate::harness::engines::TestDb;

pub const CASES: usize = 45;
/// And those of [`County::in_vain`].
pub const IN_VAIN: usize = 3;
const STEPS: usize = 16;

pub struct County {
    pub casework: Casework,
    pub clock: Arc<FixedClock>,
    pub random: Arc<SeededRandom>,
    pub units: Vec<UnitId>,
    pub enterprises: Vec<EnterpriseId>,
    pub leader: PersonId,
}

/// A county with three departments, a township and an enterprise outside and inside of it.
pub async fn county(t: &TestDb) -> County {
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
    pub async fn live(&self) {
        let program = Actor::program("test");
        for n in 0..CASES {
            let handed_down = self.dice(4) == 0;
            let request = self.raise(&format!("第 {n} 件"), handed_down).await;
            let began = self.clock.now();
            let steps = 2 + self.dice(STEPS);
            for _ in 0..steps {
                let mut conn = self.casework.db.read().await.unwrap();
                let case = casework::ask::request(&mut conn, &identity::Actor::program("test"), request)
                    .await
                    .unwrap()
                    .unwrap()
                    .case;
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
        self.in_vain().await;
        self.clock.set(self.clock.now() + Duration::minutes(1));
    }

    /// Two cases closed after calls on three working days that reached nobody, one of them given up by its lead after three days of
    /// its own, and one that is due soon then: chance hardly ever gets there.
    async fn in_vain(&self) {
        let mut conn = self.casework.db.read().await.unwrap();
        let settings = self.casework.settings(&mut conn).await.unwrap();
        drop(conn);
        let (schedule, began) = (settings.today().unwrap(), self.clock.now());
        // In the morning of the nth working day.
        let morning = |n| {
            let limit = workdays::Limit { n, unit: workdays::Unit::WorkingDay };
            self.clock.set(schedule.due(began, limit, &[], began).unwrap().at - Duration::hours(7));
        };
        morning(1);
        let (unanswered, _) = self.taken_up("打不通的一件", Some(Outcome::Resolved)).await;
        let (given_up, assignment) = self.taken_up("联系不上的一件", None).await;
        let lost = [unanswered, given_up];
        for n in 1..4 {
            morning(n);
            self.does(given_up, vec![Command::TryContact { assignment, note: String::new() }]).await;
            if n == 2 {
                self.taken_up("临期的一件", None).await;
            }
        }
        let outcome = Outcome::NotReachable;
        self.does(given_up, vec![Command::Answer { assignment, outcome, text: "找不到人".to_owned() }]).await;
        for n in 4..7 {
            morning(n);
            for request in lost {
                self.does(request, vec![Command::CallBack { result: CallResult::NotReached, note: String::new() }])
                    .await;
            }
        }
        for request in lost {
            self.does(request, vec![Command::Close]).await;
        }
        morning(6);
    }

    /// Raised, accepted, given to the first unit, signed for and, with an outcome, answered.
    async fn taken_up(&self, title: &str, outcome: Option<Outcome>) -> (RequestId, AssignmentId) {
        let request = self.raise(title, false).await;
        let assignment = AssignmentId::new(self.clock.now(), self.random.as_ref());
        let class = Classification { category: "land".to_owned(), grade: Grade::Ordinary, level: Level::County };
        let mut commands = vec![
            Command::Accept,
            Command::Classify { classification: class },
            Command::Assign { assignment, unit: self.units[0], role: Part::Lead, note: String::new(), share: None },
            Command::Sign { assignment },
        ];
        commands.extend(outcome.map(|outcome| Command::Answer { assignment, outcome, text: "已办".to_owned() }));
        self.does(request, commands).await;
        (request, assignment)
    }

    async fn does(&self, request: RequestId, commands: Vec<Command>) {
        let orders = commands.into_iter().map(|command| Order { need: Some(1), command }).collect();
        self.casework.execute(&Actor::program("test"), request, None, orders, vec![]).await.unwrap();
    }

    async fn raise(&self, title: &str, handed_down: bool) -> RequestId {
        let raise = Raise {
            enterprise: self.enterprises[self.dice(2)],
            unregistered: None,
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
    pub async fn ask_for_time(&self) {
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
            (S::Answered, 0..9) if need.days_called(None) > 2 => Command::Close,
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

    pub fn moment(&self) -> Moment {
        Moment { now: self.clock.now() }
    }

    pub async fn beside(&self, conn: &mut Conn) -> Beside {
        Beside::at(self.casework.settings(conn).await.unwrap().calendar(), self.clock.now())
    }
}
