//! Classes: by share of ranks, in two stages, by score; vetoes, protection, and who is not rated.

use std::sync::Arc;

use super::compiler::{Compiler, Done, Made, Told};
use super::messages;
use super::program::{Body, ClassStep, ClassesBody, Key, ValueSet};
use super::scope::Thing;
use super::score::Members;
use super::tree::Tree;
use super::value::{Number, Text, TextHeld, Typed};
use crate::diagnostic::Place;
use crate::dictionary::FactValue;
use crate::ir::{Dag, NodeId, Population, PopulationKind, Ties, Type};
use crate::pack::{ClassKind, Classes, Exclusion, Half, Order, Written};
use crate::syntax::ast::Comparison;

/// Whether one of the rules forbids a class.
type Forbidden<'f> = &'f dyn Fn(&mut Compiler<'_>, &[(Arc<Tree>, Vec<usize>)], usize) -> NodeId;

/// What ranks are made of.
struct Ranking {
    among: Option<NodeId>,
    group: Option<NodeId>,
    ties: Ties,
    then: Vec<(NodeId, bool)>,
    count: NodeId,
    rank: NodeId,
}

impl Compiler<'_> {
    /// A classification.
    pub fn classes(&mut self, thing: &Thing, at: usize) -> Made<Done> {
        let pack = self.pack.clone();
        let own = pack.classes.get(at).ok_or(Told)?;
        let place = own.heading.place.clone();
        let set = self.class_set(own);
        let written = own.by.as_ref().ok_or(Told)?;
        let by = self.expression(written)?;
        let by = self.sealed(by)?;
        let number = self.number(&by)?;
        let mut rows = Vec::new();
        let mut codes = Vec::new();
        for row in &own.rows {
            let (code, _) = self.word(&row.class.text, true, Some(set), &row.class.place)?;
            codes.push(self.class_place(set, &code));
            rows.push(ClassStep {
                place: row.place.clone(),
                class: self.class_place(set, &code),
                condition: None,
                bound: None,
                second_rank: None,
            });
        }
        let veto = self.exclusions(&own.veto, set)?;
        let protect = self.exclusions(&own.protect, set)?;
        let unrated = self.exclusions(&own.unrated, set)?;
        let unrated: Vec<(Arc<Tree>, usize)> =
            unrated.into_iter().filter_map(|(tree, classes)| classes.first().map(|class| (tree, *class))).collect();
        let Members { tree: among_tree, among, group } = self.set_and_group(own.among.as_ref(), own.group.as_ref())?;
        let mut ranking = None;
        match own.kind {
            ClassKind::Absolute => self.by_score(own, &number, &mut rows, &place)?,
            ClassKind::Rank | ClassKind::TwoStage => {
                let value = self.plain(&number, &written.place)?;
                let keys = self.keys.len();
                let ranks = self.ranking(own, value, among, group, &unrated, &place)?;
                if own.kind == ClassKind::Rank {
                    self.by_rank(own, &ranks, &mut rows)?;
                } else {
                    self.by_two_stages(own, &ranks, &mut rows)?;
                }
                self.keys.iter_mut().skip(keys).for_each(|key| key.among.clone_from(&among_tree));
                ranking = Some((ranks.rank, ranks.count));
            }
        }
        let texts: Vec<NodeId> = self.class_texts(set);
        let nothing = self.dag.not_applicable(Dag::NO_ROW, Type::Text);
        let (mut conditions, mut reached) = (Vec::new(), Vec::new());
        // The class of the rest comes last, wherever its row stands.
        let (own_conditions, rest): (Vec<&ClassStep>, Vec<&ClassStep>) =
            rows.iter().partition(|row| row.condition.is_some());
        for row in own_conditions.into_iter().chain(rest) {
            conditions.push(row.condition.unwrap_or_else(|| self.dag.boolean(true)));
            reached.push(row.class);
        }
        let text = |class: &usize| texts.get(*class).copied().unwrap_or(nothing);
        let plain: Vec<NodeId> = reached.iter().map(text).chain([nothing]).collect();
        let base = self.dag.first(&conditions, &plain);
        let base = self.fits(base, &place)?;
        // The order of classes is that of the rows by place in the set, best first.
        let mut order = codes.clone();
        order.sort_unstable();
        order.dedup();
        let mut changed = Vec::new();
        for class in &reached {
            changed.push(self.after_exclusions(*class, &order, &texts, &veto, &protect, &place)?);
        }
        changed.push(nothing);
        let class = self.dag.first(&conditions, &changed);
        let class = self.fits(class, &place)?;
        // Who is not rated has the class of those even outside of the set.
        let class = self.inside(among_tree.as_ref(), class);
        let mut unrated_conditions = Vec::new();
        let mut unrated_values = Vec::new();
        for (tree, class) in &unrated {
            unrated_conditions.extend(tree.value.map(|value| value.node));
            unrated_values.push(text(class));
        }
        unrated_values.push(class);
        let class = self.dag.first(&unrated_conditions, &unrated_values);
        let node = self.fits(class, &place)?;
        let body = ClassesBody {
            classes: at,
            set,
            by: Arc::new(by.tree),
            among: among_tree,
            rank: ranking.map(|one| one.0),
            count: ranking.map(|one| one.1),
            rows,
            veto,
            protect,
            unrated,
            base,
        };
        let typed = Typed::Text(Text { held: TextHeld::Node(node), set: Some(set) });
        self.done(thing, own.heading.law, typed, Body::Classes(Box::new(body)))
    }

    /// The set of all classes: a declared one, or the rows in their order and then those that are not rated.
    fn class_set(&mut self, own: &Classes) -> usize {
        let mut names: Vec<&str> = own.rows.iter().map(|row| row.class.text.as_str()).collect();
        names.extend(own.unrated.iter().flat_map(|one| &one.classes).map(|class| class.text.as_str()));
        let is = |value: &FactValue, name: &str| {
            value.code == name || value.zh == name || value.en.eq_ignore_ascii_case(name)
        };
        let declared =
            self.sets.iter().position(|set| names.iter().all(|name| set.values.iter().any(|value| is(value, name))));
        declared.unwrap_or_else(|| {
            names.sort_by_key(|name| {
                own.rows.iter().position(|row| row.class.text == **name).map_or(usize::MAX, |at| best_first(own, at))
            });
            names.dedup();
            let value =
                |name: &&str| FactValue { code: (*name).to_owned(), zh: (*name).to_owned(), en: (*name).to_owned() };
            let values = names.iter().map(value).collect();
            self.add_set(ValueSet { name: own.heading.name.text.clone(), values })
        })
    }

    fn class_place(&self, set: usize, code: &str) -> usize {
        self.sets.get(set).and_then(|set| set.values.iter().position(|value| value.code == code)).unwrap_or(0)
    }

    fn class_texts(&mut self, set: usize) -> Vec<NodeId> {
        let codes: Vec<String> = self
            .sets
            .get(set)
            .map(|set| set.values.iter().map(|value| value.code.clone()).collect())
            .unwrap_or_default();
        codes.iter().map(|code| self.dag.text(code)).collect()
    }

    fn exclusions(&mut self, all: &[Exclusion], set: usize) -> Made<Vec<(Arc<Tree>, Vec<usize>)>> {
        let mut made = Vec::new();
        for one in all {
            let tree = self.condition(&one.condition)?;
            let mut classes = Vec::new();
            for class in &one.classes {
                let is =
                    |value: &FactValue| value.code == class.text || value.zh == class.text || value.en == class.text;
                match self.sets.get(set).and_then(|set| set.values.iter().position(is)) {
                    Some(place) => classes.push(place),
                    None => return self.tell(messages::class_unknown(class.place.clone(), &class.text)),
                }
            }
            made.push((tree, classes));
        }
        Ok(made)
    }

    fn ranking(
        &mut self,
        own: &Classes,
        value: NodeId,
        among: Option<NodeId>,
        group: Option<NodeId>,
        unrated: &[(Arc<Tree>, usize)],
        place: &Place,
    ) -> Made<Ranking> {
        // Who is not rated is not ranked.
        let mut members: Vec<NodeId> = among.into_iter().collect();
        for (tree, _) in unrated {
            if let Some(value) = tree.value {
                let other = self.dag.not(value.node);
                members.push(other);
            }
        }
        let among = if members.is_empty() { None } else { Some(self.dag.and(&members)) };
        let ties = if own.ties_worst { Ties::Maximum } else { Ties::Minimum };
        let then: Made<Vec<(NodeId, bool)>> = own.then.iter().map(|order| self.key(order)).collect();
        let then = then?;
        let make = |kind| Population { kind, value, among, group, then: Vec::new() };
        let count = self.population(make(PopulationKind::Count), 0, place)?;
        let rank = Population { then: then.clone(), ..make(PopulationKind::Rank { descending: true, ties }) };
        let rank = self.population(rank, 0, place)?;
        Ok(Ranking { among, group, ties, then, count, rank })
    }

    fn key(&mut self, order: &Order) -> Made<(NodeId, bool)> {
        Ok((self.key_node(&order.by)?, order.descending))
    }

    /// A number or date to order by.
    fn key_node(&mut self, written: &Written) -> Made<NodeId> {
        let piece = self.expression(written)?;
        let piece = self.sealed(piece)?;
        self.keys.push(Key { tree: Arc::new(piece.tree.clone()), among: None });
        match &piece.typed {
            Typed::Date(node) => Ok(*node),
            _ => {
                let number = self.number(&piece)?;
                self.plain(&number, &written.place)
            }
        }
    }

    fn share(&mut self, written: &Written) -> Made<Number> {
        let piece = self.expression(written)?;
        let number = self.number(&piece)?;
        let mut none = Number::exact(num_traits::One::one());
        self.same_unit(&mut number.clone(), &mut none, &written.place)?;
        Ok(Number { bare: false, ..number })
    }

    fn by_score(&mut self, own: &Classes, score: &Number, rows: &mut [ClassStep], place: &Place) -> Made<()> {
        for (row, step) in own.rows.iter().zip(rows) {
            let Some(bound) = &row.bound else { continue };
            let piece = self.expression(bound)?;
            let (mut score, mut number) = (score.clone(), self.number(&piece)?);
            self.same_unit(&mut score, &mut number, &bound.place)?;
            step.condition = Some(self.compare_numbers(Comparison::GreaterOrEqual, &score, &number, place)?);
            step.bound = Some(self.plain(&number, &bound.place)?);
        }
        Ok(())
    }

    fn by_rank(&mut self, own: &Classes, ranks: &Ranking, rows: &mut [ClassStep]) -> Made<()> {
        for (row, step) in own.rows.iter().zip(rows) {
            let Some(bound) = &row.bound else { continue };
            let share = self.share(bound)?;
            let last = self.whole_share(ranks.count, &share, own.rounding, &bound.place)?;
            step.bound = Some(last);
            step.condition = Some(self.order(Comparison::LessOrEqual, ranks.rank, last, &bound.place)?);
        }
        Ok(())
    }

    /// The first or last part by score, of it the first by another measure, as many as a share of all.
    fn by_two_stages(&mut self, own: &Classes, ranks: &Ranking, rows: &mut [ClassStep]) -> Made<()> {
        for (row, step) in own.rows.iter().zip(rows) {
            let Some(share) = &row.share else { continue };
            let place = &row.place;
            let part = self.share(share)?;
            let half = match row.half {
                Half::Top => {
                    let last = self.whole_share(ranks.count, &part, own.rounding, place)?;
                    self.order(Comparison::LessOrEqual, ranks.rank, last, place)?
                }
                // What the top part of the complement leaves, so that halves neither overlap nor leave a gap.
                Half::Bottom | Half::Rest => {
                    let one = Number::exact(num_traits::One::one());
                    let above = self.sum(one, part, true, place)?;
                    let last = self.whole_share(ranks.count, &above, own.rounding, place)?;
                    self.order(Comparison::Greater, ranks.rank, last, place)?
                }
            };
            let (Some(by), Some(take)) = (&row.then_by, &row.take) else {
                step.condition = Some(half);
                continue;
            };
            let key = self.key_node(by)?;
            let members: Vec<NodeId> = ranks.among.into_iter().chain([half]).collect();
            let among = Some(self.dag.and(&members));
            let kind = PopulationKind::Rank { descending: row.descending, ties: ranks.ties };
            let second = Population { kind, value: key, among, group: ranks.group, then: ranks.then.clone() };
            let second = self.population(second, 0, place)?;
            let take_share = self.share(take)?;
            let count = self.whole_share(ranks.count, &take_share, own.rounding, place)?;
            let taken = self.order(Comparison::LessOrEqual, second, count, place)?;
            step.second_rank = Some(second);
            step.bound = Some(count);
            step.condition = Some(self.dag.and(&[half, taken]));
        }
        Ok(())
    }

    /// The class after vetoes (down to the next class that is allowed) and protection (up, unless any veto holds).
    fn after_exclusions(
        &mut self,
        class: usize,
        order: &[usize],
        texts: &[NodeId],
        veto: &[(Arc<Tree>, Vec<usize>)],
        protect: &[(Arc<Tree>, Vec<usize>)],
        place: &Place,
    ) -> Made<NodeId> {
        let forbidden = |compiler: &mut Compiler<'_>, all: &[(Arc<Tree>, Vec<usize>)], class: usize| {
            let nodes: Vec<NodeId> = all
                .iter()
                .filter(|(_, classes)| classes.contains(&class))
                .filter_map(|(tree, _)| Some(tree.value?.node))
                .collect();
            compiler.dag.or(&nodes)
        };
        let text = |class: usize| texts.get(class).copied();
        let (Some(own), Some(at)) = (text(class), order.iter().position(|other| *other == class)) else {
            return Err(Told);
        };
        let vetoed = forbidden(self, veto, class);
        let protected = forbidden(self, protect, class);
        let below = order.get(at + 1..).unwrap_or(&[]);
        let above: Vec<usize> = order.get(..at).unwrap_or(&[]).iter().rev().copied().collect();
        let down = self.first_allowed(veto, below, own, texts, &forbidden, place)?;
        let up = self.first_allowed(protect, &above, own, texts, &forbidden, place)?;
        let all: Vec<NodeId> = veto.iter().filter_map(|(tree, _)| Some(tree.value?.node)).collect();
        let any_veto = self.dag.or(&all);
        let free = self.dag.not(any_veto);
        let lifted = self.dag.and(&[protected, free]);
        let node = self.dag.first(&[vetoed, lifted], &[down, up, own]);
        self.fits(node, place)
    }

    fn first_allowed(
        &mut self,
        rules: &[(Arc<Tree>, Vec<usize>)],
        candidates: &[usize],
        own: NodeId,
        texts: &[NodeId],
        forbidden: Forbidden<'_>,
        place: &Place,
    ) -> Made<NodeId> {
        let mut conditions = Vec::new();
        let mut values = Vec::new();
        for candidate in candidates {
            let no = forbidden(self, rules, *candidate);
            conditions.push(self.dag.not(no));
            values.extend(texts.get(*candidate));
        }
        // If all are forbidden, the last one of that direction stands.
        values.push(values.last().copied().unwrap_or(own));
        let node = self.dag.first(&conditions, &values);
        self.fits(node, place)
    }
}

/// The place of a row among the classes, best first: in two stages the class of the rest stands between those of the top and of the
/// bottom part.
fn best_first(own: &Classes, at: usize) -> usize {
    if own.kind != ClassKind::TwoStage {
        return at;
    }
    let rows = own.rows.len();
    match own.rows.get(at).map(|row| row.half) {
        Some(Half::Top) => at,
        Some(Half::Rest) => rows + at,
        _ => 2 * rows + at,
    }
}
