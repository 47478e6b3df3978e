//! What a leader's page shows, gathered in a handful of queries: from the monthly sums and what is open for readers of
//! everything, from the rows for readers of a part.

use chrono::{DateTime, Utc};
use db::Conn;
use identity::Reached;
use kernel::{Month, Quarter, Result, Year};

use super::beside::{Beside, same_days};
use super::report::{Origin, Pair, Report, compared, reports};
use super::sums;
use crate::store::figures::{Concern, Load, Months, concerns, count_each, loads, months};
use crate::store::list::{Moment, NeedFilter, Span, reaches_all};

pub use crate::store::figures::Load as UnitLoad;

/// Months the chart shows, this one included.
const MONTHS: i32 = 12;
/// Needs named one by one.
const CONCERNS: usize = 8;

/// The period a page is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Choice {
    /// The whole programme to date.
    #[default]
    All,
    Month,
    Quarter,
    Year,
}

impl Choice {
    /// All of them.
    pub const EVERY: [Choice; 4] = [Choice::All, Choice::Month, Choice::Quarter, Choice::Year];

    /// The name in an address.
    pub fn as_str(self) -> &'static str {
        match self {
            Choice::All => "all",
            Choice::Month => "month",
            Choice::Quarter => "quarter",
            Choice::Year => "year",
        }
    }

    /// Reads [`Choice::as_str`]; what it cannot read is everything to date.
    pub fn parse(text: &str) -> Choice {
        Choice::EVERY.into_iter().find(|choice| choice.as_str() == text).unwrap_or_default()
    }

    /// The days of the period that `now` lies in.
    pub fn span(self, now: DateTime<Utc>) -> Span {
        let days = |first, last| Span { from: Some(first), to: Some(last) };
        match self {
            Choice::All => Span::default(),
            Choice::Month => days(Month::at(now).first_day(), Month::at(now).last_day()),
            Choice::Quarter => days(Quarter::at(now).first_day(), Quarter::at(now).last_day()),
            Choice::Year => days(Year::at(now).first_day(), Year::at(now).last_day()),
        }
    }

    /// The same days of the period before it; before everything: everything until the end of last month.
    pub(super) fn before(self, now: DateTime<Utc>) -> Span {
        let same = |first, last| same_days(self.span(now), Span { from: Some(first), to: Some(last) }, now);
        match self {
            Choice::All => Span { from: None, to: Some(Month::at(now).prev().last_day()) },
            Choice::Month => same(Month::at(now).prev().first_day(), Month::at(now).prev().last_day()),
            Choice::Quarter => same(Quarter::at(now).prev().first_day(), Quarter::at(now).prev().last_day()),
            Choice::Year => same(Year::at(now).prev().first_day(), Year::at(now).prev().last_day()),
        }
    }
}

/// One month of the chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthFlow {
    pub month: Month,
    pub accepted: i64,
    pub closed: i64,
    /// Fell due in the month and were not answered in time.
    pub late: i64,
}

impl MonthFlow {
    /// The lists behind accepted, closed and late.
    pub fn rows(&self) -> [NeedFilter; 3] {
        flow_rows(self.month)
    }
}

/// Everything on the page.
#[derive(Clone, Debug)]
pub struct Overview {
    pub choice: Choice,
    /// The figures of the chosen period.
    pub report: Report,
    /// The two stretches that are compared, and the figures of both.
    pub beside: Beside,
    pub front: Report,
    pub back: Report,
    /// The closing rate of the same days of the period before; of everything: as it stood at the end of last month.
    pub close_before: Pair,
    /// Oldest first.
    pub months: Vec<MonthFlow>,
    pub units: Vec<UnitLoad>,
    /// Sums over all units.
    pub open: Load,
    /// The first of [`Load::attention`] many.
    pub concerns: Vec<Concern>,
    /// Active enterprises, and those of them with a named helper.
    pub enterprises: i64,
    pub helped: i64,
}

