//! What each scenario amounts to: the public figures it reproduces and how its cases went.
//!
//! County after what Changyuan published for 2021, city after Changchun's for 2022; only the figures are theirs.

use identity::UnitKind;

use super::Scenario;

/// An open case of the demo, by where it stands when the demo is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    ToAssign,
    Assigned,
    /// Past its due time by so many working days, at least.
    Late(usize),
    DueSoon,
    OnTime,
    Waiting,
    CallBack,
    /// Dissatisfied at the first call-back; an extension is asked for.
    Reopened,
}

/// One open case.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenCase {
    pub(super) stage: Stage,
    /// `None`: any.
    pub(super) category: Option<&'static str>,
    pub(super) handed_down: bool,
    /// Belongs to the enterprise of the demo's seat.
    pub(super) of_seat: bool,
}

/// Of so many closed cases, how many went otherwise than straight.
pub(super) struct Ways {
    pub(super) late: usize,
    pub(super) paused: usize,
    pub(super) extended: usize,
    pub(super) reopened: usize,
    pub(super) refused: usize,
    pub(super) with_co_units: usize,
    pub(super) accepted_late: usize,
}

/// A scenario in numbers.
pub(super) struct Shape {
    /// As in the word lists.
    pub(super) key: &'static str,
    pub(super) kind: UnitKind,
    pub(super) zh: &'static str,
    pub(super) en: &'static str,
    /// Unassigned, six digits.
    pub(super) division: &'static str,
    /// Enterprises above the threshold (四上), growing towards it (小升规), and others.
    pub(super) above: usize,
    pub(super) growing: usize,
    pub(super) others: usize,
    pub(super) leaders: usize,
    pub(super) section: usize,
    pub(super) middle: usize,
    /// Enterprises that raised something.
    pub(super) raising: usize,
    pub(super) closed: usize,
    pub(super) closed_handed_down: usize,
    pub(super) open: Vec<OpenCase>,
    /// Handed in and not yet accepted: in nobody's figures yet.
    pub(super) fresh: usize,
    /// Category and weight.
    pub(super) categories: &'static [(&'static str, u64)],
    pub(super) ways: Ways,
    /// Weights of the sources web, QR, visit, WeChat group, hotline, platform.
    pub(super) sources: [u64; 6],
}

const fn open(stage: Stage, category: &'static str, handed_down: bool, of_seat: bool) -> OpenCase {
    OpenCase { stage, category: Some(category), handed_down, of_seat }
}

/// The unit whose handler has a seat: it has a late case, one due soon and one to sign for.
pub(super) const SEAT_UNIT: &str = "natural-resources";

impl Shape {
    pub(super) fn of(scenario: Scenario) -> Self {
        match scenario {
            Scenario::County => Self::county(),
            Scenario::City => Self::city(),
        }
    }

    fn county() -> Self {
        Self {
            key: "county",
            kind: UnitKind::County,
            zh: "示范县",
            en: "Demo County",
            division: "419981",
            above: 884,
            growing: 100,
            others: 0,
            leaders: 32,
            section: 192,
            middle: 204,
            raising: 188,
            closed: 288,
            closed_handed_down: 67,
            open: vec![
                open(Stage::ToAssign, "permit", false, false),
                open(Stage::Assigned, "land", false, false),
                open(Stage::Late(2), "land", true, false),
                open(Stage::Late(4), "fin", false, false),
                open(Stage::DueSoon, "util", false, true),
                open(Stage::DueSoon, "land", false, false),
                open(Stage::DueSoon, "lab", true, false),
                open(Stage::Waiting, "infra", false, true),
                open(Stage::CallBack, "util", false, true),
                open(Stage::Reopened, "permit", false, false),
            ],
            fresh: 2,
            categories: &[("fin", 22), ("util", 20), ("permit", 18), ("land", 16), ("lab", 14), ("infra", 10)],
            ways: Ways {
                late: 23,
                paused: 35,
                extended: 12,
                reopened: 12,
                refused: 15,
                with_co_units: 96,
                accepted_late: 5,
            },
            sources: [34, 16, 22, 12, 10, 6],
        }
    }

    fn city() -> Self {
        let stages = [
            (Stage::ToAssign, 4),
            (Stage::Assigned, 8),
            (Stage::OnTime, 25),
            (Stage::DueSoon, 6),
            (Stage::Late(1), 4),
            (Stage::Late(3), 2),
            (Stage::Late(7), 1),
            (Stage::Waiting, 6),
            (Stage::CallBack, 10),
            (Stage::Reopened, 2),
        ];
        let any = |stage| OpenCase { stage, category: None, handed_down: false, of_seat: false };
        let mut open: Vec<OpenCase> =
            stages.into_iter().flat_map(|(stage, n)| std::iter::repeat_n(any(stage), n)).collect();
        for (at, own) in open.iter_mut().enumerate() {
            own.of_seat = matches!(own.stage, Stage::DueSoon | Stage::CallBack) && at % 6 == 0;
            // The handler's seat sees something of every stage.
            own.category = (at % 9 == 4).then_some("land");
        }
        Self {
            key: "city",
            kind: UnitKind::City,
            zh: "示范市",
            en: "Demo City",
            division: "419900",
            above: 1_200,
            growing: 300,
            others: 1_500,
            leaders: 24,
            section: 156,
            middle: 120,
            raising: 1_040,
            closed: 1_805,
            closed_handed_down: 96,
            open,
            fresh: 6,
            categories: &[
                ("policy", 24),
                ("logi", 16),
                ("fin", 12),
                ("util", 10),
                ("permit", 9),
                ("lab", 8),
                ("market", 6),
                ("tax", 5),
                ("infra", 4),
                ("land", 3),
                ("tech", 2),
                ("env", 1),
            ],
            ways: Ways {
                late: 71,
                paused: 120,
                extended: 40,
                reopened: 36,
                refused: 45,
                with_co_units: 420,
                accepted_late: 19,
            },
            sources: [10, 6, 6, 68, 6, 4],
        }
    }

    /// The division of an enterprise: that of the county, or of a district of the city, all unassigned.
    pub(super) fn division(&self, district: usize) -> String {
        if self.kind == UnitKind::City { format!("4199{}", 11 + district) } else { self.division.to_owned() }
    }

    /// Accepted cases, closed and open.
    pub(super) fn accepted(&self) -> usize {
        self.closed + self.open.len()
    }
}
