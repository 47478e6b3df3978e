//! Functions over the set: rank, percentile, quantile, mean, sum, least and greatest, count.

use num_traits::ToPrimitive;

use super::compiler::{Compiler, Made, Told};
use super::functions::Arguments;
use super::messages;
use super::tree::TreeKind;
use super::value::{Number, Piece, Typed, piece};
use crate::diagnostic::Place;
use crate::ir::{Mode, NodeId, Population, PopulationKind, Ties};

impl Compiler<'_> {
    /// The set of a population function: what is asked for, among those the pack applies to.
    pub fn set(&mut self, among: Option<NodeId>) -> Option<NodeId> {
        match (self.applies, among) {
            (Some(applies), Some(among)) => Some(self.dag.and(&[applies, among])),
            (applies, among) => applies.or(among),
        }
    }

    /// A function over the set.
    pub fn population(&mut self, population: Population, scale: u8, place: &Place) -> Made<NodeId> {
        let node = self.dag.population(population, scale);
        self.fits(node, place)
    }

    /// A call of a function over the set.
    pub fn over_the_set(&mut self, name: &'static str, all: &mut Arguments, place: &Place, text: &str) -> Made<Piece> {
        let among = all.named(&["among", "集合"]);
        let group = all.named(&["group", "分组"]);
        let direction = all.named(&["direction", "方向"]);
        let mut given = std::mem::take(&mut all.plain);
        let second =
            if matches!(name, "quantile" | "population mean") && given.len() == 2 { given.pop() } else { None };
        let Ok([value]) = <[Piece; 1]>::try_from(given) else {
            let zh = format!("{name}(值, 集合: 条件, 分组: 值)");
            let en = format!("{name}(value, among: condition, group: value)");
            return self.tell(messages::arguments(place.clone(), name, &zh, &en));
        };
        let mut trees = Vec::new();
        let mut among = match among {
            Some(among) => {
                let node = self.boolean(&among)?;
                trees.push(self.tree(among)?);
                Some(node)
            }
            None => None,
        };
        let group = match group {
            Some(group) => {
                let group = self.sealed(group)?;
                let node = group.tree.value.filter(|value| value.denominator.is_none()).map(|value| value.node);
                trees.push(std::sync::Arc::new(group.tree));
                Some(node.ok_or(Told)?)
            }
            None => None,
        };
        let (node, number) = if name == "population count" {
            let condition = self.boolean(&value)?;
            among = Some(among.map_or(condition, |among| self.dag.and(&[among, condition])));
            (self.dag.number(1, 0), Number::exact(num_rational::BigRational::from_integer(1.into())))
        } else {
            let mut number = self.number(&value)?;
            number.bare = false;
            (self.plain(&number, place)?, number)
        };
        trees.insert(0, self.tree(value)?);
        let among = self.set(among);
        let ascending = match direction {
            Some(direction) => matches!(self.text_constant(&direction)?.as_str(), "ascending" | "低到高"),
            None => false,
        };
        let make = |kind| Population { kind, value: node, among, group, then: Vec::new() };
        let rank = |descending, ties| make(PopulationKind::Rank { descending, ties });
        let result = match name {
            "rank" => Number::node(self.population(rank(!ascending, Ties::Minimum), 0, place)?),
            "percentile" => {
                let at_most = self.population(rank(false, Ties::Maximum), 0, place)?;
                let count = self.population(make(PopulationKind::Count), 0, place)?;
                self.quotient(&Number::node(at_most), &Number::node(count), place)?
            }
            "population count" => Number::node(self.population(make(PopulationKind::Count), 0, place)?),
            _ => {
                let scale = self.dag.number_type(node).0;
                let node = match name {
                    "quantile" => {
                        let share = match &second {
                            Some(share) => self.number(share)?.constant().cloned(),
                            None => None,
                        };
                        let parts = share.and_then(|share| Some((share.numer().to_u32()?, share.denom().to_u32()?)));
                        let Some((numerator, denominator)) =
                            parts.filter(|(numerator, denominator)| numerator <= denominator)
                        else {
                            return self.tell(messages::arguments(
                                place.clone(),
                                name,
                                "分位数(值, 50 %)",
                                "quantile(value, 50 %)",
                            ));
                        };
                        self.population(make(PopulationKind::Quantile { numerator, denominator }), scale, place)?
                    }
                    "population sum" => self.population(make(PopulationKind::Sum), scale, place)?,
                    "population min" => self.population(make(PopulationKind::Minimum), scale, place)?,
                    "population max" => self.population(make(PopulationKind::Maximum), scale, place)?,
                    _ => {
                        let digits = match &second {
                            Some(digits) => u8::try_from(self.whole(digits)?).unwrap_or(0),
                            None => scale.max(4),
                        };
                        self.mean(node, among, group, digits, Mode::HalfUp, place)?
                    }
                };
                Number::node(node).with(number.dimension, number.unit)
            }
        };
        Ok(piece(Typed::Number(result), TreeKind::Call { name, arguments: trees }, place.clone(), text))
    }

    /// The mean over a set.
    pub fn mean(
        &mut self,
        value: NodeId,
        among: Option<NodeId>,
        group: Option<NodeId>,
        digits: u8,
        mode: Mode,
        place: &Place,
    ) -> Made<NodeId> {
        let kind = PopulationKind::Mean { mode, from: 0 };
        self.population(Population { kind, value, among, group, then: Vec::new() }, digits, place)
    }
}
