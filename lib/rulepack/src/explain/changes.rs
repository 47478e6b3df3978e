//! What would suffice: sets of changes of facts, smallest first, each proved by running it.
//!
//! Sets are put together along the conditions ([`super::ways`]); for each condition the least change of one fact is searched
//! ([`super::turn`], [`super::solve`]). A set that does not do (it raised revenue and so lowered a share) is mended a few times from
//! where it led; what still does not do is dropped, and so is every change that is not needed.

use super::engine::Engine;
use super::model::ChangeSet;
use super::way::{MOST_CHANGES, Way};
use super::ways::Goal;
use crate::compile::{Body, Output, RuleId, Shown};
use crate::interpret::{Answer, Value};
use crate::ir::NodeId;

const MENDINGS: usize = 3;
/// Sets shown.
const SHOWN: usize = 3;

impl<'a> Engine<'a> {
    /// Up to three sets of changes after which an output is better.
    pub fn change_sets(&mut self, output: &'a Output) -> Vec<ChangeSet> {
        let Some(rule) = self.rule(output.rule) else { return Vec::new() };
        let answers = self.answers.clone();
        let (goal, ways) = match answers.of(output.node) {
            Answer::Known(Value::Boolean(false)) => {
                let goal = Goal::Boolean(true);
                (goal.clone(), self.ways_of_rule(output.rule, &goal, 0))
            }
            Answer::Known(Value::Text(code)) => {
                let Shown::Text(Some(set)) = output.shown else { return Vec::new() };
                let Some(values) = self.pack.sets.get(set).map(|set| &set.values) else { return Vec::new() };
                let own = values.iter().position(|value| value.code == **code).unwrap_or(0);
                if own == 0 {
                    return Vec::new();
                }
                let goal = Goal::Texts(values.iter().take(own).map(|value| value.code.clone()).collect());
                (goal.clone(), self.ways_of_rule(output.rule, &goal, 0))
            }
            Answer::NotApplicable(reason) if self.program.dag.reason_of(*reason).code == "condition_not_met" => {
                let Body::Amount(amount) = &rule.body else { return Vec::new() };
                let Some(condition) = &amount.condition else { return Vec::new() };
                let node = condition.value.map(|value| value.node);
                let ways = self.ways(condition, true, 0);
                return self.proved(node.unwrap_or(output.node), &Goal::Boolean(true), &ways, output);
            }
            _ => return Vec::new(),
        };
        self.proved(output.node, &goal, &ways, output)
    }

    /// The ways that reach the goal, mended where they do not, without what they do not need.
    fn proved(&mut self, node: NodeId, goal: &Goal, ways: &[Way], output: &Output) -> Vec<ChangeSet> {
        let mut found: Vec<Way> = Vec::new();
        for way in ways {
            if found.len() >= SHOWN {
                break;
            }
            let Some(mut way) = self.mended(node, goal, *way, output.rule) else { continue };
            let mut at = 0;
            while at < way.moves().len() && way.moves().len() > 1 {
                let fewer = way.without(at);
                if self.reaches(node, goal, &fewer) { way = fewer } else { at += 1 }
            }
            way.sort();
            if !found.contains(&way) {
                found.push(way);
            }
        }
        found.sort_by_key(|way| self.moves.cost(way));
        let sets = found.iter().map(|way| self.change_set(output, way)).collect();
        self.apply(&Way::NOTHING);
        sets
    }

    fn reaches(&mut self, node: NodeId, goal: &Goal, way: &Way) -> bool {
        self.apply(way);
        goal.met(self.trial.answer(node))
    }

    /// Makes the changes of a way, and no others.
    pub(super) fn apply(&mut self, way: &Way) {
        for one in self.at.moves() {
            if !way.moves_fact(one.fact) {
                self.trial.reset(one.fact);
            }
        }
        for one in way.moves() {
            let value = self.moves.value(*one).cloned();
            self.trial.set(one.fact, value);
        }
        self.at = *way;
    }

    fn mended(&mut self, node: NodeId, goal: &Goal, mut way: Way, rule: RuleId) -> Option<Way> {
        for _ in 0..=MENDINGS {
            if way.is_empty() || way.moves().len() > MOST_CHANGES {
                return None;
            }
            if self.reaches(node, goal, &way) {
                return Some(way);
            }
            // From where the changes led, what else is needed?
            let more = match (goal, self.rule(rule).map(|rule| &rule.body)) {
                (Goal::Boolean(want), Some(Body::Amount(amount))) => match &amount.condition {
                    Some(condition) => self.ways(condition, *want, 0),
                    None => return None,
                },
                _ => self.ways_of_rule(rule, goal, 0),
            };
            let further = self.moves.merged(&way, more.first()?);
            if further == way {
                return None;
            }
            way = further;
        }
        None
    }
}
