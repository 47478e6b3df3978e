//! All figures of any period, counted from the rows by the conditions of the lists they lead to.

use chrono::{DateTime, Utc};
use db::Conn;
use identity::Reached;
use kernel::Result;

use super::definition::{DEFINITIONS, Definition, Kind};
use crate::store::figures::{Days, count_each, days};
use crate::store::list::{Moment, NeedFilter, Span};

/// Where needs came from: figures are told for all, for the county's own and for those handed down, apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    All,
    Own,
    HandedDown,
}

impl Origin {
    /// All three.
    pub const EVERY: [Origin; 3] = [Origin::All, Origin::Own, Origin::HandedDown];

    /// The condition of lists.
    pub fn handed_down(self) -> Option<bool> {
        match self {
            Origin::All => None,
            Origin::Own => Some(false),
            Origin::HandedDown => Some(true),
        }
    }
}

/// What a figure is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pair {
    pub numerator: i64,
    pub denominator: i64,
}

impl Pair {
    /// `96.6%`; `None` without a denominator.
    pub fn percent(self) -> Option<String> {
        kernel::percent(self.numerator, self.denominator)
    }

    /// The rate in thousandths, rounded; what a difference in points is taken from.
    pub fn per_mille(self) -> Option<i64> {
        (self.denominator > 0).then(|| (self.numerator * 2000 + self.denominator) / (2 * self.denominator))
    }

    /// Tenths of a day on average.
    pub fn tenths(self) -> Option<i64> {
        (self.denominator > 0).then(|| (self.numerator * 20 + self.denominator) / (2 * self.denominator))
    }
}

/// One figure of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    pub code: &'static str,
    pub all: Pair,
    pub own: Pair,
    pub handed_down: Pair,
}

impl Figure {
    /// The numbers for one origin.
    pub fn of(&self, origin: Origin) -> Pair {
        match origin {
            Origin::All => self.all,
            Origin::Own => self.own,
            Origin::HandedDown => self.handed_down,
        }
    }
}

/// Figures of one period, as they stood at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Days in Shanghai, both included; open ends reach as far as there is anything.
    pub period: Span,
    /// The figures are of what this unit leads; `None`: of everything.
    pub lead: Option<String>,
    pub at: DateTime<Utc>,
    /// In the order of [`DEFINITIONS`].
    pub figures: Vec<Figure>,
}

impl Report {
    /// The numbers of a code; zeros for one the report does not hold.
    pub fn pair(&self, code: &str, origin: Origin) -> Pair {
        self.figures.iter().find(|figure| figure.code == code).map_or_else(Pair::default, |figure| figure.of(origin))
    }

    /// The lists that equal numerator and denominator.
    pub fn rows(&self, code: &str, origin: Origin) -> Option<(Option<NeedFilter>, NeedFilter)> {
        let definition = Definition::of(code)?;
        let of = |filter: fn(Span) -> NeedFilter| NeedFilter {
            handed_down: origin.handed_down(),
            lead: self.lead.clone(),
            ..filter(self.period)
        };
        Some((definition.numerator.map(of), of(definition.denominator)))
    }
}

/// Every figure of the period, for what is reached.
///
/// # Errors
/// Those of the database.
pub async fn report(conn: &mut Conn, reached: &Reached, period: Span, now: DateTime<Utc>) -> Result<Report> {
    let mut all = reports(conn, reached, None, &[period], now).await?;
    Ok(all.pop().unwrap_or(Report { period, lead: None, at: now, figures: Vec::new() }))
}

/// The same for several periods at once, in two queries; of what one unit leads, if it is named.
pub(super) async fn reports(
    conn: &mut Conn,
    reached: &Reached,
    lead: Option<&str>,
    periods: &[Span],
    now: DateTime<Utc>,
) -> Result<Vec<Report>> {
    let at = Moment { now };
    let mut wanted = Vec::new();
    for period in periods {
        for definition in DEFINITIONS.iter().filter(|definition| definition.kind == Kind::Rate) {
            wanted.extend(definition.numerator.map(|filter| filter(*period)));
            wanted.push((definition.denominator)(*period));
        }
    }
    let base = NeedFilter { lead: lead.map(str::to_owned), ..NeedFilter::default() };
    let mut counts = count_each(conn, reached, &base, &wanted, at).await?.into_iter();
    let answered = DEFINITIONS.iter().find(|definition| definition.kind == Kind::Average);
    let answered: Vec<_> =
        answered.iter().flat_map(|own| periods.iter().map(|period| (own.denominator)(*period))).collect();
    let taken = days(conn, reached, &base, &answered, at).await?;
    let mut out = Vec::with_capacity(periods.len());
    for (period, taken) in periods.iter().zip(&taken) {
        let figures = DEFINITIONS.iter().map(|definition| match definition.kind {
            Kind::Rate => {
                let (n, d) = (counts.next().unwrap_or_default(), counts.next().unwrap_or_default());
                figure(definition.code, [n[0], n[1]], [d[0], d[1]])
            }
            _ => of_days(definition, taken),
        });
        out.push(Report { period: *period, lead: base.lead.clone(), at: now, figures: figures.collect() });
    }
    Ok(out)
}

/// What a stretch of days is compared by.
const COMPARED: [&str; 5] = ["close_rate", "call_back_confirmed", "ontime_rate", "satisfaction", "reopened"];

/// A report of some figures of some days only, counted from the rows of those days alone, whatever lies before them.
pub(super) async fn compared(conn: &mut Conn, reached: &Reached, period: Span, now: DateTime<Utc>) -> Result<Report> {
    let mut figures = Vec::with_capacity(COMPARED.len());
    for definition in COMPARED.into_iter().filter_map(Definition::of) {
        let base = (definition.denominator)(period);
        let numerator = definition.numerator.map_or_else(NeedFilter::default, |filter| filter(period));
        let counts = count_each(conn, reached, &base, &[numerator, NeedFilter::default()], Moment { now }).await?;
        let n = |at: usize| counts.get(at).copied().unwrap_or_default();
        figures.push(figure(definition.code, n(0), n(1)));
    }
    Ok(Report { period, lead: None, at: now, figures })
}

/// A rate from (own, handed down) of numerator and denominator.
pub(super) fn figure(code: &'static str, numerator: [i64; 2], denominator: [i64; 2]) -> Figure {
    let pair = |n, d| Pair { numerator: n, denominator: d };
    let own = pair(numerator[0], denominator[0]);
    let handed_down = pair(numerator[1], denominator[1]);
    let all = pair(own.numerator + handed_down.numerator, own.denominator + handed_down.denominator);
    Figure { code, all, own, handed_down }
}

/// Average or percentile from the needs by working days taken, (own, handed down).
pub(super) fn of_days(definition: &Definition, taken: &[Days; 2]) -> Figure {
    let mut all = taken[0].clone();
    for (days, n) in &taken[1] {
        *all.entry(*days).or_default() += n;
    }
    let of = |taken: &Days| {
        let denominator = taken.values().sum();
        let numerator = match definition.kind {
            Kind::Percentile => percentile(taken, denominator),
            _ => taken.iter().map(|(days, n)| days * n).sum(),
        };
        Pair { numerator, denominator }
    };
    Figure { code: definition.code, all: of(&all), own: of(&taken[0]), handed_down: of(&taken[1]) }
}

/// The smallest number of days within which nine of ten were answered; 0 of none.
fn percentile(taken: &Days, all: i64) -> i64 {
    let mut seen = 0;
    for (days, n) in taken {
        seen += n;
        if seen * 10 >= all * 9 {
            return *days;
        }
    }
    0
}