/// The page's content for the requests and the enterprises that are reached.
///
/// # Errors
/// Those of the database.
pub async fn overview(
    conn: &mut Conn,
    reached: &Reached,
    enterprises: &Reached,
    choice: Choice,
    beside: Beside,
    at: Moment,
) -> Result<Overview> {
    let now = at.now;
    let whole = reaches_all(reached);
    let sums = if whole { Some(months(conn).await?) } else { None };
    let spans = [choice.span(now), Choice::Month.span(now), beside.front, beside.back, choice.before(now)];
    let told = match &sums {
        Some(months) => told_of_sums(conn, months, reached, &spans, now).await?,
        None => reports(conn, reached, None, &spans, now).await?,
    };
    let mut told = told.into_iter();
    let mut next =
        || told.next().unwrap_or(Report { period: Span::default(), lead: None, at: now, figures: Vec::new() });
    let (report, this_month, front, back, before) = (next(), next(), next(), next(), next());
    let close_before = match choice {
        // What was closed later cannot have been closed then: closings are counted by their own month here.
        Choice::All => Pair {
            numerator: before.pair("call_back_confirmed", Origin::All).denominator
                - before.pair("closed_not_reachable", Origin::All).numerator,
            denominator: before.pair("close_rate", Origin::All).denominator,
        },
        _ => before.pair("close_rate", Origin::All),
    };
    let months = match &sums {
        Some(months) => months_of_sums(months, &this_month, now),
        None => months_of_rows(conn, reached, at).await?,
    };
    let units = loads(conn, reached, at).await?;
    let open = units.iter().fold(Load::default(), |sum, own| Load {
        open: sum.open + own.open,
        soon: sum.soon + own.soon,
        late: sum.late + own.late,
        waiting: sum.waiting + own.waiting,
        disputed: sum.disputed + own.disputed,
        extension_asked: sum.extension_asked + own.extension_asked,
        stuck: sum.stuck + own.stuck,
        attention: sum.attention + own.attention,
        ..sum
    });
    let concerns = if open.attention > 0 { concerns(conn, reached, at, CONCERNS).await? } else { Vec::new() };
    let (enterprises, helped) = helped(conn, enterprises).await?;
    Ok(Overview {
        choice,
        report,
        beside,
        front,
        back,
        close_before,
        months,
        units,
        open,
        concerns,
        enterprises,
        helped,
    })
}

/// Reports from the sums where a period ends with a month, from the rows of its days alone where it does not.
async fn told_of_sums(
    conn: &mut Conn,
    months: &Months,
    reached: &Reached,
    spans: &[Span],
    now: DateTime<Utc>,
) -> Result<Vec<Report>> {
    let ends = |span: &&Span| span.to.is_none_or(|to| to == Month::of(to).last_day());
    let of_months: Vec<Span> = spans.iter().filter(ends).copied().collect();
    let of_months = sums::reports(conn, months, &of_months, now).await?;
    let mut told = Vec::with_capacity(spans.len());
    for span in spans {
        told.push(match of_months.iter().find(|report| report.period == *span) {
            Some(report) => report.clone(),
            None => compared(conn, reached, *span, now).await?,
        });
    }
    Ok(told)
}

/// Active enterprises and those with a named helper, as the register lists them.
async fn helped(conn: &mut Conn, reached: &Reached) -> Result<(i64, i64)> {
    let active = registry::ask::Filter { status: Some(registry::Status::Active), ..registry::ask::Filter::default() };
    let helped = registry::ask::Filter { has_helper: Some(true), ..active.clone() };
    Ok((registry::ask::count(conn, reached, &active).await?, registry::ask::count(conn, reached, &helped).await?))
}

fn chart(now: DateTime<Utc>) -> impl Iterator<Item = Month> {
    let this = Month::at(now);
    (1 - MONTHS..=0).map(move |back| this.plus(back))
}

fn flow_rows(month: Month) -> [NeedFilter; 3] {
    let span = Span { from: Some(month.first_day()), to: Some(month.last_day()) };
    [
        NeedFilter { accepted_in: span, ..NeedFilter::default() },
        NeedFilter { states: vec!["closed".to_owned()], closed_in: span, ..NeedFilter::default() },
        NeedFilter { missed: true, due_in: span, ..NeedFilter::default() },
    ]
}

fn months_of_sums(sums: &Months, this_month: &Report, now: DateTime<Utc>) -> Vec<MonthFlow> {
    // The sums of this month hold what falls due later; its report does not.
    let due = this_month.pair("answered_on_time", Origin::All);
    let flow = |month: Month| {
        let late = if month == Month::at(now) {
            due.denominator - due.numerator
        } else {
            sums.of("due", month) - sums.of("answered_on_time", month)
        };
        MonthFlow { month, accepted: sums.of("accepted", month), closed: sums.of("closed", month), late }
    };
    chart(now).map(flow).collect()
}

async fn months_of_rows(conn: &mut Conn, reached: &Reached, at: Moment) -> Result<Vec<MonthFlow>> {
    let wanted: Vec<_> = chart(at.now).flat_map(flow_rows).collect();
    let counts = count_each(conn, reached, &NeedFilter::default(), &wanted, at).await?;
    let flow = |(month, own): (Month, &[[i64; 2]])| {
        let n = |at: usize| own.get(at).map_or(0, |n| n[0] + n[1]);
        MonthFlow { month, accepted: n(0), closed: n(1), late: n(2) }
    };
    Ok(chart(at.now).zip(counts.chunks(3)).map(flow).collect())
}
