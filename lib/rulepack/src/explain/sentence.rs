//! Why not, as one sentence.

use super::engine::Engine;
use super::model::Verdict;
use crate::compile::{Body, ClassesBody, FactInfo, Output, Row, RuleId, Shown, Tree, TreeKind};
use crate::diagnostic::{Lang, Words};
use crate::interpret::{Answer, Value};
use crate::ir::{FactId, NodeId};
use crate::show;
use crate::syntax::ast::Comparison;

/// Named things inside of each other that are still spelled out.
const DEEPEST: u8 = 3;

impl Engine<'_> {
    /// Why an output is false, lower than its best, or does not apply; none if there is nothing to say.
    pub fn why_not(&mut self, output: &Output) -> Option<Words> {
        let zh = self.why_not_in(output, Lang::Zh)?;
        let en = self.why_not_in(output, Lang::En)?;
        Some(Words::new(format!("{zh}。"), format!("{}.", sentence(&en))))
    }

    fn why_not_in(&mut self, output: &Output, lang: Lang) -> Option<String> {
        let name = output.name.text(lang).to_owned();
        let zh = lang == Lang::Zh;
        let rule = self.rule(output.rule)?;
        match self.answers.of(output.node).clone() {
            Answer::Known(Value::Boolean(false)) => {
                let because = self.rule_not(output.rule, lang, 0)?;
                Some(if zh {
                    format!("{name}：否，因为{because}")
                } else {
                    format!("{name} is not met: {because}")
                })
            }
            Answer::Known(Value::Text(_)) => {
                let value = show::value(
                    &self.program.dag,
                    self.pack,
                    output.node,
                    self.answers.of(output.node).value()?,
                    &output.shown,
                    lang,
                );
                let (better, because) = self.better(output.rule, lang)?;
                Some(match (zh, better) {
                    (true, Some(better)) => format!("{name}为{value}，没有达到{better}：{because}"),
                    (false, Some(better)) => format!("{name} is {value}, not {better}: {because}"),
                    (true, None) => format!("{name}为{value}：{because}"),
                    (false, None) => format!("{name} is {value}: {because}"),
                })
            }
            Answer::Known(Value::Number(_)) => self.lost_points(output.rule, lang),
            Answer::NotApplicable(reason) => {
                let reason = self.program.dag.reason_of(reason).clone();
                let words = if zh { reason.zh } else { reason.en };
                let because = if reason.code.starts_with("outside_scope") {
                    let applies = self.pack.applies.clone()?;
                    self.not_so(&applies, true, lang, 0)
                } else if let (Body::Amount(amount), "condition_not_met") = (&rule.body, reason.code.as_str()) {
                    let condition = amount.condition.clone()?;
                    self.not_so(&condition, true, lang, 0)
                } else {
                    return None;
                };
                Some(if zh {
                    format!("{name}：不适用（{words}），因为{because}")
                } else {
                    format!("{name} does not apply ({words}): {because}")
                })
            }
            _ => None,
        }
    }

    /// Why a condition is not what is wanted.
    pub fn not_so(&mut self, tree: &Tree, want: bool, lang: Lang, depth: u8) -> String {
        let zh = lang == Lang::Zh;
        if self.verdict(tree) == Verdict::Unknown {
            return self.not_known(tree, lang);
        }
        let gap = if zh { "；" } else { "; " };
        match &tree.kind {
            TreeKind::And(all) | TreeKind::Or(all) => {
                let every = matches!(tree.kind, TreeKind::And(_)) == want;
                let wanted = if want { Verdict::True } else { Verdict::False };
                let mut failing: Vec<_> = all.iter().filter(|part| self.verdict(part) != wanted).cloned().collect();
                // One that fails for certain is reason enough; what is not known is told if there is none.
                if every && failing.iter().any(|part| self.verdict(part) != Verdict::Unknown) {
                    failing.retain(|part| self.verdict(part) != Verdict::Unknown);
                }
                let said: Vec<String> = failing.iter().map(|part| self.not_so(part, want, lang, depth)).collect();
                match (every, said.len(), zh) {
                    (true, ..) | (_, 1, _) => said.join(gap),
                    (false, _, true) => format!("以下没有一项满足（{}）", said.join(gap)),
                    (false, _, false) => format!("none of these holds ({})", said.join(gap)),
                }
            }
            TreeKind::Not(inner) => self.not_so(inner, !want, lang, depth),
            TreeKind::Fact(fact) => {
                let name = self.fact_name(*fact, lang);
                let value = self.tree_value(tree, lang).unwrap_or_default();
                if zh { format!("{name}为{value}") } else { format!("{name} is {value}") }
            }
            TreeKind::Rule(id) => {
                let name = self.phrase(tree, lang);
                let inner = if depth < DEEPEST && want { self.rule_not(*id, lang, depth + 1) } else { None };
                match (inner, zh, want) {
                    (Some(inner), true, _) => format!("“{name}”不满足（{inner}）"),
                    (Some(inner), false, _) => format!("“{name}” does not hold ({inner})"),
                    (None, true, true) => format!("“{name}”不满足"),
                    (None, false, true) => format!("“{name}” does not hold"),
                    (None, true, false) => format!("“{name}”成立"),
                    (None, false, false) => format!("“{name}” holds"),
                }
            }
            TreeKind::Compare { how, left, right } => {
                let how = if want { *how } else { opposite(*how) };
                self.compared(tree, how, left, right, lang)
            }
            TreeKind::Member { subject, .. } => {
                let (name, value, among) = (
                    self.phrase(subject, lang),
                    self.tree_value(subject, lang).unwrap_or_default(),
                    self.members(tree, lang),
                );
                match (zh, want) {
                    (true, true) => format!("{name}为 {value}，不在 {among} 之内"),
                    (true, false) => format!("{name}为 {value}，在 {among} 之内"),
                    (false, true) => format!("{name} is {value}, not among {among}"),
                    (false, false) => format!("{name} is {value}, among {among}"),
                }
            }
            TreeKind::If { condition, then, otherwise } => {
                let taken = if self.verdict(condition) == Verdict::True { then } else { otherwise };
                let taken = taken.clone();
                self.not_so(&taken, want, lang, depth)
            }
            TreeKind::Provided(inner) => {
                let name = self.phrase(inner, lang);
                match (zh, want) {
                    (true, true) => format!("没有提供{name}"),
                    (true, false) => format!("提供了{name}"),
                    (false, true) => format!("{name} is not provided"),
                    (false, false) => format!("{name} is provided"),
                }
            }
            TreeKind::Coalesce { value, otherwise, .. } => {
                let known = value.value.is_some_and(|value| matches!(self.answers.of(value.node), Answer::Known(_)));
                let taken = if known { value.clone() } else { otherwise.clone() };
                self.not_so(&taken, want, lang, depth)
            }
            _ => {
                let text = self.phrase(tree, lang);
                if zh { format!("“{text}”不成立") } else { format!("“{text}” does not hold") }
            }
        }
    }

    fn not_known(&self, tree: &Tree, lang: Lang) -> String {
        let missing = tree.value.and_then(|value| self.answers.of(value.node).missing().cloned()).unwrap_or_default();
        let published = |fact: &FactId| !matches!(self.info(*fact), Some(FactInfo::Unpublished(_)));
        let (facts, parameters): (Vec<FactId>, Vec<FactId>) = missing.iter().partition(published);
        let names = |all: Vec<FactId>| all.into_iter().map(|fact| self.fact_name(fact, lang)).collect::<Vec<_>>();
        let (facts, parameters) = (names(facts), names(parameters));
        let mut said = Vec::new();
        match lang {
            Lang::Zh => {
                said.extend((!facts.is_empty()).then(|| format!("不知道{}", facts.join("、"))));
                said.extend((!parameters.is_empty()).then(|| format!("{}待公布", parameters.join("、"))));
                said.join("，")
            }
            Lang::En => {
                said.extend((!facts.is_empty()).then(|| format!("{} not known", facts.join(", "))));
                said.extend(
                    (!parameters.is_empty()).then(|| format!("{} still to be published", parameters.join(", "))),
                );
                said.join(", ")
            }
        }
    }

    fn compared(&mut self, tree: &Tree, how: Comparison, left: &Tree, right: &Tree, lang: Lang) -> String {
        let Some(key) = tree.value.map(|value| (value.node, how, lang)) else {
            return self.compared_anew(tree, how, left, right, lang);
        };
        let known = self.said.get(&key).and_then(|all| all.iter().find(|(text, _)| *text == tree.text));
        if let Some((_, said)) = known {
            return said.clone();
        }
        let said = self.compared_anew(tree, how, left, right, lang);
        self.said.entry(key).or_default().push((tree.text.clone(), said.clone()));
        said
    }

    fn compared_anew(&mut self, tree: &Tree, how: Comparison, left: &Tree, right: &Tree, lang: Lang) -> String {
        let zh = lang == Lang::Zh;
        let name = self.phrase(left, lang);
        let unit = match (&left.kind, &right.shown, &left.shown) {
            (TreeKind::Fact(fact), ..) if matches!(left.shown, Shown::Number { .. }) => Some(self.unit(*fact)),
            (_, Shown::Number { unit, .. }, _) => Some(unit.clone()),
            _ => None,
        };
        let value = match &unit {
            Some(unit) => self.value_in(left, Some(unit), lang),
            None => self.tree_value(left, lang),
        };
        let bound = match &unit {
            Some(unit) => self.value_in(right, Some(unit), lang),
            None => self.tree_value(right, lang),
        };
        let (Some(value), Some(bound)) = (value, bound) else {
            let applies = self.verdict(tree) != Verdict::NotApplicable;
            let text = self.phrase(tree, lang);
            return match (zh, applies) {
                (true, true) => format!("“{text}”不成立"),
                (true, false) => format!("“{text}”无从计算"),
                (false, true) => format!("“{text}” does not hold"),
                (false, false) => format!("“{text}” cannot be computed"),
            };
        };
        let bound = match right.kind {
            TreeKind::Constant => bound,
            _ if zh => format!("{}（{bound}）", self.phrase(right, lang)),
            _ => format!("{} ({bound})", self.phrase(right, lang)),
        };
        let space = if zh && value.starts_with(|c: char| c.is_ascii_digit() || c == '-') { " " } else { "" };
        let bound =
            if zh && bound.starts_with(|c: char| c.is_ascii_digit() || c == '-') { format!(" {bound}") } else { bound };
        let after = if zh && bound.ends_with(|c: char| c.is_ascii()) { " " } else { "" };
        let distance = self.distance(how, left, right, lang);
        let mut said = match (how, distance, zh) {
            (Comparison::GreaterOrEqual | Comparison::Greater, Some(gap), true) => {
                format!("{name}为{space}{value}，比要求的{bound}{after}差 {gap}")
            }
            (Comparison::GreaterOrEqual | Comparison::Greater, Some(gap), false) => {
                format!("{name} is {value}, {gap} short of the required {bound}")
            }
            (Comparison::LessOrEqual | Comparison::Less, Some(gap), true) => {
                format!("{name}为{space}{value}，比上限{bound}{after}高 {gap}")
            }
            (Comparison::LessOrEqual | Comparison::Less, Some(gap), false) => {
                format!("{name} is {value}, {gap} above the limit of {bound}")
            }
            (Comparison::Greater, None, true) => format!("{name}为{space}{value}，须高于{bound}"),
            (Comparison::Greater, None, false) => format!("{name} is {value} and must be more than {bound}"),
            (Comparison::Less, None, true) => format!("{name}为{space}{value}，须低于{bound}"),
            (Comparison::Less, None, false) => format!("{name} is {value} and must be less than {bound}"),
            (Comparison::NotEqual, _, true) => format!("{name}为{space}{value}"),
            (Comparison::NotEqual, _, false) => format!("{name} is {value}"),
            (_, _, true) => format!("{name}为{space}{value}，不是{bound}"),
            (_, _, false) => format!("{name} is {value}, not {bound}"),
        };
        if let Some(needed) = self.needed(tree, left, lang) {
            said.push_str(&if zh { format!("（{needed}）") } else { format!(" ({needed})") });
        }
        said
    }

    /// Why a boolean rule is false.
    fn rule_not(&mut self, id: RuleId, lang: Lang, depth: u8) -> Option<String> {
        let rule = self.rule(id)?;
        match &rule.body {
            Body::Expression { tree, .. } => Some(self.not_so(tree, true, lang, depth)),
            Body::Table { rows, results, .. } => {
                let good: Vec<bool> = results.iter().map(|tree| self.verdict(tree) == Verdict::True).collect();
                let at = self.nearest_row(rows, &|at| good.get(at) == Some(&true))?;
                let row = rows.get(at)?;
                Some(self.row_not(row, lang, depth))
            }
            _ => None,
        }
    }

    /// What keeps a row from hitting.
    fn row_not(&mut self, row: &Row, lang: Lang, depth: u8) -> String {
        let failing: Vec<_> = row.cells.iter().filter(|cell| self.verdict(cell) != Verdict::True).cloned().collect();
        let said: Vec<String> = failing.iter().map(|cell| self.not_so(cell, true, lang, depth)).collect();
        said.join(if lang == Lang::Zh { "；" } else { "; " })
    }

    /// Of the wanted rows the one that is nearest to hitting: least that cannot be changed, least in number, lowest down.
    fn nearest_row(&self, rows: &[Row], wanted: &dyn Fn(usize) -> bool) -> Option<usize> {
        let cost = |row: &Row| {
            let failing: Vec<_> = row.cells.iter().filter(|cell| self.verdict(cell) != Verdict::True).collect();
            let fixed = failing
                .iter()
                .filter(|cell| !self.facts_below(cell).first().is_some_and(|fact| self.changeable(*fact)))
                .count();
            (fixed, failing.len())
        };
        (0..rows.len()).rev().filter(|at| wanted(*at)).min_by_key(|at| rows.get(*at).map(cost))
    }

    /// What the next better text would be and why it was not reached.
    fn better(&mut self, id: RuleId, lang: Lang) -> Option<(Option<String>, String)> {
        let rule = self.rule(id)?;
        match &rule.body {
            Body::Table { rows, results, .. } => {
                let Shown::Text(Some(set)) = rule.shown else { return None };
                let own = self.place_in_set(set, rule.value.node)?;
                let places: Vec<Option<usize>> =
                    results.iter().map(|tree| self.place_in_set(set, tree.value?.node)).collect();
                let better = |at: usize| places.get(at).copied().flatten().is_some_and(|place| place < own);
                let at = self.nearest_row(rows, &better)?;
                let name = results.get(at).and_then(|tree| self.tree_value(tree, lang));
                let row = rows.get(at)?;
                Some((name, self.row_not(row, lang, 0)))
            }
            Body::Expression { tree, .. } => {
                let mut tree = tree.clone();
                while let TreeKind::If { condition, then, otherwise } = &tree.kind {
                    tree = if self.verdict(condition) == Verdict::True { then.clone() } else { otherwise.clone() };
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

    fn class_not(&mut self, body: &ClassesBody, node: NodeId, lang: Lang) -> Option<(Option<String>, String)> {
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
    fn lost_points(&mut self, id: RuleId, lang: Lang) -> Option<String> {
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

/// What must hold if the comparison must not.
pub fn opposite(how: Comparison) -> Comparison {
    match how {
        Comparison::Equal => Comparison::NotEqual,
        Comparison::NotEqual => Comparison::Equal,
        Comparison::Less => Comparison::GreaterOrEqual,
        Comparison::LessOrEqual => Comparison::Greater,
        Comparison::Greater => Comparison::LessOrEqual,
        Comparison::GreaterOrEqual => Comparison::Less,
    }
}

/// With a capital letter in front.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}
