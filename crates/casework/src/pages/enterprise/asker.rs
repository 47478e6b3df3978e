//! Who raises a problem, and which enterprise it is meant for: one of the own, one of the register, or one that is not in it.

use db::Conn;
use identity::{Actor, Role};
use kernel::{EnterpriseId, Error, FieldError, Result, name_key};
use registry::unchecked::{LONGEST, NoName, Unregistered, all_names, as_name};
use web::Visitor;
use web::components::chosen;

use super::raise_form::Typed;
use crate::event::Source;
use crate::store::enterprise_side::{self, Brief};

/// The answer to "is it one of these enterprises?" when it is not.
pub(super) const NONE_OF_THEM: &str = "none";

/// Who raises, and for which enterprises.
pub(super) struct Asker {
    pub actor: Option<Actor>,
    /// The own and the helped enterprises.
    pub choices: Vec<Brief>,
    pub own: Vec<EnterpriseId>,
    pub desk: bool,
    pub phone: String,
}

impl Asker {
    /// # Errors
    /// `not-allowed` for people whose work is not to raise problems.
    pub(super) async fn of(conn: &mut Conn, visitor: &Visitor) -> Result<Asker> {
        let Some(actor) = visitor.session.as_ref().map(|s| s.actor.clone()) else {
            return Ok(Asker { actor: None, choices: Vec::new(), own: Vec::new(), desk: false, phone: String::new() });
        };
        let own: Vec<EnterpriseId> = actor.enterprises().collect();
        let mut choices = enterprise_side::briefs(conn, &own).await?;
        if let Some(person) = actor.person.filter(|_| actor.has(Role::Helper)) {
            let helped = enterprise_side::helped(conn, person).await?.into_iter().map(|row| row.brief);
            choices.extend(helped.filter(|brief| !own.contains(&brief.id)));
        }
        let desk = actor.has(Role::Desk);
        if choices.is_empty() && !desk {
            return Err(Error::forbidden("not-allowed"));
        }
        let phone = match actor.person.filter(|_| !own.is_empty()) {
            Some(person) => enterprise_side::phone_of(conn, person).await?,
            None => String::new(),
        };
        Ok(Asker { actor: Some(actor), choices, own, desk, phone })
    }

    /// The enterprise meant: one of the choices, or for others by credit code or whole name; `which` is the answer to the
    /// question whether it is one of those that may be meant.
    pub(super) async fn enterprise(
        &self,
        conn: &mut Conn,
        typed: &Typed,
        wrong: &mut Vec<FieldError>,
    ) -> Result<Meant> {
        let who = typed.who.as_str();
        if !self.choices.is_empty() {
            let only = (self.choices.len() == 1 && !self.desk).then(|| self.choices.first()).flatten();
            if let Some(found) = one_of(&self.choices, who).or(only) {
                return Ok(Meant::Known(found.clone()));
            }
            if !self.desk {
                wrong.push(FieldError::new("who", "choose"));
                return Ok(Meant::Unclear(Vec::new()));
            }
        }
        if who.is_empty() {
            wrong.push(FieldError::new("who", "required"));
            return Ok(Meant::Unclear(Vec::new()));
        }
        if let Some(chosen) = enterprise_side::brief_by_code(conn, &typed.which).await? {
            return Ok(Meant::Known(chosen));
        }
        let mut found = enterprise_side::by_code_or_name(conn, who).await?;
        if found.len() == 1 {
            return Ok(found.pop().map_or(Meant::Unclear(Vec::new()), Meant::Known));
        }
        if let (true, Err(no_name)) = (found.is_empty(), as_name(who)) {
            wrong.push(match no_name {
                NoName::Number => FieldError::new("who", "enterprise-code-not-known"),
                NoName::Short => FieldError::new("who", "enterprise-name-short"),
                NoName::Long => {
                    FieldError::new("who", "too-long").arg("limit", LONGEST).arg("length", who.chars().count())
                }
            });
            return Ok(Meant::Unclear(Vec::new()));
        }
        if typed.which == NONE_OF_THEM {
            return Ok(Meant::Unregistered);
        }
        if found.is_empty() {
            let ids: Vec<EnterpriseId> =
                registry::unchecked::similar(conn, &all_names(), who).await?.into_iter().map(|row| row.id).collect();
            let mut briefs = enterprise_side::briefs(conn, &ids).await?;
            briefs.sort_by_key(|brief| ids.iter().position(|id| *id == brief.id));
            found = briefs;
        }
        Ok(if found.is_empty() { Meant::Unregistered } else { Meant::Unclear(found) })
    }

    /// Whether the enterprise is the asker's own; a visitor speaks for the one that was named.
    pub(super) fn speaks_for(&self, enterprise: EnterpriseId) -> bool {
        self.actor.is_none() || self.own.contains(&enterprise)
    }

    /// Where a problem of this enterprise comes from when this asker raises it.
    pub(super) fn source(&self, enterprise: EnterpriseId, from: &str) -> Source {
        let helped = self.choices.iter().any(|brief| brief.id == enterprise);
        match &self.actor {
            None if from == "qr" => Source::Qr,
            None => Source::Web,
            Some(_) if self.own.contains(&enterprise) => Source::Web,
            Some(_) if helped => Source::Visit,
            Some(_) => Source::Hotline,
        }
    }
}

/// One of the choices, by its code, by what a field with many of them sends, or by a name that only one of them has.
pub(super) fn one_of<'b>(choices: &'b [Brief], who: &str) -> Option<&'b Brief> {
    let (code, name) = (chosen(who), name_key(who));
    choices.iter().find(|brief| brief.code == code).or_else(|| {
        let mut named =
            choices.iter().filter(|brief| name_key(&brief.name) == name || name_key(brief.called()) == name);
        named.next().filter(|_| named.next().is_none())
    })
}

/// Which enterprise a problem is raised for.
pub(super) enum Meant {
    Known(Brief),
    /// None of the register: it is noted as it was typed.
    Unregistered,
    /// To be asked: perhaps one of these.
    Unclear(Vec<Brief>),
}

impl Meant {
    pub(super) fn known(&self) -> Option<&Brief> {
        match self {
            Meant::Known(brief) => Some(brief),
            _ => None,
        }
    }
}

/// Whom a problem is raised for.
pub(super) enum Firm {
    Known(Brief),
    /// Not in the register; what is to be noted of it, if nobody waits under that name already.
    Noted(EnterpriseId, Option<Unregistered>),
}

impl Firm {
    pub(super) fn id(&self) -> EnterpriseId {
        match self {
            Firm::Known(brief) => brief.id,
            Firm::Noted(id, _) => *id,
        }
    }

    /// Under which an address's problems are counted. Names that nobody knows are counted together.
    pub(super) fn key(&self) -> &str {
        match self {
            Firm::Known(brief) => &brief.code,
            Firm::Noted(..) => "unregistered",
        }
    }

    pub(super) fn noted(self) -> Option<Unregistered> {
        match self {
            Firm::Known(_) => None,
            Firm::Noted(_, named) => named,
        }
    }
}
