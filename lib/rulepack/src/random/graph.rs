//! Random graphs: every operation over facts of every type.

use super::{Random, TEXTS};
use crate::ir::{Dag, Mode, NodeId, Part, Population, PopulationKind, Reason, ReasonId, Ties, Type};

const MODES: [Mode; 7] =
    [Mode::HalfUp, Mode::HalfEven, Mode::HalfDown, Mode::Up, Mode::Down, Mode::Ceiling, Mode::Floor];

/// A graph over facts of every type, with outputs to ask for.
#[derive(Clone, Debug)]
pub struct RandomGraph {
    pub dag: Dag,
    pub outputs: Vec<NodeId>,
    /// Every operation that was built.
    pub made: Vec<NodeId>,
}

/// Nodes by type, to draw operands from.
#[derive(Default)]
struct Pools {
    numbers: Vec<NodeId>,
    booleans: Vec<NodeId>,
    texts: Vec<NodeId>,
    dates: Vec<NodeId>,
}

impl Pools {
    fn put(&mut self, dag: &Dag, id: NodeId) {
        match dag.ty(id) {
            Type::Number { .. } => self.numbers.push(id),
            Type::Boolean => self.booleans.push(id),
            Type::Text => self.texts.push(id),
            Type::Date { .. } => self.dates.push(id),
        }
    }

    /// Mostly a late node, so that graphs grow deep.
    fn draw(random: &mut Random, pool: &[NodeId]) -> NodeId {
        let from = if random.chance(2) { pool.len().saturating_sub(8) } else { 0 };
        pool[from + random.below(pool.len() - from)]
    }

    fn any_of_one_type(&self, random: &mut Random) -> &[NodeId] {
        let pools = [&self.numbers, &self.numbers, &self.booleans, &self.texts, &self.dates];
        pools[random.below(pools.len())]
    }
}

/// A graph of about `size` operations; `sets`: with functions over the set.
pub fn graph(seed: u64, size: usize, sets: bool) -> RandomGraph {
    let mut random = Random::new(seed);
    let mut dag = Dag::new();
    let mut pools = Pools::default();
    let number = |scale, low, high| Type::Number { scale, low, high };
    let date = Type::Date { low: -200_000, high: 200_000 };
    let facts = [
        ("n_small", number(0, -3, 3)),
        ("n_staff", number(0, 0, 200_000)),
        ("n_money", number(2, -1_000_000, 100_000_000_000_000)),
        ("n_ratio", number(6, 0, 2_000_000)),
        ("n_divisor", number(0, 1, 50)),
        ("n_wide", number(0, -1_000_000_000_000_000_000_000, 1_000_000_000_000_000_000_000)),
        ("n_fine", number(4, -10_i128.pow(22), 10_i128.pow(22))),
        ("b_one", Type::Boolean),
        ("b_two", Type::Boolean),
        ("t_code", Type::Text),
        ("t_name", Type::Text),
        ("d_from", date),
        ("d_to", date),
    ];
    for (code, ty) in facts {
        let node = dag.fact(code, ty, false);
        pools.put(&dag, node);
    }
    let unpublished = dag.fact("p_open", number(0, 0, 100), true);
    pools.put(&dag, unpublished);
    let reason =
        dag.reason(Reason { code: "out_of_scope".into(), zh: "不在范围".into(), en: "out of scope".into() });
    for constant in [0, 1, 2, 3, 7, 100, 100_000, 3_000_000_000] {
        let scale = random.below(3) as u8;
        let node = dag.number(constant, scale);
        pools.put(&dag, node);
    }
    for node in [dag.boolean(true), dag.text(TEXTS[0]), dag.date(19_000)] {
        pools.put(&dag, node);
    }
    let ty = number(0, 0, 0);
    let never = dag.not_applicable(reason, ty);
    pools.put(&dag, never);
    let mut made = Vec::new();
    for _ in 0..size {
        if let Some(node) = grow(&mut dag, &mut random, &pools, reason, sets) {
            // Stages beyond three tell nothing new.
            if dag.node(node).stage <= 3 {
                pools.put(&dag, node);
                made.push(node);
            }
        }
    }
    let outputs = (0..8).map(|_| Pools::draw(&mut random, &made)).chain([made[made.len() - 1]]).collect();
    RandomGraph { dag, outputs, made }
}

