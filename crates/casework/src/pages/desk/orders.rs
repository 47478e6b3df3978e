//! From a sent form to orders for the engine; what is missing in the form is told field by field.

use chrono::NaiveDate;
use kernel::{AssignmentId, FieldError};
use serde::de::DeserializeOwned;
use web::{Fields, SignedIn};

use super::deed::{CaseView, Deed};
use crate::case::Assignment;
use crate::command::{Command, Order};
use crate::engine::Casework;
use crate::event::{CallResult, Classification, Grade, Level, Outcome, Role};
use crate::limits::LimitUnit;
use crate::state::State;
use crate::store::case::read_word;

/// Longest text of a note, reason or answer, in characters.
pub const MOST_SAID: usize = 4000;

/// Reads one form.
pub struct Reading<'a> {
    pub by: &'a SignedIn,
    pub casework: &'a Casework,
    pub view: &'a CaseView,
    pub fields: &'a Fields,
    pub wrong: Vec<FieldError>,
}

impl Reading<'_> {
    /// The orders of a deed; they are only worth anything while `wrong` is empty.
    pub fn orders(&mut self, deed: Deed) -> Vec<Order> {
        let commands = self.commands(deed);
        let need = Some(self.view.need.index);
        commands.into_iter().map(|command| Order { need, command }).collect()
    }

    fn commands(&mut self, deed: Deed) -> Vec<Command> {
        match deed {
            Deed::AcceptAssign => {
                let mut all = vec![Command::Accept];
                all.extend(self.classified());
                all.extend(self.assigned());
                all
            }
            Deed::Accept => vec![Command::Accept],
            Deed::Return => {
                let reason_code = self.fields.get("reason_code").to_owned();
                if !super::deed_form::REASONS.contains(&reason_code.as_str()) {
                    self.wrong.push(FieldError::new("reason_code", "choose"));
                }
                vec![Command::Return { reason_code, explanation: self.said("explanation", true) }]
            }
            Deed::Classify => {
                self.classification().map(|c| Command::Classify { classification: c }).into_iter().collect()
            }
            Deed::Assign => {
                let mut all = Vec::new();
                if self.view.need.state() == State::Accepted {
                    all.extend(self.classified());
                }
                all.extend(self.assigned());
                if all.is_empty() && self.wrong.is_empty() {
                    self.wrong.push(FieldError::new("co", "choose"));
                }
                all
            }
            Deed::Unassign => {
                let reason = self.said("reason", true);
                let assignment = self.named("unit", |own| own.answer.is_none());
                assignment.map(|assignment| Command::Unassign { assignment, reason }).into_iter().collect()
            }
            Deed::DecideExtension => {
                let granted = match self.fields.get("granted") {
                    "yes" => true,
                    "no" => false,
                    _ => {
                        self.wrong.push(FieldError::new("granted", "choose"));
                        false
                    }
                };
                let note = self.said("note", !granted);
                let assignment = self.named("unit", |own| own.extension_asked.is_some());
                assignment
                    .map(|assignment| Command::DecideExtension { assignment, granted, note })
                    .into_iter()
                    .collect()
            }
            Deed::CallBack => {
                let result = self.word::<CallResult>("result");
                let note = self.said("note", result == Some(CallResult::Dissatisfied));
                result.map(|result| Command::CallBack { result, note }).into_iter().collect()
            }
            Deed::Close => vec![Command::Close],
            Deed::Split => vec![Command::Split { title: self.fields.text("title", true, 100, &mut self.wrong) }],
            Deed::Sign => self.part(|assignment| Command::Sign { assignment }),
            Deed::Report => {
                let (text, visible) = (self.said("text", true), self.fields.get("visible") == "yes");
                let assignment = self.view.part().map(|own| own.id);
                vec![Command::Report { assignment, text, visible_to_enterprise: visible }]
            }
            Deed::TryContact => {
                let note = self.said("note", false);
                self.part(|assignment| Command::TryContact { assignment, note })
            }
            Deed::Wait => vec![Command::StartWait { reason: self.said("reason", true) }],
            Deed::Resume => vec![Command::EndWait],
            Deed::AskExtension => {
                let n = self.fields.parsed::<u32>("n", &mut self.wrong).unwrap_or(0);
                let reason = self.said("reason", true);
                self.part(|assignment| Command::RequestExtension { assignment, n, reason })
            }
            Deed::Refuse => {
                let reason = self.said("reason", true);
                self.part(|assignment| Command::Refuse { assignment, reason })
            }
            Deed::Answer => {
                let (outcome, text) = (self.outcome(), self.said("text", true));
                let Some(outcome) = outcome else { return Vec::new() };
                self.part(|assignment| Command::Answer { assignment, outcome, text })
            }
            Deed::Comment => {
                let visible_to_enterprise = self.fields.get("visible") == "yes";
                vec![Command::Comment { text: self.said("text", true), visible_to_enterprise }]
            }
        }
    }

    fn said(&mut self, field: &'static str, required: bool) -> String {
        self.fields.text(field, required, MOST_SAID, &mut self.wrong)
    }

    fn word<T: DeserializeOwned>(&mut self, field: &'static str) -> Option<T> {
        let value = read_word(self.fields.get(field)).ok();
        if value.is_none() {
            self.wrong.push(FieldError::new(field, "choose"));
        }
        value
    }

    fn classification(&mut self) -> Option<Classification> {
        let category = self.fields.get("category").to_owned();
        if self.view.settings.category(&category).is_none() {
            self.wrong.push(FieldError::new("category", "choose"));
        }
        let (grade, level) = (self.word::<Grade>("grade"), self.word::<Level>("level"));
        Some(Classification { category, grade: grade?, level: level? })
    }

    /// Filing it as it is filed already is no order.
    fn classified(&mut self) -> Option<Command> {
        let classification = self.classification()?;
        let same = self.view.need.classification.as_ref() == Some(&classification);
        (!same).then_some(Command::Classify { classification })
    }

    /// The lead, if there is none yet, and co-units that are not in it already.
    fn assigned(&mut self) -> Vec<Command> {
        let note = self.said("note", false);
        let share = match self.fields.get("share") {
            "" => None,
            text => match text.parse::<u32>() {
                Ok(n) if n > 0 => Some((n, LimitUnit::WorkingDay)),
                _ => {
                    self.wrong.push(FieldError::new("share", "share-number"));
                    None
                }
            },
        };
        let mut units = Vec::new();
        if self.view.need.lead().is_none() {
            match self.view.units.by_code(self.fields.get("lead")) {
                Some(unit) => units.push((unit.id, Role::Lead)),
                None => self.wrong.push(FieldError::new("lead", "choose")),
            }
        }
        for code in self.fields.all("co").filter(|code| !code.is_empty()) {
            match self.view.units.by_code(code) {
                // Ticked as co-unit and chosen as lead: it leads.
                Some(unit) if units.iter().any(|(id, _)| *id == unit.id) => {}
                Some(unit) => units.push((unit.id, Role::Co)),
                None => self.wrong.push(FieldError::new("co", "choose")),
            }
        }
        let order = |(unit, role)| Command::Assign {
            assignment: AssignmentId::new(self.by.now, self.casework.random.as_ref()),
            unit,
            role,
            note: note.clone(),
            share: share.filter(|_| role == Role::Co),
        };
        units.into_iter().map(order).collect()
    }

    /// An active assignment by the code of its unit.
    fn named(&mut self, field: &'static str, fits: impl Fn(&Assignment) -> bool) -> Option<AssignmentId> {
        let unit = self.view.units.by_code(self.fields.get(field)).map(|unit| unit.id);
        let found = self.view.need.active().find(|own| Some(own.unit) == unit && fits(own)).map(|own| own.id);
        if found.is_none() {
            self.wrong.push(FieldError::new(field, "choose"));
        }
        found
    }

    /// An order for the actor's own part. Without one the engine says why not: somebody else was faster.
    fn part(&self, command: impl FnOnce(AssignmentId) -> Command) -> Vec<Command> {
        let any = self.view.part().or_else(|| self.view.mine.first()).or_else(|| self.view.need.assignments.last());
        any.map(|own| command(own.id)).into_iter().collect()
    }

    fn outcome(&mut self) -> Option<Outcome> {
        match self.fields.get("outcome") {
            "resolved" => Some(Outcome::Resolved),
            "not_possible" => Some(Outcome::NotPossible),
            "withdrawn" => Some(Outcome::Withdrawn),
            "not_reachable" => Some(Outcome::NotReachable),
            "planned" => {
                let day = self.fields.get("review_on").parse::<NaiveDate>().ok();
                let day = day.filter(|day| *day > kernel::local_date(self.by.now));
                if day.is_none() {
                    self.wrong.push(FieldError::new("review_on", "review-day"));
                }
                day.map(|review_on| Outcome::Planned { review_on })
            }
            _ => {
                self.wrong.push(FieldError::new("outcome", "choose"));
                None
            }
        }
    }
}
