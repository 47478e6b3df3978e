//! Outputs: which things of a pack are written, guarded by what the pack applies to and when it is in force.

use super::compiler::{Compiler, Made, Told};
use super::messages;
use super::program::{Output, Shown};
use super::scope::{Entity, Thing};
use super::value::{Number, Typed, kind};
use crate::diagnostic::Place;
use crate::ir::{NodeId, Reason};
use crate::unit::Unit;

impl Compiler<'_> {
    /// The outputs of the pack, guarded.
    pub fn outputs(&mut self) -> Vec<Output> {
        let pack = self.pack.clone();
        let mut wanted = Vec::new();
        if pack.outputs.is_empty() {
            let shown = |thing: &Thing| !matches!(thing.entity, Entity::Parameter(_) | Entity::Definition(_));
            wanted.extend((0..self.scope.things.len()).filter(|at| self.scope.things.get(*at).is_some_and(shown)));
        }
        for name in &pack.outputs {
            match self.scope.find(&name.text) {
                Some(at) => {
                    wanted.push(at);
                    if let Some(Entity::Score(score)) = self.scope.things.get(at).map(|thing| thing.entity.clone()) {
                        let of_score =
                            |thing: &Thing| matches!(thing.entity, Entity::Item { score: own, .. } if own == score);
                        wanted.extend(
                            (0..self.scope.things.len()).filter(|at| self.scope.things.get(*at).is_some_and(of_score)),
                        );
                    }
                }
                None => {
                    let near = self.scope.suggest(&name.text);
                    self.found.push(messages::unknown_name(name.place.clone(), &name.text, near.as_deref()));
                }
            }
        }
        let mut outputs: Vec<Output> = Vec::new();
        for at in wanted {
            if let Ok(output) = self.output(at)
                && !outputs.iter().any(|other| other.code == output.code)
            {
                outputs.push(output);
            }
        }
        outputs
    }

    fn output(&mut self, at: usize) -> Made<Output> {
        let done = self.thing(at)?;
        let thing = self.scope.things.get(at).cloned().ok_or(Told)?;
        let rule = self.rules.get(done.rule.0).ok_or(Told)?;
        let (mut node, mut shown) = (rule.value.node, rule.shown.clone());
        match &done.typed {
            Typed::Number(number) => (node, shown) = self.output_number(number, &thing.place)?,
            Typed::List(_) | Typed::Null => {
                let found = kind(&done.typed);
                return self.tell(messages::type_mismatch(
                    thing.place,
                    ("数、是否、文字或日期", "a number, boolean, text or date"),
                    found,
                ));
            }
            _ => {}
        }
        if let Some(applies) = self.applies {
            let reason = match &self.pack.not_applicable {
                Some(words) => self.dag.reason(Reason {
                    code: format!("outside_scope:{}", self.pack.code),
                    zh: words.text.clone(),
                    en: words.text.clone(),
                }),
                None => self.reason("outside_scope", "不在适用范围内", "outside of what the rules apply to"),
            };
            node = self.dag.guard(applies, node, reason);
        }
        if !self.in_force {
            let reason = self.reason("not_in_force", "评价日不在施行期内", "not in force on the day of evaluation");
            let ty = self.dag.ty(node);
            node = self.dag.not_applicable(reason, ty);
        }
        Ok(Output { code: thing.code, name: thing.name, node, rule: done.rule, shown })
    }

    /// An output's node: in base units, or, if that cannot be written as a decimal, in the unit of the output.
    fn output_number(&mut self, number: &Number, place: &Place) -> Made<(NodeId, Shown)> {
        let unit = number.hint();
        if let (node, 1, None) = self.parts(number, place)? {
            return Ok((node, Shown::Number { counts: Unit::base(number.dimension), unit }));
        }
        let in_unit = self.product(number, &Number::exact(unit.factor().recip()), place)?;
        let node = self.plain(&in_unit, place)?;
        Ok((node, Shown::Number { counts: unit.clone(), unit }))
    }
}
