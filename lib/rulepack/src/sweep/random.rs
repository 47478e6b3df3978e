//! Random graphs and cases for tests: every operation, holes, values at the edges of their ranges.

use std::sync::Arc;

use crate::interpret::Value;
use crate::ir::{Dag, Mode, NodeId, Part, Population, PopulationKind, Reason, Ties, Type, date};

/// A small generator of numbers, the same for a seed on every machine.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to before `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// Within a range, often small or at its ends.
    pub fn within(&mut self, low: i128, high: i128) -> i128 {
        let span = high - low + 1;
        match self.below(8) {
            0 => low,
            1 => high,
            2..=5 => (self.below(12) as i128 - 3).clamp(low, high),
            _ => low + (i128::from(self.next()) << 40 | i128::from(self.next() >> 24)) % span,
        }
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}

/// A graph and the nodes that are looked at.
#[derive(Clone, Debug)]
pub struct Graph {
    pub dag: Dag,
    pub roots: Vec<NodeId>,
}

const TEXTS: [&str; 7] = ["A", "AB", "B", "C13", "C1311", "信息", "信息技术"];
const MODES: [Mode; 7] =
    [Mode::HalfUp, Mode::HalfEven, Mode::HalfDown, Mode::Up, Mode::Down, Mode::Ceiling, Mode::Floor];

