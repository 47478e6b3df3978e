//! Why not, as one sentence.

use super::comparison::opposite;
use super::engine::Engine;
use super::model::Verdict;
use crate::compile::{Body, FactInfo, Output, Row, RuleId, Tree, TreeKind};
use crate::diagnostic::{Lang, Words};
use crate::interpret::{Answer, Value};
use crate::ir::FactId;
use crate::show;

/// Named things inside of each other that are still spelled out.
const DEEPEST: u8 = 3;

impl<'a> Engine<'a> {
    /// Why an output is false, lower than its best, or does not apply; none if there is nothing to say.
    pub fn why_not(&mut self, output: &'a Output) -> Option<Words> {
        // One buffer for all sentences; each is kept with just the room it needs.
        let mut said = std::mem::take(&mut self.buffer);
        let words = self.why_not_said(output, &mut said);
        self.buffer = said;
        words
    }

    fn why_not_said(&mut self, output: &'a Output, said: &mut String) -> Option<Words> {
        said.clear();
        self.why_not_in(said, output, Lang::Zh)?;
        said.push('。');
        let zh = said.as_str().to_owned();
        said.clear();
        self.why_not_in(said, output, Lang::En)?;
        capital(said);
        said.push('.');
        Some(Words { zh, en: said.as_str().to_owned() })
    }

    fn why_not_in(&mut self, out: &mut String, output: &'a Output, lang: Lang) -> Option<()> {
        let name = output.name.text(lang);
        let zh = lang == Lang::Zh;
        let rule = self.rule(output.rule)?;
        let answers = self.answers.clone();
        match answers.of(output.node) {
            Answer::Known(Value::Boolean(false)) => {
                out.push_str(name);
                out.push_str(if zh { "：否，因为" } else { " is not met: " });
                self.rule_not(out, output.rule, lang, 0).then_some(())?;
            }
            Answer::Known(value @ Value::Text(_)) => {
                let value = show::value(&self.program.dag, self.pack, output.node, value, &output.shown, lang);
                let (better, because) = self.better(output.rule, lang)?;
                out.push_str(&match (zh, better) {
                    (true, Some(better)) => format!("{name}为{value}，没有达到{better}：{because}"),
                    (false, Some(better)) => format!("{name} is {value}, not {better}: {because}"),
                    (true, None) => format!("{name}为{value}：{because}"),
                    (false, None) => format!("{name} is {value}: {because}"),
                });
            }
            Answer::Known(Value::Number(_)) => out.push_str(&self.lost_points(output.rule, lang)?),
            Answer::NotApplicable(reason) => {
                let reason = self.program.dag.reason_of(*reason);
                let words = if zh { &reason.zh } else { &reason.en };
                let condition = if reason.code.starts_with("outside_scope") {
                    self.pack.applies.as_ref()?
                } else if let (Body::Amount(amount), "condition_not_met") = (&rule.body, reason.code.as_str()) {
                    amount.condition.as_ref()?
                } else if let (Body::Item { condition, .. }, "condition_not_met") = (&rule.body, reason.code.as_str()) {
                    condition.as_ref()?
                } else {
                    return None;
                };
                out.push_str(&if zh {
                    format!("{name}：不适用（{words}），因为")
                } else {
                    format!("{name} does not apply ({words}): ")
                });
                self.not_so(out, condition, true, lang, 0);
            }
            _ => return None,
        }
        Some(())
    }

