//! What somebody may do on a need's page, told by state and right; the first one offered is what the need waits for.

use kernel::{Error, Result};
use std::sync::Arc;

use db::Conn;
use identity::Role as Seat;
use web::SignedIn;
use web::components::{Phone, Sight};

use super::units::Units;
use crate::access;
use crate::case::{Assignment, Need};
use crate::decide_close::DAYS_TRIED;
use crate::engine::Casework;
use crate::event::{Role, Verdict};
use crate::settings::Settings;
use crate::state::State;
use crate::store::case::Kept;
use crate::store::desk::Glance;
use crate::store::list::{Moment, NeedRow};
use crate::store::{self};

/// One thing that can be done; its name is the last part of the address its form is sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    AcceptAssign,
    Accept,
    Return,
    Classify,
    Assign,
    Unassign,
    DecideExtension,
    CallBack,
    Close,
    Split,
    Sign,
    Answer,
    Report,
    TryContact,
    Wait,
    Resume,
    AskExtension,
    Refuse,
    Comment,
}

impl Deed {
    pub const ALL: [Deed; 19] = [
        Deed::AcceptAssign,
        Deed::Accept,
        Deed::Return,
        Deed::Classify,
        Deed::Assign,
        Deed::Unassign,
        Deed::DecideExtension,
        Deed::CallBack,
        Deed::Close,
        Deed::Split,
        Deed::Sign,
        Deed::Answer,
        Deed::Report,
        Deed::TryContact,
        Deed::Wait,
        Deed::Resume,
        Deed::AskExtension,
        Deed::Refuse,
        Deed::Comment,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Deed::AcceptAssign => "accept-assign",
            Deed::Accept => "accept",
            Deed::Return => "return",
            Deed::Classify => "classify",
            Deed::Assign => "assign",
            Deed::Unassign => "unassign",
            Deed::DecideExtension => "decide-extension",
            Deed::CallBack => "call-back",
            Deed::Close => "close",
            Deed::Split => "split",
            Deed::Sign => "sign",
            Deed::Answer => "answer",
            Deed::Report => "report",
            Deed::TryContact => "try-contact",
            Deed::Wait => "wait",
            Deed::Resume => "resume",
            Deed::AskExtension => "ask-extension",
            Deed::Refuse => "refuse",
            Deed::Comment => "comment",
        }
    }

    /// Reads [`Deed::as_str`].
    pub fn parse(text: &str) -> Option<Deed> {
        Deed::ALL.into_iter().find(|deed| deed.as_str() == text)
    }
}

/// A need with everything its page shows, as far as the actor may see it.
pub struct CaseView {
    pub settings: Arc<Settings>,
    pub units: Units,
    pub kept: Kept,
    pub need: Need,
    pub row: NeedRow,
    pub at: Moment,
    pub glance: Glance,
    /// Handles requests here.
    pub desk: bool,
    /// May add remarks.
    pub remark: bool,
    /// Speaks for the enterprise only: sees what the enterprise may see.
    pub outside: bool,
    /// May be shown telephone numbers: the desk, the units that work on it, the helpers and the enterprise.
    pub calls: bool,
    /// Active assignments of units the actor acts for.
    pub mine: Vec<Assignment>,
}

impl CaseView {
    /// Loads a need by its number.
    ///
    /// # Errors
    /// `not-found` for what does not exist or may not be seen.
    pub async fn load(by: &SignedIn, casework: &Casework, conn: &mut Conn, number: &str) -> Result<CaseView> {
        let settings = casework.settings(conn).await?;
        let at = Moment { now: by.now };
        let missing = || Error::not_found("request");
        let reached = identity::reached(&by.actor, &access::READ);
        let row = store::list::find(conn, &reached, number, at).await?.ok_or_else(missing)?;
        let kept = store::case::load(conn, row.request).await?.ok_or_else(missing)?;
        identity::authorize(&by.actor, &access::READ, &kept.subject)?;
        let units = Units::load(casework, conn).await?;
        let glance = store::desk::glance(conn, row.enterprise).await?.ok_or_else(missing)?;
        let index = u16::try_from(row.idx).map_err(Error::internal)?;
        let need = kept.case.need(index).ok_or_else(missing)?.clone();
        let mine: Vec<Assignment> = need.active().filter(|own| units.acts_for(&by.actor, own.unit)).cloned().collect();
        let desk = identity::allowed(&by.actor, &access::HANDLE, &kept.subject);
        let outside = by.actor.grants.iter().all(|grant| grant.role == Seat::Enterprise);
        let may_call = identity::allowed(&by.actor, &access::SHOW_CONTACT, &kept.subject);
        let helps = by.actor.person.is_some_and(|person| kept.subject.helpers.contains(&person));
        Ok(CaseView {
            calls: may_call && (desk || outside || helps || !mine.is_empty()),
            desk,
            remark: identity::allowed(&by.actor, &access::REMARK, &kept.subject),
            outside,
            settings,
            units,
            kept,
            need,
            row,
            at,
            glance,
            mine,
        })
    }

