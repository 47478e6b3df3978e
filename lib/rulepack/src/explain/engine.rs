//! What all parts of an explanation look things up in: the answers of the case, and trials with other values.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::model::{AnswerShown, Condition, FactShort, FactShown, Scalar, Verdict};
use crate::case::{Case, find_fact};
use crate::compile::{Body, CompiledPack, FactInfo, Program, Rule, RuleId, Shown, Tree, TreeKind, Value};
use crate::diagnostic::Lang;
use crate::interpret::{Answer, Answers, Lazy, PopulationAnswer, Value as Scalars, evaluate};
use crate::ir::{FactId, NodeId, Type};
use crate::show;
use crate::syntax::ast::Comparison;
use crate::unit::Unit;

/// The state of one explanation.
pub struct Engine<'a> {
    pub program: &'a Program,
    pub pack: &'a CompiledPack,
    pub case: &'a Case,
    pub lang: Lang,
    pub answers: Rc<Answers>,
    pub trial: Trial<'a>,
    /// The unit each fact is shown in.
    units: Vec<Option<Unit>>,
    /// Facts below a rule, found once.
    below: RefCell<HashMap<RuleId, Rc<Vec<FactId>>>>,
    /// The least change of a fact that turns an atom, found once.
    pub solved: HashMap<(NodeId, bool, FactId), Option<Scalars>>,
    /// Atoms told before, by node and words: rules share them.
    pub told: HashMap<NodeId, Vec<(String, Condition)>>,
    pub said: HashMap<(NodeId, Comparison, Lang), Vec<(String, String)>>,
    /// Facts already changed in the set that is being mended; others are moved first.
    pub locked: Vec<FactId>,
}

/// Evaluates with changed facts.
pub struct Trial<'a> {
    program: &'a Program,
    population: &'a HashMap<NodeId, Answer>,
    lazy: Lazy,
    pub facts: Vec<Option<Scalars>>,
    /// The answers of the case itself, which hold as long as nothing is moved.
    base: Rc<Answers>,
    pub moved: bool,
}

impl Trial<'_> {
    /// Gives a fact another value.
    pub fn set(&mut self, fact: FactId, value: Option<Scalars>) {
        if let Some(slot) = self.facts.get_mut(usize::from(fact.0)) {
            *slot = value;
        }
        self.moved = true;
        self.lazy.next_case();
    }

    /// Takes these facts.
    pub fn load(&mut self, facts: &[Option<Scalars>]) {
        self.facts.clear();
        self.facts.extend_from_slice(facts);
        self.moved = true;
        self.lazy.next_case();
    }

    pub fn answer(&mut self, node: NodeId) -> &Answer {
        if !self.moved {
            return self.base.of(node);
        }
        let population = |node: NodeId| match self.population.get(&node) {
            Some(answer) => PopulationAnswer::Answer(answer.clone()),
            None => PopulationAnswer::AsOperands,
        };
        self.lazy.answer(&self.program.dag, node, &self.facts, &population)
    }
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
        let trial = Trial {
            program,
            population: &case.population,
            lazy: Lazy::new(&program.dag),
            facts: case.facts.clone(),
            base: answers.clone(),
            moved: false,
        };
        Self {
            program,
            pack,
            case,
            lang,
            answers,
            trial,
            units,
            below: RefCell::default(),
            solved: HashMap::new(),
            told: HashMap::new(),
            said: HashMap::new(),
            locked: Vec::new(),
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
    pub fn unit(&self, fact: FactId) -> Unit {
        self.units.get(usize::from(fact.0)).cloned().flatten().unwrap_or_else(Unit::one)
    }

    pub fn info(&self, fact: FactId) -> Option<&'a FactInfo> {
        self.program.fact(fact)
    }

    pub fn fact_name(&self, fact: FactId, lang: Lang) -> String {
        match self.info(fact) {
            Some(FactInfo::Fact(fact)) => {
                if lang == Lang::Zh {
                    fact.zh.clone()
                } else {
                    fact.en.clone()
                }
            }
            Some(FactInfo::Unpublished(parameter)) => parameter.name.text(lang).to_owned(),
            None => String::new(),
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
                show::number(*number, scale, &Unit::base(unit.dimension()), &unit, lang)
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
    pub fn fact_short(&self, fact: FactId) -> FactShort {
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
            let (id, FactShort { code, value, source, as_of }) = (FactId(at), self.fact_short(FactId(at)));
            let Some(FactInfo::Fact(info)) = self.info(id).filter(|_| needed.get(fact.node.0 as usize) == Some(&true))
            else {
                continue;
            };
            let pick = |zh: &String, en: &String| if self.lang == Lang::Zh { zh.clone() } else { en.clone() };
            shown.push(FactShown {
                code,
                name: self.fact_name(id, self.lang),
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
                let names: Vec<String> = missing.iter().map(|fact| self.fact_name(fact, lang)).collect();
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

    /// The facts a tree rests on, rules entered; the changeable ones first.
    pub fn facts_below(&self, tree: &Tree) -> Vec<FactId> {
        let mut found = Vec::new();
        self.gather(tree, &mut found);
        found.sort_by_key(|fact| !self.changeable(*fact));
        found
    }

    fn gather(&self, tree: &Tree, found: &mut Vec<FactId>) {
        tree.walk(&mut |tree| match &tree.kind {
            TreeKind::Fact(fact) if !found.contains(fact) => found.push(*fact),
            TreeKind::Rule(id) => {
                for fact in self.facts_of_rule(*id).iter() {
                    if !found.contains(fact) {
                        found.push(*fact);
                    }
                }
            }
            _ => {}
        });
    }

    fn facts_of_rule(&self, id: RuleId) -> Rc<Vec<FactId>> {
        if let Some(known) = self.below.borrow().get(&id) {
            return known.clone();
        }
        let mut found = Vec::new();
        if let Some(rule) = self.rule(id) {
            for tree in trees(&rule.body) {
                self.gather(tree, &mut found);
            }
            if let Body::Score { items, .. } = &rule.body {
                for item in items {
                    found.extend(self.facts_of_rule(*item).iter());
                }
            }
        }
        let found = Rc::new(found);
        self.below.borrow_mut().insert(id, found.clone());
        found
    }
}

/// The trees a body is made of.
pub fn trees(body: &Body) -> Vec<&Tree> {
    match body {
        Body::Parameter { .. } => Vec::new(),
        Body::Expression { tree, .. } => vec![tree],
        Body::Table { rows, results, .. } => {
            rows.iter().flat_map(|row| &row.cells).chain(results).map(|tree| &**tree).collect()
        }
        Body::Scale { base, .. } => vec![base],
        Body::Amount(amount) => {
            let parts = [&amount.condition, &amount.base, &amount.rate, &amount.fixed, &amount.cap, &amount.floor];
            parts.into_iter().flatten().map(|tree| &**tree).collect()
        }
        Body::Item { value, base, weight, .. } => {
            [Some(value), base.as_ref(), weight.as_ref()].into_iter().flatten().map(|tree| &**tree).collect()
        }
        Body::Score { among, .. } => among.iter().map(|tree| &**tree).collect(),
        Body::Classes(classes) => {
            let conditions = classes
                .veto
                .iter()
                .chain(&classes.protect)
                .map(|(tree, _)| tree)
                .chain(classes.unrated.iter().map(|(tree, _)| tree));
            classes.among.iter().chain([&classes.by]).chain(conditions).map(|tree| &**tree).collect()
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