    /// Writes why a condition is not what is wanted.
    pub fn not_so(&mut self, out: &mut String, tree: &'a Tree, want: bool, lang: Lang, depth: u8) {
        let zh = lang == Lang::Zh;
        if self.verdict(tree) == Verdict::Unknown {
            out.push_str(&self.not_known(tree, lang));
            return;
        }
        match &tree.kind {
            TreeKind::And(all) | TreeKind::Or(all) => {
                let every = matches!(tree.kind, TreeKind::And(_)) == want;
                let wanted = if want { Verdict::True } else { Verdict::False };
                let mut failing: Vec<&'a Tree> =
                    all.iter().map(|part| &**part).filter(|part| self.verdict(part) != wanted).collect();
                // One that fails for certain is reason enough; what is not known is told if there is none.
                if every && failing.iter().any(|part| self.verdict(part) != Verdict::Unknown) {
                    failing.retain(|part| self.verdict(part) != Verdict::Unknown);
                }
                let (before, after) = match (every || failing.len() == 1, zh) {
                    (true, _) => ("", ""),
                    (false, true) => ("以下没有一项满足（", "）"),
                    (false, false) => ("none of these holds (", ")"),
                };
                out.push_str(before);
                self.each_not_so(out, failing, want, lang, depth);
                out.push_str(after);
            }
            TreeKind::Not(inner) => self.not_so(out, inner, !want, lang, depth),
            TreeKind::Rule(id) => {
                let name = self.phrase(tree, lang);
                out.push('“');
                out.push_str(&name);
                let named = out.len();
                if depth < DEEPEST && want {
                    out.push_str(if zh { "”不满足（" } else { "” does not hold (" });
                    if self.rule_not(out, *id, lang, depth + 1) {
                        out.push_str(if zh { "）" } else { ")" });
                        return;
                    }
                }
                out.truncate(named);
                out.push_str(match (zh, want) {
                    (true, true) => "”不满足",
                    (false, true) => "” does not hold",
                    (true, false) => "”成立",
                    (false, false) => "” holds",
                });
            }
            TreeKind::If { condition, then, otherwise } => {
                let taken = if self.verdict(condition) == Verdict::True { then } else { otherwise };
                self.not_so(out, taken, want, lang, depth);
            }
            TreeKind::Coalesce { value, otherwise, .. } => {
                let known = value.value.is_some_and(|value| matches!(self.answers.of(value.node), Answer::Known(_)));
                self.not_so(out, if known { value } else { otherwise }, want, lang, depth);
            }
            _ => {
                let place = self.atoms.place(tree);
                if let Some(known) = place.and_then(|place| self.atoms.get(place)?.said(want, lang).as_deref()) {
                    out.push_str(known);
                    return;
                }
                let before = out.len();
                self.atom_not_so(out, tree, want, lang);
                if let Some(atom) = place.and_then(|place| self.atoms.get(place)) {
                    *atom.said(want, lang) = out.get(before..).map(Box::from);
                }
            }
        }
    }

    fn each_not_so(&mut self, out: &mut String, trees: Vec<&'a Tree>, want: bool, lang: Lang, depth: u8) {
        for (at, tree) in trees.into_iter().enumerate() {
            if at > 0 {
                out.push_str(if lang == Lang::Zh { "；" } else { "; " });
            }
            self.not_so(out, tree, want, lang, depth);
        }
    }

    fn atom_not_so(&mut self, out: &mut String, tree: &Tree, want: bool, lang: Lang) {
        let zh = lang == Lang::Zh;
        match &tree.kind {
            TreeKind::Fact(fact) => {
                let value = self.tree_value(tree, lang).unwrap_or_default();
                out.extend([self.fact_name(*fact, lang), if zh { "为" } else { " is " }, &value]);
            }
            TreeKind::Compare { how, left, right } => {
                let how = if want { *how } else { opposite(*how) };
                self.compared(out, tree, how, left, right, lang);
            }
            TreeKind::Member { subject, .. } => {
                let (name, value, among) = (
                    self.phrase(subject, lang),
                    self.tree_value(subject, lang).unwrap_or_default(),
                    self.members(tree, lang),
                );
                let [is, among_or_not, end] = match (zh, want) {
                    (true, true) => ["为 ", "，不在 ", " 之内"],
                    (true, false) => ["为 ", "，在 ", " 之内"],
                    (false, true) => [" is ", ", not among ", ""],
                    (false, false) => [" is ", ", among ", ""],
                };
                out.extend([&*name, is, &value, among_or_not, &among, end]);
            }
            TreeKind::Provided(inner) => {
                let name = self.phrase(inner, lang);
                out.extend(match (zh, want) {
                    (true, true) => ["没有提供", &name],
                    (true, false) => ["提供了", &name],
                    (false, true) => [&*name, " is not provided"],
                    (false, false) => [&*name, " is provided"],
                });
            }
            _ => out.extend(["“", &self.phrase(tree, lang), if zh { "”不成立" } else { "” does not hold" }]),
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

    /// Writes why a boolean rule is false; false if there is nothing to say.
    fn rule_not(&mut self, out: &mut String, id: RuleId, lang: Lang, depth: u8) -> bool {
        let Some(rule) = self.rule(id) else { return false };
        match &rule.body {
            Body::Expression { tree, .. } => self.not_so(out, tree, true, lang, depth),
            Body::Table { rows, results, .. } => {
                let good: Vec<bool> = results.iter().map(|tree| self.verdict(tree) == Verdict::True).collect();
                let Some(row) = self.nearest_row(rows, |at| good.get(at) == Some(&true)) else { return false };
                self.row_not(out, row, lang, depth);
            }
            _ => return false,
        }
        true
    }

    /// Writes what keeps a row from hitting.
    pub fn row_not(&mut self, out: &mut String, row: &'a Row, lang: Lang, depth: u8) {
        let failing = row.cells.iter().map(|cell| &**cell).filter(|cell| self.verdict(cell) != Verdict::True).collect();
        self.each_not_so(out, failing, true, lang, depth);
    }
}

/// Gives a text a capital letter in front.
fn capital(text: &mut String) {
    if let Some(first) = text.chars().next()
        && !first.is_uppercase()
    {
        text.replace_range(..first.len_utf8(), &first.to_uppercase().collect::<String>());
    }
}
