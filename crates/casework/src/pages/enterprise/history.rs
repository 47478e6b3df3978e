//! What happened, as the enterprise reads it: every event it may see, in its words, newest first.

use std::collections::HashMap;

use kernel::UnitId;
use web::Words;
use web::components::{Link, TimelineItem};

use crate::event::{ActorKind, Event, Outcome, Recorded, Role, Verdict};
use crate::pages::shared::{category, name, outcome, result};
use crate::pages::standing::limit_text;
use crate::settings::Settings;
use crate::store::case::{outcome_word, word};
use crate::store::enterprise_side::Names;

/// What telling an event needs to know.
pub(super) struct Telling<'a> {
    pub w: &'a Words,
    pub settings: &'a Settings,
    pub units: &'a HashMap<UnitId, Names>,
    /// Address of the page, for links to files.
    pub href: &'a str,
}

impl Telling<'_> {
    /// The events of one need that the enterprise may see, newest first.
    pub(super) fn items(&self, events: &[Recorded], need: u16) -> Vec<TimelineItem> {
        let seen = events.iter().rev().filter(|own| own.event.visible_to_enterprise() && concerns(own, need));
        seen.filter_map(|own| self.item(own)).collect()
    }

    /// `服务专班`, `自然资源局 张伟`, the enterprise's own person.
    pub(super) fn who(&self, own: &Recorded) -> String {
        match own.by.kind {
            ActorKind::Desk => self.w.t("enterprise-desk").into_owned(),
            ActorKind::System => self.w.t("brand").into_owned(),
            ActorKind::Handler | ActorKind::Leader | ActorKind::Helper => match own.by.unit {
                Some(unit) => format!("{} {}", self.unit(unit), own.by.name),
                None => own.by.name.clone(),
            },
            ActorKind::Enterprise => own.by.name.clone(),
        }
    }

    pub(super) fn unit(&self, id: UnitId) -> String {
        self.units.get(&id).map_or_else(String::new, |names| name(self.w, names).to_owned())
    }

    /// One event; nothing for what has no meaning outside.
    /// words: enterprise-event-*
    pub(super) fn item(&self, own: &Recorded) -> Option<TimelineItem> {
        let w = self.w;
        let t = |key: &str| w.t(key).into_owned();
        let mut note = None;
        let mut link = None;
        let mut quiet = false;
        let what = match &own.event {
            Event::Submitted { .. } => t("enterprise-event-submitted"),
            Event::Resubmitted { .. } => t("enterprise-event-resubmitted"),
            Event::Accepted { .. } => t("enterprise-event-accepted"),
            Event::Returned { explanation, .. } => {
                note = Some(explanation.clone());
                t("enterprise-event-returned")
            }
            Event::Classified { classification, resolve } => {
                let kind = category(w, self.settings, &classification.category);
                let limit = limit_text(w, resolve.n, resolve.unit);
                w.f("enterprise-event-classified", &[("category", &kind), ("limit", &limit)])
            }
            Event::Split { title, .. } => w.f("enterprise-event-split", &[("title", title)]),
            Event::Assigned { unit, role, .. } => {
                let key =
                    if *role == Role::Lead { "enterprise-event-assigned" } else { "enterprise-event-assigned-co" };
                w.f(key, &[("unit", &self.unit(*unit))])
            }
            Event::Signed { .. } => t("enterprise-event-signed"),
            Event::Progress { text, .. } => {
                note = Some(text.clone());
                t("enterprise-event-progress")
            }
            // Which number was called is for the desk.
            Event::ContactTried { .. } => t("enterprise-event-contact-tried"),
            Event::WaitStarted { reason } => {
                note = Some(reason.clone());
                t("enterprise-event-wait-started")
            }
            Event::WaitEnded => {
                quiet = true;
                t("enterprise-event-wait-ended")
            }
            Event::ExtensionDecided { limit: Some(limit), .. } => {
                w.f("enterprise-event-extended", &[("limit", &limit_text(w, limit.n, limit.unit))])
            }
            Event::Answered { outcome: came, text, .. } => {
                note = Some(text.clone());
                w.f("enterprise-event-answered", &[("outcome", &self.outcome(*came))])
            }
            // What was noted on the telephone is for the desk.
            Event::CalledBack { result: said, .. } => {
                w.f("enterprise-event-called-back", &[("result", &result(w, &word(said)))])
            }
            Event::Reopened { .. } => t("enterprise-event-reopened"),
            Event::Closed { .. } => t("enterprise-event-closed"),
            Event::Rated { verdict, stars, text } => {
                note = Some(text.clone());
                let key = match verdict {
                    Verdict::Solved => "enterprise-event-solved",
                    Verdict::NotSolved => "enterprise-event-not-solved",
                };
                match stars {
                    Some(stars) => format!("{} · {}", w.t(key), w.f("enterprise-stars", &[("n", stars)])),
                    None => t(key),
                }
            }
            Event::RatingTakenBack => t("enterprise-event-taken-back"),
            Event::Objected { text } => {
                note = Some(text.clone());
                t("enterprise-event-objected")
            }
            Event::Withdrawn { reason } => {
                note = Some(reason.clone());
                t("enterprise-event-withdrawn")
            }
            Event::Attached { file, name } => {
                link = Some(Link::new(format!("{}/files/{file}", self.href), name.clone()));
                t("enterprise-event-attached")
            }
            Event::Commented { text, .. } => {
                note = Some(text.clone());
                t("enterprise-event-commented")
            }
            Event::EnterpriseLinked { enterprise, .. } => w.f("enterprise-event-linked", &[("enterprise", enterprise)]),
            _ => return None,
        };
        let mut item = TimelineItem::new(self.who(own), what, w.stamp(own.at));
        if let Some(note) = note.filter(|note| !note.trim().is_empty()) {
            item = item.note(note);
        }
        if let Some(link) = link {
            item = item.link(link);
        }
        Some(if quiet { item.quiet() } else { item })
    }

    pub(super) fn outcome(&self, came: Outcome) -> String {
        outcome(self.w, outcome_word(came))
    }
}

/// Whether an event belongs to a need or to the request as a whole.
pub(super) fn concerns(own: &Recorded, need: u16) -> bool {
    own.need.is_none_or(|index| index == need)
}
