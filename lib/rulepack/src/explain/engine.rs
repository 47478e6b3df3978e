//! What all parts of an explanation look things up in: the answers of the case, and trials with other values.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::change_words::MoveSaid;
use super::model::{AnswerShown, FactShort, FactShown, Scalar, Shared, Verdict};
use super::quick::Quick;
use super::shared::Atoms;
use super::solve::Question;
use super::way::{Move, Moves, Way, Ways};
use crate::case::{Case, find_fact};
use crate::compile::{CompiledPack, FactInfo, Program, Rule, RuleId, Shown, Tree, TreeKind, Value};
use crate::diagnostic::Lang;
use crate::interpret::{Answer, Answers, Changed, Value as Scalars, evaluate};
use crate::ir::{FactId, NodeId, Type};
use crate::show;
use crate::unit::Unit;

/// The state of one explanation.
pub struct Engine<'a> {
    pub program: &'a Program,
    pub pack: &'a CompiledPack,
    pub case: &'a Case,
    pub lang: Lang,
    pub answers: Rc<Answers>,
    /// The case with changes that are tried.
    pub trial: Changed<'a>,
    /// The changes made in the trial, apart from what is being searched.
    pub at: Way,
    pub moves: Moves,
    /// Moves in words, by place.
    pub told_moves: Vec<Option<Rc<MoveSaid>>>,
    /// The least change of a fact that turns a condition, where it is searched: found once.
    pub solved: HashMap<Question, Option<Move>, Quick>,
    /// Ways to turn a condition: its place, what it should be, and the changes made so far that concern it.
    pub turned: HashMap<(usize, bool, Way), Ways, Quick>,
    pub atoms: Atoms<'a>,
    /// Facts as they stand beside conditions.
    facts: Vec<Option<Shared<FactShort>>>,
    /// Facts below a rule, found once.
    pub below: RefCell<HashMap<RuleId, Rc<[FactId]>>>,
    /// No way, and the way of what is so already.
    pub none: Ways,
    pub already: Ways,
    /// Where sentences are written.
    pub buffer: String,
    /// The unit each fact is shown in.
    units: Vec<Option<Unit>>,
    /// Plain numbers, and what counts in base units.
    one: Unit,
}

impl<'a> Engine<'a> {
    pub fn new(program: &'a Program, pack: &'a CompiledPack, case: &'a Case, lang: Lang) -> Self {
        let roots: Vec<NodeId> =
            (0..program.dag.nodes().len()).map(|at| NodeId(u32::try_from(at).unwrap_or(0))).collect();
        let answers = Rc::new(evaluate(&program.dag, &roots, &case.facts, |node| case.population.get(&node).cloned()));
        let mut units: Vec<Option<Unit>> = program
            .facts
            .iter()
            .map(|info| match info {
                FactInfo::Fact(fact) => Some(fact.shown.clone()),
                FactInfo::Unpublished(parameter) => parameter.unit.clone(),
            })
            .collect();
        for (name, unit) in &pack.source.units {
            if let (Some(fact), Some(unit)) = (find_fact(program, &name.text), Unit::parse(&unit.text))
                && let Some(slot) = units.get_mut(usize::from(fact.0))
            {
                *slot = Some(unit);
            }
        }
        let trial = Changed::new(&program.dag, &case.facts, &case.population, answers.clone());
        Self {
            program,
            pack,
            case,
            lang,
            answers,
            trial,
            at: Way::NOTHING,
            moves: Moves::default(),
            told_moves: Vec::new(),
            solved: HashMap::default(),
            turned: HashMap::default(),
            atoms: Atoms::new(program.dag.nodes().len()),
            facts: vec![None; program.facts.len()],
            below: RefCell::default(),
            none: [].into(),
            already: [Way::NOTHING].into(),
            buffer: String::new(),
            units,
            one: Unit::one(),
        }
    }