/// A graph of about `size` operations over facts of every type; with population functions if asked for.
pub fn random_graph(random: &mut Random, size: usize, population: bool) -> Graph {
    let mut dag = Dag::new();
    let mut numbers = Vec::new();
    let ranges = [
        (0, 0, 9),
        (0, -5, 100),
        (2, 0, 10_000_000),
        (2, -9_000_000_000_000, 9_000_000_000_000),
        (0, 1, 50),
        (4, -10_i128.pow(22), 10_i128.pow(22)),
    ];
    for (place, (scale, low, high)) in ranges.into_iter().enumerate() {
        numbers.push(dag.fact(&format!("n{place}"), Type::Number { scale, low, high }, false));
    }
    let mut booleans: Vec<NodeId> = (0..3).map(|place| dag.fact(&format!("b{place}"), Type::Boolean, false)).collect();
    let mut texts: Vec<NodeId> = (0..2).map(|place| dag.fact(&format!("t{place}"), Type::Text, false)).collect();
    let day = Type::Date { low: date::days(1950, 1, 1), high: date::days(2100, 12, 31) };
    let mut dates: Vec<NodeId> = (0..2).map(|place| dag.fact(&format!("d{place}"), day, false)).collect();
    numbers.push(dag.fact("never", Type::Number { scale: 0, low: 0, high: 1000 }, true));
    for value in [0, 1, 3, -2, 10, 100_000, 3_000_000_000] {
        let node = dag.number(value, 0);
        numbers.push(node);
    }
    let fine = dag.number(1_250, 3);
    numbers.push(fine);
    let constant = dag.date(date::days(2024, 2, 29));
    dates.push(constant);
    let reasons: Vec<_> =
        ["r1", "r2"].map(|code| dag.reason(Reason { code: code.into(), zh: code.into(), en: code.into() })).to_vec();
    let mut roots = Vec::new();
    while roots.len() < size {
        let (a, b, c) = (random.pick(&numbers), random.pick(&numbers), random.pick(&numbers));
        let (p, q, r) = (random.pick(&booleans), random.pick(&booleans), random.pick(&booleans));
        let (d, e, t) = (random.pick(&dates), random.pick(&dates), random.pick(&texts));
        let reason = random.pick(&reasons);
        let made = match random.below(if population { 36 } else { 31 }) {
            0 => dag.add(&[a, b, c]),
            1 => dag.subtract(a, b),
            2 => dag.multiply(a, b),
            3 => Ok(dag.absolute(a)),
            4 => dag.minimum(&[a, b, c]),
            5 => dag.maximum(&[a, b]),
            6 => dag.round_divide(a, b, random.below(5) as i8 - 1, random.pick(&MODES)),
            7 => dag.round(a, random.below(4) as i8 - 1, random.pick(&MODES)),
            8 | 9 => dag.less_or_equal(a, b),
            10 => dag.less(a, b),
            11 => dag.equal(a, b),
            12 => dag.less_or_equal(d, e),
            13 => dag.equal(t, random.pick(&texts)),
            14 => {
                let list: Vec<_> = (0..1 + random.below(22)).map(|_| dag.text_id(random.pick(&TEXTS))).collect();
                let padded: Vec<_> =
                    (0..if list.len() > 12 { 20 } else { 0 }).map(|place| dag.text_id(&format!("x{place}"))).collect();
                Ok(dag.text_in(t, &[list, padded].concat()))
            }
            15 => {
                let prefixes: Vec<_> = (0..1 + random.below(2)).map(|_| dag.text_id(random.pick(&TEXTS))).collect();
                Ok(dag.starts_with(t, &prefixes))
            }
            16 => Ok(dag.and(&[p, q, r])),
            17 => Ok(dag.or(&[p, q])),
            18 => Ok(dag.not(p)),
            19 => Ok(dag.known(random.pick(&[a, p, d, t]))),
            20 => dag.select(p, a, b),
            21 => dag.first(&[p, q, r], &[a, b, c, a]),
            22 => {
                let (x, y) = (dag.text(random.pick(&TEXTS)), random.pick(&texts));
                dag.first(&[p, q], &[t, x, y])
            }
            23 => dag.unique(&[p, q], &[a, b], Dag::NO_ROW, Dag::OVERLAP),
            24 => {
                let value = random.pick(&[a, p, d, t]);
                Ok(dag.guard(q, value, reason))
            }
            25 => match random.below(3) {
                0 => dag.coalesce(a, b),
                1 => dag.coalesce(p, q),
                _ => dag.coalesce(d, e),
            },
            26 => {
                let months = dag.number(i128::from(random.below(40)) - 20, 0);
                dag.add_months(d, months, random.below(2) == 0)
            }
            27 => {
                let days = dag.number(i128::from(random.below(400)) - 200, 0);
                dag.add_days(d, days)
            }
            28 => Ok(if random.below(2) == 0 { dag.days_between(d, e) } else { dag.months_between(d, e) }),
            29 => Ok(dag.date_part(d, random.pick(&[Part::Year, Part::Month, Part::Day]))),
            30 => match random.below(3) {
                0 => dag.select(p, q, r),
                1 => dag.equal(p, q),
                _ => Ok(dag.not_applicable(reason, dag.ty(a))),
            },
            kind => {
                let (descending, ties) =
                    (random.below(2) == 0, random.pick(&[Ties::Minimum, Ties::Maximum, Ties::Dense]));
                let kind = match (kind, random.below(3)) {
                    (31 | 32, _) => PopulationKind::Rank { descending, ties },
                    (33, 0) => PopulationKind::Count,
                    (33, 1) => PopulationKind::Minimum,
                    (33, _) => PopulationKind::Maximum,
                    (34, 0) => PopulationKind::Sum,
                    (34, _) => PopulationKind::Mean { mode: random.pick(&MODES), from: 0 },
                    _ => PopulationKind::Quantile { numerator: random.below(5) as u32, denominator: 4 },
                };
                let group = [None, Some(t), Some(q), Some(c), Some(e)][random.below(5) as usize];
                let among = [None, Some(p)][random.below(2) as usize];
                let then = match kind {
                    PopulationKind::Rank { .. } => {
                        [vec![], vec![(b, true)], vec![(c, false), (d, true)]][random.below(3) as usize].clone()
                    }
                    _ => vec![],
                };
                let value = if matches!(
                    kind,
                    PopulationKind::Rank { .. } | PopulationKind::Maximum | PopulationKind::Quantile { .. }
                ) {
                    random.pick(&[a, b, d])
                } else {
                    a
                };
                dag.population(Population { kind, value, among, group, then }, random.below(4) as u8)
            }
        };
        // What could overflow is not built; stages beyond three tell nothing new.
        let Ok(node) = made else { continue };
        if dag.node(node).stage > 3 {
            continue;
        }
        match dag.ty(node) {
            Type::Number { .. } => numbers.push(node),
            Type::Boolean => booleans.push(node),
            Type::Text => texts.push(node),
            Type::Date { .. } => dates.push(node),
        }
        roots.push(node);
    }
    Graph { dag, roots }
}

/// One case with about a fifth of the facts not provided.
pub fn holes(random: &mut Random, dag: &Dag) -> Vec<Option<Value>> {
    let whole = whole(random, dag);
    whole.into_iter().map(|value| value.filter(|_| random.below(5) > 0)).collect()
}

/// One case with all facts but those that are always missing.
pub fn whole(random: &mut Random, dag: &Dag) -> Vec<Option<Value>> {
    let facts = dag.facts().iter();
    facts
        .map(|fact| {
            if fact.always_missing {
                return None;
            }
            Some(match fact.ty {
                Type::Number { low, high, .. } => Value::Number(random.within(low, high)),
                Type::Boolean => Value::Boolean(random.below(2) == 0),
                Type::Text => Value::Text(Arc::from(
                    random.pick(&[TEXTS[0], TEXTS[1], TEXTS[2], TEXTS[3], TEXTS[4], TEXTS[5], TEXTS[6], "else", ""]),
                )),
                Type::Date { low, high } => Value::Date(random.within(low.into(), high.into()) as i32),
            })
        })
        .collect()
}