    /// Name and number of whom to call for the request. Desk and handlers need it for their work and see it in full; that they did is
    /// written down beside the answer.
    pub fn contact(&self, by: &SignedIn) -> (String, Phone) {
        let request = &self.kept.request;
        let works = self.calls && (self.desk || !self.mine.is_empty());
        let sight = match self.calls {
            true if works || self.outside => Sight::Whole,
            true => Sight::Button,
            false => Sight::Masked,
        };
        if works && !request.contact_phone.is_empty() {
            web::contact::note(by, &by.actor, ("request", request.id.to_string()));
        }
        let address = format!("/requests/{}/contact", self.row.number);
        let phone = Phone::new(&by.words, sight, &request.contact_phone, &request.contact_name, &address);
        (request.contact_name.clone(), phone)
    }

    /// How the numbers of the enterprise's helpers are seen.
    pub fn sight_of_helpers(&self) -> Sight {
        if self.calls { Sight::Button } else { Sight::Masked }
    }

    /// The part the actor still has to do: as lead before as co-unit.
    pub fn part(&self) -> Option<&Assignment> {
        let open = || self.mine.iter().filter(|own| own.answer.is_none());
        open().find(|own| own.role == Role::Lead).or_else(|| open().next())
    }

    /// Whether somebody may do this here at all; what state the need is in is another question.
    ///
    /// # Errors
    /// `not-allowed`
    pub fn permit(&self, by: &SignedIn, deed: Deed) -> Result<()> {
        // Whoever had a part and lost it meanwhile is told that, not that nothing was ever allowed.
        let works = || self.need.assignments.iter().any(|own| self.units.acts_for(&by.actor, own.unit));
        let may = match deed {
            Deed::AcceptAssign
            | Deed::Accept
            | Deed::Return
            | Deed::Classify
            | Deed::Assign
            | Deed::Unassign
            | Deed::DecideExtension
            | Deed::CallBack
            | Deed::Close
            | Deed::Split => self.desk,
            Deed::Sign | Deed::Answer | Deed::TryContact | Deed::AskExtension | Deed::Refuse => works(),
            Deed::Report | Deed::Wait | Deed::Resume => self.desk || works(),
            Deed::Comment => self.remark,
        };
        let refused = || Error::forbidden("not-allowed").arg("action", deed.as_str()).arg("resource", "request");
        if may { Ok(()) } else { Err(refused()) }
    }

    /// On how many working days units tried in vain to reach the enterprise, and on how many they must before 联系不上.
    pub fn sought(&self) -> (usize, usize) {
        (self.need.days_sought(self.settings.today().as_ref()), DAYS_TRIED)
    }

    /// What may be done now, the expected thing first.
    pub fn offered(&self) -> Vec<Deed> {
        let mut deeds = Vec::new();
        if self.outside {
            return deeds;
        }
        let state = self.need.state();
        if let Some(part) = self.part() {
            self.of_unit(part, state, &mut deeds);
        }
        if self.desk {
            self.of_desk(state, &mut deeds);
        }
        if !self.mine.is_empty() && state == State::Answered && !deeds.contains(&Deed::Report) {
            deeds.push(Deed::Report);
        }
        if self.remark && !deeds.contains(&Deed::Comment) {
            deeds.push(Deed::Comment);
        }
        deeds
    }

    fn of_unit(&self, part: &Assignment, state: State, deeds: &mut Vec<Deed>) {
        if !matches!(state, State::Assigned | State::InProgress | State::Waiting) {
            return;
        }
        if part.signed_at.is_none() {
            deeds.push(Deed::Sign);
        }
        if state == State::Waiting {
            deeds.push(Deed::Resume);
        }
        deeds.extend([Deed::Answer, Deed::Report]);
        if state != State::Waiting {
            deeds.push(Deed::Wait);
        }
        let lengthened = part.extended || (part.role == Role::Lead && self.need.extension.is_some());
        if part.extension_asked.is_none() && !lengthened {
            deeds.push(Deed::AskExtension);
        }
        deeds.extend([Deed::TryContact, Deed::Refuse]);
    }

    fn of_desk(&self, state: State, deeds: &mut Vec<Deed>) {
        match state {
            State::Submitted => deeds.extend([Deed::AcceptAssign, Deed::Accept, Deed::Return, Deed::Split]),
            State::Accepted => deeds.extend([Deed::Assign, Deed::Classify, Deed::Split]),
            State::Assigned | State::InProgress | State::Waiting => {
                if self.need.active().any(|own| own.extension_asked.is_some()) {
                    deeds.insert(0, Deed::DecideExtension);
                }
                // While units work, the desk's first thing is a word to them.
                for deed in [Deed::Comment, Deed::Report, Deed::Assign, Deed::Unassign, Deed::Classify, Deed::Split] {
                    if !deeds.contains(&deed) {
                        deeds.push(deed);
                    }
                }
                let wait = if state == State::Waiting { Deed::Resume } else { Deed::Wait };
                if !deeds.contains(&wait) {
                    deeds.push(wait);
                }
            }
            State::Answered => {
                let confirmed = self.need.verdict == Some(Verdict::Solved)
                    || self.need.days_called(self.settings.today().as_ref()) >= DAYS_TRIED;
                if confirmed {
                    deeds.push(Deed::Close);
                }
                deeds.extend([Deed::CallBack, Deed::Report]);
            }
            _ => {}
        }
    }
}