    pub fn rule(&self, id: RuleId) -> Option<&'a Rule> {
        self.pack.rules.get(id.0)
    }

    /// The answer of a value; of a quotient the numerator's, unless the denominator is not known.
    pub fn answer(&self, value: Value) -> &Answer {
        let upper = self.answers.of(value.node);
        match value.denominator.map(|node| self.answers.of(node)) {
            Some(lower) if !matches!(lower, Answer::Known(_)) && matches!(upper, Answer::Known(_)) => lower,
            _ => upper,
        }
    }

    pub fn verdict(&self, tree: &Tree) -> Verdict {
        tree.value.map_or(Verdict::True, |value| verdict(self.answers.of(value.node)))
    }

    /// The rule a tree names, if it names one.
    pub fn named(&self, tree: &Tree) -> Option<&'a Rule> {
        match tree.kind {
            TreeKind::Rule(id) => self.rule(id),
            _ => None,
        }
    }

    /// The unit a fact is shown in.
    pub fn unit(&self, fact: FactId) -> &Unit {
        self.units.get(usize::from(fact.0)).and_then(Option::as_ref).unwrap_or(&self.one)
    }

    pub fn info(&self, fact: FactId) -> Option<&'a FactInfo> {
        self.program.fact(fact)
    }

    pub fn fact_name(&self, fact: FactId, lang: Lang) -> &'a str {
        match self.info(fact) {
            Some(FactInfo::Fact(fact)) if lang == Lang::Zh => &fact.zh,
            Some(FactInfo::Fact(fact)) => &fact.en,
            Some(FactInfo::Unpublished(parameter)) => parameter.name.text(lang),
            None => "",
        }
    }

    pub fn changeable(&self, fact: FactId) -> bool {
        matches!(self.info(fact), Some(FactInfo::Fact(fact)) if fact.changeable)
    }

    /// A value of a fact for people.
    pub fn fact_value(&self, fact: FactId, value: &Scalars, lang: Lang) -> String {
        let unit = self.unit(fact);
        let ty = self.program.dag.facts().get(usize::from(fact.0)).map(|fact| fact.ty);
        match (value, ty, self.info(fact)) {
            (Scalars::Number(number), Some(Type::Number { scale, .. }), _) => {
                // Facts count in base units.
                show::number(*number, scale, &self.one, unit, lang)
            }
            (Scalars::Text(code), _, Some(FactInfo::Fact(fact))) => {
                let value = fact.values.iter().find(|value| value.code == **code);
                value.map_or_else(
                    || code.to_string(),
                    |value| if lang == Lang::Zh { value.zh.clone() } else { value.en.clone() },
                )
            }
            (Scalars::Boolean(value), ..) => show::yes_no(*value, lang).to_owned(),
            (Scalars::Date(days), ..) => show::day(*days),
            (Scalars::Number(number), ..) => number.to_string(),
            (Scalars::Text(text), ..) => text.to_string(),
        }
    }

    /// The value of a fact in this case.
    pub fn given(&self, fact: FactId) -> Option<&'a Scalars> {
        self.case.facts.get(usize::from(fact.0)).and_then(Option::as_ref)
    }

    /// A fact beside a condition.
    pub fn fact_short(&mut self, fact: FactId) -> Shared<FactShort> {
        let place = usize::from(fact.0);
        if let Some(Some(known)) = self.facts.get(place) {
            return known.clone();
        }
        let short = Shared::new(self.fact_short_anew(fact));
        if let Some(slot) = self.facts.get_mut(place) {
            *slot = Some(short.clone());
        }
        short
    }

    fn fact_short_anew(&self, fact: FactId) -> FactShort {
        let origin = self.case.origins.get(usize::from(fact.0)).cloned().unwrap_or_default();
        FactShort {
            code: self.info(fact).map(|info| info.code().to_owned()).unwrap_or_default(),
            value: self.given(fact).map(|value| self.fact_value(fact, value, self.lang)),
            source: origin.source,
            as_of: origin.as_of,
        }
    }

    /// The facts the outputs of the pack rest on.
    pub fn facts_used(&self) -> Vec<FactShown> {
        let outputs: Vec<NodeId> = self.pack.outputs.iter().map(|output| output.node).collect();
        let needed = self.program.dag.reachable(&outputs);
        let mut shown = Vec::new();
        for (fact, at) in self.program.dag.facts().iter().zip(0..) {
            let (id, FactShort { code, value, source, as_of }) = (FactId(at), self.fact_short_anew(FactId(at)));
            let Some(FactInfo::Fact(info)) = self.info(id).filter(|_| needed.get(fact.node.0 as usize) == Some(&true))
            else {
                continue;
            };
            let pick = |zh: &String, en: &String| if self.lang == Lang::Zh { zh.clone() } else { en.clone() };
            shown.push(FactShown {
                code,
                name: self.fact_name(id, self.lang).to_owned(),
                value,
                source,
                as_of,
                department: pick(&info.source, &info.source_en),
                period: pick(&info.period, &info.period_en),
                changeable: info.changeable,
            });
        }
        shown
    }

    /// An answer in JSON and for people.
    pub fn answer_shown(&self, node: NodeId, answer: &Answer, shown: &Shown, lang: Lang) -> AnswerShown {
        let dag = &self.program.dag;
        let plain = |kind, value, text| AnswerShown { kind, value, unit: None, missing: None, why: None, text };
        match answer {
            Answer::Known(value) => {
                let text = show::value(dag, self.pack, node, value, shown, lang);
                match value {
                    Scalars::Number(number) => {
                        let scale = if let Type::Number { scale, .. } = dag.ty(node) { scale } else { 0 };
                        let unit = match shown {
                            Shown::Number { counts, .. } => {
                                Some(counts.name(lang).to_owned()).filter(|name| !name.is_empty())
                            }
                            _ => None,
                        };
                        AnswerShown { unit, ..plain("number", Some(Scalar::Text(show::exact(*number, scale))), text) }
                    }
                    Scalars::Boolean(value) => plain("boolean", Some(Scalar::Boolean(*value)), text),
                    Scalars::Text(code) => plain("text", Some(Scalar::Text(code.to_string())), text),
                    Scalars::Date(days) => plain("date", Some(Scalar::Text(show::day(*days))), text),
                }
            }
            Answer::Unknown(missing) => {
                let codes = missing.codes(dag).into_iter().map(str::to_owned).collect();
                let names: Vec<&str> = missing.iter().map(|fact| self.fact_name(fact, lang)).collect();
                let text = match (lang, names.is_empty()) {
                    (Lang::Zh, true) => "未知（要看全体参评企业的数据）".to_owned(),
                    (Lang::En, true) => "unknown (it takes the data of all who are evaluated)".to_owned(),
                    (Lang::Zh, false) => format!("未知（缺{}）", names.join("、")),
                    (Lang::En, false) => format!("unknown (missing: {})", names.join(", ")),
                };
                AnswerShown { missing: Some(codes), ..plain("unknown", None, text) }
            }
            Answer::NotApplicable(reason) => {
                let reason = dag.reason_of(*reason);
                let text = match lang {
                    Lang::Zh => format!("不适用（{}）", reason.zh),
                    Lang::En => format!("not applicable ({})", reason.en),
                };
                AnswerShown { why: Some(reason.code.clone()), ..plain("not_applicable", None, text) }
            }
        }
    }
}

pub fn verdict(answer: &Answer) -> Verdict {
    match answer {
        Answer::Known(value) if *value == Scalars::Boolean(false) => Verdict::False,
        Answer::Known(_) => Verdict::True,
        Answer::Unknown(_) => Verdict::Unknown,
        Answer::NotApplicable(_) => Verdict::NotApplicable,
    }
}
