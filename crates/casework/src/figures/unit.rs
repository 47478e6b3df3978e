//! What one unit has in hand and how it keeps its promises, for the leader's page of it.

use db::Conn;
use identity::Reached;
use kernel::Result;

use super::beside::Beside;
use super::report::{Report, reports};
use crate::store::figures::count_each;
use crate::store::list::{self, Light, Moment, NeedFilter, NeedRow, Order, Span};

/// Needs named one by one.
const ROWS: usize = 12;

/// What is counted of a unit beside its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hand {
    Open,
    DueSoon,
    Late,
    /// For papers of the enterprise, or for the call-back.
    Waiting,
    ExtensionAsked,
    /// Its own answer is outstanding, as lead or co-unit.
    Owed,
    /// Handed back by it, in whatever round.
    Refused,
    /// Led by it and taken up again after an answer.
    Reopened,
}

impl Hand {
    /// All of them.
    pub const EVERY: [Hand; 8] = [
        Hand::Open,
        Hand::DueSoon,
        Hand::Late,
        Hand::Waiting,
        Hand::ExtensionAsked,
        Hand::Owed,
        Hand::Refused,
        Hand::Reopened,
    ];

    /// The list behind the count.
    pub fn rows(self, unit: &str) -> NeedFilter {
        let led = || NeedFilter { lead: Some(unit.to_owned()), ..NeedFilter::default() };
        let light = |light| NeedFilter { light: Some(light), ..led() };
        match self {
            Hand::Open => NeedFilter { open: Some(true), ..led() },
            Hand::DueSoon => light(Light::DueSoon),
            Hand::Late => light(Light::Late),
            Hand::Waiting => light(Light::Waiting),
            Hand::ExtensionAsked => NeedFilter { extension_asked: true, ..led() },
            Hand::Owed => NeedFilter { open: Some(true), unit: Some(unit.to_owned()), ..NeedFilter::default() },
            Hand::Refused => NeedFilter { refused_by: Some(unit.to_owned()), ..NeedFilter::default() },
            Hand::Reopened => NeedFilter { reopened: Some(true), ..led() },
        }
    }
}

/// Everything on the page of a unit.
#[derive(Clone, Debug)]
pub struct InHand {
    /// In the order of [`Hand::EVERY`].
    counts: Vec<i64>,
    /// Everything it ever led, and of the two stretches that are compared.
    pub to_date: Report,
    pub front: Report,
    pub back: Report,
    /// The first of what is open, by due date.
    pub open: Vec<NeedRow>,
}

impl InHand {
    /// How many needs are in a list of the unit.
    pub fn count(&self, hand: Hand) -> i64 {
        Hand::EVERY.iter().position(|own| *own == hand).and_then(|at| self.counts.get(at)).copied().unwrap_or(0)
    }
}

/// What the unit has in hand, of what is reached.
///
/// # Errors
/// Those of the database.
pub async fn in_hand(conn: &mut Conn, reached: &Reached, unit: &str, beside: Beside, at: Moment) -> Result<InHand> {
    let mut counts = Vec::with_capacity(Hand::EVERY.len());
    for hand in Hand::EVERY {
        let n = count_each(conn, reached, &hand.rows(unit), &[NeedFilter::default()], at).await?;
        counts.push(n.first().map_or(0, |n| n[0] + n[1]));
    }
    let spans = [Span::default(), beside.front, beside.back];
    let mut told = reports(conn, reached, Some(unit), &spans, at.now).await?.into_iter();
    let lead = Some(unit.to_owned());
    let mut next = || {
        let none = Report { period: Span::default(), lead: lead.clone(), at: at.now, figures: Vec::new() };
        told.next().unwrap_or(none)
    };
    let (to_date, front, back) = (next(), next(), next());
    let open = list::list(conn, reached, &Hand::Open.rows(unit), at, Order::Due, None, ROWS).await?;
    Ok(InHand { counts, to_date, front, back, open })
}
