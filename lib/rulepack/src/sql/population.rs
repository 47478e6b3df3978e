//! Functions over the set as window functions.

use std::collections::BTreeMap;

use crate::ir::{Dag, NodeId, Population, PopulationKind, Ties, Type};

use super::answer::{Answer, joined};
use super::dialect::Width;
use super::layers::Piece;
use super::writer::{NotWritten, Writer};

/// What the functions over one set share.
struct Set {
    value: Answer,
    among: Option<Answer>,
    group: Option<Answer>,
    /// Whether the case is in the set: true or false.
    inside: Piece,
    /// The case's value if it is in the set.
    member: Piece,
}

impl Writer<'_> {
    pub(super) fn population(&mut self, population: &Population, id: NodeId) -> Result<Answer, NotWritten> {
        let set = self.set(population);
        match population.kind {
            PopulationKind::Rank { descending, ties } => Ok(self.rank(&set, descending, ties, &population.then)),
            PopulationKind::Count => {
                let count = self.over(&set, "COUNT", &set.member);
                Ok(self.of_group(&set, count, None))
            }
            PopulationKind::Minimum | PopulationKind::Maximum => {
                let function = if population.kind == PopulationKind::Minimum { "MIN" } else { "MAX" };
                let value = self.over(&set, function, &set.member);
                Ok(self.of_members(&set, value))
            }
            PopulationKind::Sum => {
                let sum = self.sum_of(&set);
                let sum = self.narrowed(sum, Width::Huge, self.width(id)?);
                Ok(self.of_members(&set, sum))
            }
            PopulationKind::Mean { mode, from } => {
                let count = self.over(&set, "COUNT", &set.member);
                let to = match self.node(id).ty {
                    Type::Number { scale, .. } => scale,
                    Type::Boolean | Type::Text | Type::Date { .. } => from,
                };
                let sum = self.sum_of(&set);
                let sum = self.times_ten(&sum, to.saturating_sub(from));
                let count = self.times_ten(&count, from.saturating_sub(to));
                let mean = self.rounded_quotient(sum, count, Width::Huge, mode);
                let mean = self.narrowed(mean, Width::Huge, self.width(id)?);
                Ok(self.of_members(&set, mean))
            }
            PopulationKind::Quantile { numerator, denominator } => {
                let count = self.over(&set, "COUNT", &set.member);
                let count = self.layers.column(count);
                let order = format!("ROW_NUMBER() OVER ({} ORDER BY {})", partition(&set, true), set.member.sql);
                let place = Piece::of(order, self.parts(&set));
                let place = self.layers.column(place);
                let reached = format!(
                    "CASE WHEN {} AND {} * {denominator} >= {} * {numerator} THEN {} END",
                    set.inside.sql, place.sql, count.sql, set.member.sql
                );
                let reached = Piece::of(reached, [&set.inside, &place, &count, &set.member]);
                let reached = self.layers.column(reached);
                let value = self.over(&set, "MIN", &reached);
                Ok(self.of_members(&set, value))
            }
        }
    }

    fn set(&mut self, population: &Population) -> Set {
        let value = self.answer(population.value).clone();
        let among = population.among.map(|id| self.answer(id).clone());
        let group = population.group.map(|id| self.answer(id).clone());
        let mut tests = vec![Piece::of(format!("{} IS NOT NULL", value.value.sql), [&value.value])];
        if let Some(among) = &among {
            tests.push(Piece::of(format!("COALESCE({}, FALSE)", among.value.sql), [&among.value]));
        }
        if let Some(group) = &group {
            tests.push(Piece::of(format!("{} IS NOT NULL", group.value.sql), [&group.value]));
        }
        let inside = self.layers.column(joined(&tests.iter().collect::<Vec<_>>(), " AND "));
        let member =
            Piece::of(format!("CASE WHEN {} THEN {} END", inside.sql, value.value.sql), [&inside, &value.value]);
        let member = self.layers.column(member);
        Set { value, among, group, inside, member }
    }

    fn parts<'s>(&self, set: &'s Set) -> Vec<&'s Piece> {
        let group = set.group.as_ref().map(|group| &group.value);
        [&set.inside, &set.member].into_iter().chain(group).collect()
    }

    fn over(&mut self, set: &Set, function: &str, of: &Piece) -> Piece {
        let parts = self.parts(set);
        let piece = Piece::of(
            format!("{function}({}) OVER ({})", of.sql, partition(set, false)),
            parts.into_iter().chain([of]),
        );
        self.layers.column(piece)
    }

    fn sum_of(&mut self, set: &Set) -> Piece {
        let wide =
            Piece::of(format!("CAST({} AS {})", set.member.sql, self.dialect.integer(Width::Huge)), [&set.member]);
        let wide = self.layers.column(wide);
        let sum = self.over(set, "SUM", &wide);
        Piece::of(format!("CAST({} AS {})", sum.sql, self.dialect.integer(Width::Huge)), [&sum])
    }

    /// A number made wide, times 10^by, as a column.
    fn times_ten(&mut self, number: &Piece, by: u8) -> Piece {
        let wide = self.dialect.integer(Width::Huge);
        let factor = 10_i128.pow(u32::from(by));
        self.layers.column(Piece::of(format!("(CAST({} AS {wide}) * CAST({factor} AS {wide}))", number.sql), [number]))
    }

    /// A figure every case of a group has, as far as its group is known.
    fn of_group(&mut self, set: &Set, value: Piece, empty: Option<Piece>) -> Answer {
        let Some(group) = &set.group else {
            return Answer { value, missing: BTreeMap::new(), reason: empty };
        };
        let known = Piece::of(format!("{} IS NOT NULL", group.value.sql), [&group.value]);
        let own = Piece::of(format!("CASE WHEN {} THEN {} END", known.sql, value.sql), [&known, &value]);
        let empty =
            empty.map(|empty| Piece::of(format!("CASE WHEN {} THEN {} END", known.sql, empty.sql), [&known, &empty]));
        let reason = match (group.reason.clone(), empty) {
            (Some(reason), Some(empty)) => {
                Some(Piece::of(format!("COALESCE({}, {})", reason.sql, empty.sql), [&reason, &empty]))
            }
            (reason, empty) => reason.or(empty),
        };
        Answer { value: own, missing: group.missing.clone(), reason }
    }

    /// The same, not applicable where the set is empty.
    fn of_members(&mut self, set: &Set, value: Piece) -> Answer {
        let count = self.over(set, "COUNT", &set.member);
        let empty = Piece::of(format!("CASE WHEN {} = 0 THEN {} END", count.sql, Dag::EMPTY_SET.0), [&count]);
        self.of_group(set, value, Some(empty))
    }

    fn rank(&mut self, set: &Set, descending: bool, ties: Ties, then: &[(NodeId, bool)]) -> Answer {
        let direction = |descending: bool| if descending { "DESC" } else { "ASC" };
        let mut order = format!("{} {}", set.member.sql, direction(descending));
        let mut parts: Vec<Piece> = self.parts(set).into_iter().cloned().collect();
        for (key, descending) in then {
            let key = self.answer(*key).value.clone();
            order.push_str(&format!(", {} {} NULLS LAST", key.sql, direction(*descending)));
            parts.push(key);
        }
        let function = match ties {
            Ties::Minimum => "RANK()",
            Ties::Maximum => "COUNT(*)",
            Ties::Dense => "DENSE_RANK()",
        };
        let sql = format!("{function} OVER ({} ORDER BY {order})", partition(set, true));
        let rank = self.layers.column(Piece::of(sql, &parts));
        let rank = Piece::of(
            format!("CASE WHEN {} THEN CAST({} AS BIGINT) END", set.inside.sql, rank.sql),
            [&set.inside, &rank],
        );
        let null = Piece::constant("CAST(NULL AS BIGINT)");
        // Outside the set: as the group is, then as the condition of the set is, then as the value is.
        let inside = Answer { value: rank, ..set.value.clone() };
        let ranked = match set.among.clone() {
            None => inside,
            Some(among) => {
                let outside = Piece::constant(Dag::OUTSIDE_SET.0.to_string());
                let outside = match &among.reason {
                    None => outside,
                    Some(reason) => Piece::of(format!("COALESCE({}, {})", reason.sql, outside.sql), [reason]),
                };
                self.guard(&among, &inside, &outside, &null)
            }
        };
        match set.group.clone() {
            None => ranked,
            Some(group) => {
                let ranked = ranked.settled(&mut self.layers);
                let known = Answer::always(Piece::of(format!("({} IS NOT NULL)", group.value.sql), [&group.value]));
                self.select(&known, &ranked, &Answer { value: null.clone(), ..group }, &null)
            }
        }
    }
}

fn partition(set: &Set, members_apart: bool) -> String {
    let group = set.group.as_ref().map(|group| group.value.sql.as_str());
    let inside = members_apart.then_some(set.inside.sql.as_str());
    let by: Vec<&str> = inside.into_iter().chain(group).collect();
    if by.is_empty() { String::new() } else { format!("PARTITION BY {}", by.join(", ")) }
}
