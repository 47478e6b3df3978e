//! Why it is not better: the next better text, the class above, the points that were lost.

use super::engine::Engine;
use super::model::Verdict;
use crate::compile::{Body, ClassesBody, Row, RuleId, Shown, TreeKind};
use crate::diagnostic::Lang;
use crate::interpret::Value;
use crate::ir::NodeId;
use crate::show;

impl<'a> Engine<'a> {
    /// Of the wanted rows the one that is nearest to hitting: least that cannot be changed, least in number, lowest down.
    pub fn nearest_row(&mut self, rows: &'a [Row], wanted: impl Fn(usize) -> bool) -> Option<&'a Row> {
        let mut nearest: Option<((usize, usize), &Row)> = None;
        for (_, row) in rows.iter().enumerate().rev().filter(|(at, _)| wanted(*at)) {
            let (mut fixed, mut failing) = (0, 0);
            for cell in &row.cells {
                if self.verdict(cell) != Verdict::True {
                    fixed += usize::from(!self.movable(cell));
                    failing += 1;
                }
            }
            if nearest.is_none_or(|(least, _)| (fixed, failing) < least) {
                nearest = Some(((fixed, failing), row));
            }
        }
        nearest.map(|(_, row)| row)
    }

    /// What the next better text would be and why it was not reached.
    pub fn better(&mut self, id: RuleId, lang: Lang) -> Option<(Option<String>, String)> {
        let rule = self.rule(id)?;
        match &rule.body {
            Body::Table { rows, results, .. } => {
                let Shown::Text(Some(set)) = rule.shown else { return None };
                let own = self.place_in_set(set, rule.value.node)?;
                let places: Vec<Option<usize>> =
                    results.iter().map(|tree| self.place_in_set(set, tree.value?.node)).collect();
                let better = |at: usize| places.get(at).copied().flatten().is_some_and(|place| place < own);
                let row = self.nearest_row(rows, better)?;
                let result = rows.iter().zip(results).find(|(own, _)| std::ptr::eq(*own, row));
                let name = result.and_then(|(_, tree)| self.tree_value(tree, lang));
                let mut because = String::new();
                self.row_not(&mut because, row, lang, 0);
                Some((name, because))
            }
            Body::Expression { tree, .. } => {
                let mut tree = tree;
                while let TreeKind::If { condition, then, otherwise } = &tree.kind {
                    tree = if self.verdict(condition) == Verdict::True { then } else { otherwise };
                }
                match tree.kind {
                    TreeKind::Rule(id) => self.better(id, lang),
                    _ => None,
                }
            }
            Body::Classes(body) => self.class_not(body, rule.value.node, lang),
            _ => None,
        }
    }

    /// The place of a text node's value in its set.
    pub fn place_in_set(&self, set: usize, node: NodeId) -> Option<usize> {
        let Some(Value::Text(code)) = self.answers.of(node).value() else { return None };
        self.pack.sets.get(set)?.values.iter().position(|value| value.code == **code)
    }

    fn class_not(&self, body: &ClassesBody, node: NodeId, lang: Lang) -> Option<(Option<String>, String)> {
        let zh = lang == Lang::Zh;
        let own = self.place_in_set(body.set, node)?;
        for (tree, class) in &body.unrated {
            if self.verdict(tree) == Verdict::True && *class == own {
                let text = self.phrase(tree, lang);
                return Some((None, if zh { format!("{text}，不参评") } else { format!("{text}: not rated") }));
            }
        }
        if let Some((tree, _)) = body.veto.iter().find(|(tree, _)| self.verdict(tree) == Verdict::True)
            && self.place_in_set(body.set, body.base) != Some(own)
        {
            let text = self.phrase(tree, lang);
            return Some((
                None,
                if zh {
                    format!("有“{text}”，被否决")
                } else {
                    format!("“{text}” forbids a better class")
                },
            ));
        }
        let step =
            body.rows.iter().filter(|step| step.class < own && step.bound.is_some()).max_by_key(|step| step.class)?;
        let class = self.pack.sets.get(body.set)?.values.get(step.class)?;
        let class = if zh { class.zh.clone() } else { class.en.clone() };
        let number =
            |node: Option<NodeId>| node.and_then(|node| self.answers.of(node).value().and_then(Value::integer));
        let said = match (number(step.second_rank).or(number(body.rank)), number(step.bound), number(body.count)) {
            (Some(rank), Some(bound), Some(count)) if zh => {
                format!("排第 {rank} 名（共 {count} 家），该类取到第 {bound} 名")
            }
            (Some(rank), Some(bound), Some(count)) => {
                format!("rank {rank} of {count}, and the class takes those up to rank {bound}")
            }
            _ => {
                let by = self.phrase(&body.by, lang);
                let value = self.tree_value(&body.by, lang)?;
                let bound = step.bound?;
                let scale = self.program.dag.number_type(bound).0;
                let bound = show::trimmed(self.answers.of(bound).value()?.integer()?, scale);
                if zh {
                    format!("{by}为 {value}，该类要求 {bound}")
                } else {
                    format!("{by} is {value}, and the class takes {bound}")
                }
            }
        };
        Some((Some(class), said))
    }

    /// Where a score lost its points: the three greatest losses.
    pub fn lost_points(&self, id: RuleId, lang: Lang) -> Option<String> {
        let rule = self.rule(id)?;
        let Body::Score { items, .. } = &rule.body else { return None };
        let mut lost = Vec::new();
        for item in items {
            let item_rule = self.rule(*item)?;
            let Body::Item { weight: Some(weight), .. } = &item_rule.body else { continue };
            let (Some(full), Some(got)) = (self.quantity(weight.value?), self.quantity(item_rule.value)) else {
                continue;
            };
            if got < full {
                lost.push((&full - &got, item_rule.name.text(lang).to_owned(), self.tree_value(weight, lang), got));
            }
        }
        if lost.is_empty() {
            return None;
        }
        lost.sort_by(|a, b| b.0.cmp(&a.0));
        let zh = lang == Lang::Zh;
        let said: Vec<String> = lost
            .iter()
            .take(3)
            .map(|(_, name, full, got)| {
                let got = show::rational(got, &crate::unit::Unit::one(), lang);
                let full = full.clone().unwrap_or_default();
                if zh {
                    format!("{name}得 {got} 分（满分 {full} 分）")
                } else {
                    format!("{name} has {got} of {full} points")
                }
            })
            .collect();
        let name = rule.name.text(lang);
        Some(if zh {
            format!("{name}失分最多的是：{}", said.join("；"))
        } else {
            format!("{name} loses most in: {}", said.join("; "))
        })
    }
}
