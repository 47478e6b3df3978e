//! The built-in functions packs can use.

use num_traits::ToPrimitive;

use super::compiler::{Compiler, Made, Told};
use super::expression::Context;
use super::messages;
use super::tree::TreeKind;
use super::value::{Held, Number, Piece, Text, TextHeld, Typed, kind, piece};
use crate::diagnostic::Place;
use crate::ir::{Mode, NodeId, Op};
use crate::syntax::ast::Node;
use crate::syntax::functions;
use crate::unit::{Dimension, Quantity, Unit};

/// Arguments of a call, in order and by name.
pub struct Arguments {
    pub plain: Vec<Piece>,
    pub named: Vec<(String, Piece)>,
}

impl Arguments {
    /// Takes an argument by any of these names.
    pub fn named(&mut self, names: &[&str]) -> Option<Piece> {
        let at = self.named.iter().position(|(name, _)| names.contains(&name.as_str()))?;
        Some(self.named.remove(at).1)
    }
}

/// The functions a pack can use; others belong to `rules eval` alone.
const USABLE: &[&str] = &[
    "not",
    "abs",
    "min",
    "max",
    "sum",
    "mean",
    "count",
    "number true",
    "all",
    "any",
    "floor",
    "ceiling",
    "decimal",
    "round up",
    "round down",
    "round half up",
    "round half down",
    "round half even",
    "coalesce",
    "provided",
    "belongs to",
    "starts with",
    "list contains",
    "date",
    "duration",
    "today",
    "year",
    "month",
    "day",
    "add months",
    "add days",
    "days between",
    "months between",
    "years between",
    "years and months duration",
    "rank",
    "percentile",
    "quantile",
    "population count",
    "population sum",
    "population mean",
    "population min",
    "population max",
];