/// One operation over drawn operands, if it cannot overflow.
fn grow(dag: &mut Dag, random: &mut Random, pools: &Pools, reason: ReasonId, sets: bool) -> Option<NodeId> {
    let n = |random: &mut Random| Pools::draw(random, &pools.numbers);
    let b = |random: &mut Random| Pools::draw(random, &pools.booleans);
    let d = |random: &mut Random| Pools::draw(random, &pools.dates);
    let t = |random: &mut Random| Pools::draw(random, &pools.texts);
    let several = |random: &mut Random, pool: &[NodeId]| -> Vec<NodeId> {
        (0..2 + random.below(3)).map(|_| Pools::draw(random, pool)).collect()
    };
    Some(match random.below(if sets { 29 } else { 26 }) {
        0 => dag.add(&several(random, &pools.numbers)).ok()?,
        1 => dag.multiply(n(random), n(random)).ok()?,
        2 => dag.negate(n(random)),
        3 => dag.absolute(n(random)),
        4 | 5 => dag.round_divide(n(random), n(random), random.below(5) as i8, random.of(&MODES)).ok()?,
        6 => dag.round(n(random), random.below(3) as i8 - 1, random.of(&MODES)).ok()?,
        7 => dag.minimum(&several(random, &pools.numbers)).ok()?,
        8 => dag.maximum(&several(random, &pools.numbers)).ok()?,
        9 => {
            let months = dag.number(random.between(-30, 30), 0);
            dag.add_months(d(random), months, random.chance(2)).ok()?
        }
        10 => {
            let days = dag.number(random.between(-400, 400), 0);
            dag.add_days(d(random), days).ok()?
        }
        11 => dag.days_between(d(random), d(random)),
        12 => dag.months_between(d(random), d(random)),
        13 => dag.date_part(d(random), random.of(&[Part::Year, Part::Month, Part::Day])),
        14 => dag.less_or_equal(n(random), n(random)).ok()?,
        15 => dag.less(n(random), n(random)).ok()?,
        16 => dag.less_or_equal(d(random), d(random)).ok()?,
        17 => {
            let pool = pools.any_of_one_type(random);
            dag.equal(Pools::draw(random, pool), Pools::draw(random, pool)).ok()?
        }
        18 if random.chance(2) => {
            let prefixes: Vec<_> = (0..1 + random.below(3)).map(|_| dag.text_id(random.of(&TEXTS))).collect();
            dag.starts_with(t(random), &prefixes)
        }
        18 => {
            // Engines look through short lists and look up in long ones.
            let long = if random.chance(3) { 20 } else { 0 };
            let mut texts: Vec<_> = (0..1 + random.below(4)).map(|_| dag.text_id(random.of(&TEXTS))).collect();
            texts.extend((0..long).map(|place| dag.text_id(&format!("x{place}"))));
            dag.text_in(t(random), &texts)
        }
        19 => dag.and(&several(random, &pools.booleans)),
        20 => dag.or(&several(random, &pools.booleans)),
        21 => {
            if random.chance(4) {
                let pool = pools.any_of_one_type(random);
                dag.known(Pools::draw(random, pool))
            } else {
                dag.not(b(random))
            }
        }
        22 => {
            let conditions = several(random, &pools.booleans);
            let pool = pools.any_of_one_type(random);
            let values: Vec<NodeId> = (0..=conditions.len()).map(|_| Pools::draw(random, pool)).collect();
            dag.first(&conditions, &values).ok()?
        }
        23 => {
            let conditions = several(random, &pools.booleans);
            let pool = pools.any_of_one_type(random);
            let values: Vec<NodeId> = conditions.iter().map(|_| Pools::draw(random, pool)).collect();
            let overlap = if random.chance(2) { reason } else { Dag::OVERLAP };
            dag.unique(&conditions, &values, Dag::NO_ROW, overlap).ok()?
        }
        24 => {
            let pool = pools.any_of_one_type(random);
            dag.guard(b(random), Pools::draw(random, pool), reason)
        }
        25 => {
            let pool = pools.any_of_one_type(random);
            dag.coalesce(Pools::draw(random, pool), Pools::draw(random, pool)).ok()?
        }
        _ => {
            let kind = match random.below(9) {
                0 => PopulationKind::Count,
                1 => PopulationKind::Sum,
                2 => PopulationKind::Minimum,
                3 => PopulationKind::Maximum,
                4 => PopulationKind::Mean { mode: random.of(&MODES), from: 0 },
                5 => PopulationKind::Quantile { numerator: random.below(5) as u32, denominator: 4 },
                _ => PopulationKind::Rank {
                    descending: random.chance(2),
                    ties: random.of(&[Ties::Minimum, Ties::Maximum, Ties::Dense]),
                },
            };
            let mut then = Vec::new();
            if matches!(kind, PopulationKind::Rank { .. }) && random.chance(2) {
                then = several(random, &pools.numbers).into_iter().map(|key| (key, key.0 % 2 == 0)).collect();
            }
            let among = random.chance(2).then(|| b(random));
            let grouped = pools.any_of_one_type(random);
            let group = random.chance(2).then(|| Pools::draw(random, grouped));
            dag.population(Population { kind, value: n(random), among, group, then }, random.below(4) as u8).ok()?
        }
    })
}