impl Compiler<'_> {
    /// A call of a built-in.
    pub fn call(
        &mut self,
        written: &str,
        arguments: &[(Option<String>, Node)],
        context: Context<'_>,
        place: Place,
        text: String,
    ) -> Made<Piece> {
        let name =
            functions::canonical(written).and_then(|name| USABLE.iter().find(|usable| **usable == name).copied());
        let name = match (name, written) {
            (Some(name), _) => name,
            (None, "评价日") => "today",
            (None, _) => {
                let near = crate::suggest::nearest(
                    written,
                    functions::all()
                        .filter(|name| functions::canonical(name).is_some_and(|name| USABLE.contains(&name))),
                );
                return self.tell(messages::unknown_function(place, written, near));
            }
        };
        let mut all = Arguments { plain: Vec::new(), named: Vec::new() };
        for (label, node) in arguments {
            let value = self.node(node, context)?;
            match label {
                Some(label) => all.named.push((label.clone(), value)),
                None => all.plain.push(value),
            }
        }
        let made = self.apply(name, &mut all, &place, &text)?;
        if let Some((label, _)) = all.named.first() {
            return self.tell(messages::arguments(
                place,
                name,
                &format!("不带“{label}:”"),
                &format!("it without `{label}:`"),
            ));
        }
        Ok(made)
    }

    fn apply(&mut self, name: &'static str, all: &mut Arguments, place: &Place, text: &str) -> Made<Piece> {
        let again = |typed: Typed, kind: TreeKind| piece(typed, kind, place.clone(), text);
        match name {
            "not" => {
                let [inner] = self.exactly(all, place, name, "非(条件)", "not(condition)")?;
                self.inverted(inner, place.clone(), text.to_owned())
            }
            "today" => Ok(self.today(place.clone(), text)),
            "provided" => {
                let [inner] = self.exactly(all, place, name, "已提供(事实)", "provided(fact)")?;
                let inner = self.sealed(inner)?;
                let value = inner.tree.value.ok_or(Told)?;
                let nodes: Vec<NodeId> = [Some(value.node), value.denominator].into_iter().flatten().collect();
                let known: Vec<NodeId> = nodes.into_iter().map(|node| self.dag.known(node)).collect();
                let node = self.dag.and(&known);
                Ok(again(Typed::Boolean(node), TreeKind::Provided(std::sync::Arc::new(inner.tree))))
            }
            "coalesce" => self.coalesce(all, place, text),
            "belongs to" => self.belongs(all, place, text),
            "starts with" => {
                let [subject, prefix] =
                    self.exactly(all, place, name, "开头为(文字, \"…\")", "starts with(text, \"…\")")?;
                let (node, subject) = self.text_node(subject)?;
                let prefix = self.text_constant(&prefix)?;
                let id = self.dag.text_id(&prefix);
                let node = self.dag.starts_with(node, &[id]);
                let kind = TreeKind::Member {
                    subject: std::sync::Arc::new(subject.tree),
                    values: vec![prefix],
                    industry: true,
                };
                Ok(again(Typed::Boolean(node), kind))
            }
            "list contains" => {
                let [list, item] =
                    self.exactly(all, place, name, "list contains(列表, 值)", "list contains(list, value)")?;
                let Typed::List(items) = list.typed else {
                    return self.tell(messages::type_mismatch(list.tree.place, ("列表", "a list"), kind(&list.typed)));
                };
                self.member(item, items, place.clone(), text.to_owned())
            }
            "all" | "any" | "number true" => {
                let items = self.flat(all);
                let nodes: Made<Vec<NodeId>> = items.iter().map(|item| self.boolean(item)).collect();
                let nodes = nodes?;
                let trees: Made<Vec<_>> = items.into_iter().map(|item| self.tree(item)).collect();
                let trees = trees?;
                Ok(match name {
                    "all" => again(Typed::Boolean(self.dag.and(&nodes)), TreeKind::And(trees)),
                    "any" => again(Typed::Boolean(self.dag.or(&nodes)), TreeKind::Or(trees)),
                    _ => {
                        let (one, zero) = (self.dag.number(1, 0), self.dag.number(0, 0));
                        let ones: Vec<_> = nodes.iter().map(|node| self.dag.select(*node, one, zero)).collect();
                        let ones: Made<Vec<_>> = ones.into_iter().map(|one| self.fits(one, place)).collect();
                        let sum = self.dag.add(&ones?);
                        let sum = self.fits(sum, place)?;
                        again(Typed::Number(Number::node(sum)), TreeKind::Call { name, arguments: trees })
                    }
                })
            }
            "count" => {
                let count = self.flat(all).len();
                Ok(again(
                    Typed::Number(Number::exact(num_rational::BigRational::from_integer(count.into()))),
                    TreeKind::Constant,
                ))
            }
            "min" | "max" | "sum" | "mean" => self.aggregate(name, all, place, text),
            "abs" => {
                let [inner] = self.exactly(all, place, name, "绝对值(数)", "abs(number)")?;
                let number = self.number(&inner)?;
                let held = match number.held.clone() {
                    Held::Exact(value) => Held::Exact(num_traits::Signed::abs(&value)),
                    Held::Nodes { num, by, den: None } => Held::Nodes { num: self.dag.absolute(num), by, den: None },
                    Held::Nodes { num, by, den: Some(den) } => {
                        Held::Nodes { num: self.dag.absolute(num), by, den: Some(self.dag.absolute(den)) }
                    }
                };
                let arguments = vec![self.tree(inner)?];
                Ok(again(Typed::Number(Number { held, ..number }), TreeKind::Call { name, arguments }))
            }
            "floor" | "ceiling" | "decimal" | "round up" | "round down" | "round half up" | "round half down"
            | "round half even" => self.rounding(name, all, place, text),
            "date" => {
                let value = self.date_call(all, place)?;
                Ok(again(value, TreeKind::Constant))
            }
            "duration" => {
                let [inner] = self.exactly(all, place, name, "时长(\"P2Y\")", "duration(\"P2Y\")")?;
                let written = self.text_constant(&inner)?;
                let typed = self.at_literal(&written, place)?;
                Ok(again(typed, TreeKind::Constant))
            }
            "year" | "month" | "day" => {
                let [inner] = self.exactly(all, place, name, "年份(日期)", "year(date)")?;
                let date = self.date(&inner)?;
                let part = match name {
                    "year" => crate::ir::Part::Year,
                    "month" => crate::ir::Part::Month,
                    _ => crate::ir::Part::Day,
                };
                let number = Number::node(self.dag.date_part(date, part));
                let arguments = vec![self.tree(inner)?];
                Ok(again(Typed::Number(number), TreeKind::Call { name, arguments }))
            }
            "add months" | "add days" => {
                let [date, count] = self.exactly(all, place, name, "加月(日期, 数)", "add months(date, number)")?;
                let quantity = if name == "add months" { Quantity::Month } else { Quantity::Day };
                let node = self.date(&date)?;
                let mut number = self.number(&count)?;
                if number.dimension.is_none() {
                    number = Number { dimension: Dimension::of(quantity), bare: false, ..number };
                }
                let moved = self.shifted(node, &number, false, place)?;
                let arguments = vec![self.tree(date)?, self.tree(count)?];
                Ok(again(Typed::Date(moved), TreeKind::Call { name, arguments }))
            }
            "days between" | "months between" | "years between" | "years and months duration" => {
                let [from, to] = self.exactly(all, place, name, "相隔月数(开始, 结束)", "months between(from, to)")?;
                let (start, end) = (self.date(&from)?, self.date(&to)?);
                let number = match name {
                    "days between" => {
                        let day = Dimension::of(Quantity::Day);
                        Number::node(self.dag.days_between(start, end)).with(day, Some(Unit::base(day)))
                    }
                    "years between" => {
                        let months = self.dag.months_between(start, end);
                        let twelve = self.dag.number(12, 0);
                        let years = self.dag.round_divide(months, twelve, 0, Mode::Down);
                        let years = Number::node(self.fits(years, place)?);
                        let year = Unit::parse("年").ok_or(Told)?;
                        let months = self.scaled(&years, year.factor(), year.dimension(), None, place)?;
                        months.with(year.dimension(), Some(year))
                    }
                    _ => {
                        let month = Dimension::of(Quantity::Month);
                        Number::node(self.dag.months_between(start, end)).with(month, Some(Unit::base(month)))
                    }
                };
                let arguments = vec![self.tree(from)?, self.tree(to)?];
                Ok(again(Typed::Number(number), TreeKind::Call { name, arguments }))
            }
            _ => self.over_the_set(name, all, place, text),
        }
    }

    pub fn exactly<const N: usize>(
        &mut self,
        all: &mut Arguments,
        place: &Place,
        name: &str,
        zh: &str,
        en: &str,
    ) -> Made<[Piece; N]> {
        // DMN allows every argument by name; the names are not looked at, their order counts.
        let mut given = std::mem::take(&mut all.plain);
        given.extend(std::mem::take(&mut all.named).into_iter().map(|(_, value)| value));
        match given.try_into() {
            Ok(given) => Ok(given),
            Err(_) => self.tell(messages::arguments(place.clone(), name, zh, en)),
        }
    }

    /// The arguments, or the items of the one list.
    pub fn flat(&self, all: &mut Arguments) -> Vec<Piece> {
        let plain = std::mem::take(&mut all.plain);
        let flat = plain.into_iter().flat_map(|argument| match argument.typed {
            Typed::List(items) => items,
            _ => vec![argument],
        });
        flat.collect()
    }

    /// The node of a text.
    pub fn text_node(&mut self, subject: Piece) -> Made<(NodeId, Piece)> {
        let subject = self.sealed(subject)?;
        match &subject.typed {
            Typed::Text(Text { held: TextHeld::Node(node), .. }) => Ok((*node, subject)),
            other => self.tell(messages::type_mismatch(subject.tree.place.clone(), ("文字", "a text"), kind(other))),
        }
    }

    /// A text written in the pack.
    pub fn text_constant(&mut self, value: &Piece) -> Made<String> {
        match &value.typed {
            Typed::Text(Text { held: TextHeld::Word { word, .. }, .. }) => Ok(word.clone()),
            Typed::Text(Text { held: TextHeld::Node(node), .. }) => match self.dag.node(*node).op {
                Op::Text(id) => Ok(self.dag.text_of(id).to_string()),
                _ => self.tell(messages::not_constant(value.tree.place.clone())),
            },
            other => self.tell(messages::type_mismatch(value.tree.place.clone(), ("文字", "a text"), kind(other))),
        }
    }

    /// A whole number written in the pack.
    pub fn whole(&mut self, value: &Piece) -> Made<i8> {
        let number = self.number(value)?;
        let whole = number.constant().filter(|value| value.is_integer()).and_then(|value| value.to_integer().to_i8());
        match whole.filter(|whole| (-12..=12).contains(whole)) {
            Some(whole) => Ok(whole),
            None => self.tell(messages::not_constant(value.tree.place.clone())),
        }
    }
}
