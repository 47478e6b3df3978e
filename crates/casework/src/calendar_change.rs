//! Changing the calendar: a notice added, corrected or withdrawn, the rule for last days switched; what it would move is
//! shown before, and open clocks follow by a job.

use events::SettingEvent;
use identity::Actor;
use kernel::{Error, Result};
use serde_json::json;
use workdays::{Calendar, Notice, ProseFault};

use crate::clocks::recompute;
use crate::engine::Casework;
use crate::event::DueChange;
use crate::settings::Settings;
use crate::settings_change::{end, open_requests};
use crate::store;
use crate::store::calendar::{Act, LastDayChange, NewAct};

/// What is to be done to the notices of the calendar.
#[derive(Clone, Debug)]
pub enum NoticeChange {
    Add(Notice),
    /// `id`: the number it has now, which may be what is corrected.
    Correct {
        id: String,
        notice: Notice,
        reason: String,
    },
    Withdraw {
        id: String,
        reason: String,
    },
}

/// What a change of the calendar would do to open deadlines.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// The calendar as it would be.
    pub then: Option<Calendar>,
    pub moved: Vec<Moved>,
    /// Deadlines that would move earlier, to a moment already past, and so stay as they are.
    pub kept: usize,
    /// How many requests with open needs were looked at: all there are.
    pub looked_at: usize,
}

/// A deadline that moves, or would.
#[derive(Clone, Debug)]
pub struct Moved {
    pub number: String,
    pub change: DueChange,
}

impl NoticeChange {
    /// The calendar after the change, and what is recorded of it.
    ///
    /// # Errors
    /// `calendar-incomplete` when a notice for a year lacks a festival or a day off by law, `calendar-refused` when the
    /// notices do not fit together, `not_found` for a number the calendar does not have.
    fn apply(&self, calendar: &Calendar) -> Result<(Calendar, Act, String, Notice)> {
        let refused = |e: workdays::CalendarError| Error::invalid("calendar-refused").arg("detail", e);
        let known = |id: &str| {
            let found = calendar.notices().iter().find(|notice| notice.id == id);
            found.cloned().ok_or_else(|| Error::not_found("calendar"))
        };
        let without =
            |id: &str| calendar.notices().iter().filter(|notice| notice.id != id).cloned().collect::<Vec<_>>();
        match self {
            Self::Add(notice) => {
                whole(notice)?;
                let then = calendar.with_notice(notice.clone()).map_err(refused)?;
                Ok((then, Act::Added, notice.id.clone(), notice.clone()))
            }
            Self::Correct { id, notice, .. } => {
                known(id)?;
                whole(notice)?;
                let mut notices = without(id);
                notices.push(notice.clone());
                let then = Calendar::from_notices(notices).map_err(refused)?;
                if then.version() == calendar.version() {
                    return Err(Error::invalid("nothing-changed"));
                }
                Ok((then, Act::Corrected, id.clone(), notice.clone()))
            }
            Self::Withdraw { id, .. } => {
                let notice = known(id)?;
                let then = Calendar::from_notices(without(id)).map_err(refused)?;
                Ok((then, Act::Withdrawn, id.clone(), notice))
            }
        }
    }

    fn reason(&self) -> &str {
        match self {
            Self::Add(_) => "",
            Self::Correct { reason, .. } | Self::Withdraw { reason, .. } => reason,
        }
    }
}

/// A notice for a year names all seven festivals and every day off by law.
fn whole(notice: &Notice) -> Result<()> {
    let gaps = notice.gaps();
    if gaps.is_empty() {
        return Ok(());
    }
    let detail = gaps.iter().map(ProseFault::to_string).collect::<Vec<_>>().join("; ");
    Err(Error::invalid("calendar-incomplete").arg("detail", detail))
}

fn calendar_of(settings: &Settings) -> Result<&Calendar> {
    settings.calendar().ok_or_else(|| Error::internal("no calendar"))
}

impl Casework {
    /// Adds, corrects or withdraws a holiday notice; open clocks follow.
    ///
    /// # Errors
    /// As the preview says; a field error for a correction or withdrawal without a reason.
    pub async fn change_notice(&self, actor: &Actor, wanted: &NoticeChange) -> Result<()> {
        let mut change = self.begin_settings(actor).await?;
        let settings = self.settings(&mut change).await?;
        let (_, act, id, notice) = wanted.apply(calendar_of(&settings)?)?;
        let reason = wanted.reason().trim();
        if act != Act::Added && reason.is_empty() {
            return Err(Error::invalid("invalid-fields").field("reason", "required"));
        }
        let now = change.at();
        let new = [NewAct { act, id: &id, notice: &notice }];
        store::calendar::record(&mut change, &new, reason, &actor.name, now).await?;
        let action = match act {
            Act::Added => ("add-notice", SettingEvent::NoticeAdded),
            Act::Corrected => ("correct-notice", SettingEvent::NoticeCorrected),
            Act::Withdrawn => ("withdraw-notice", SettingEvent::NoticeWithdrawn),
        };
        self.follow(&mut change).await?;
        end(change, action, &id, json!({"year": notice.year})).await?;
        jobs::wake();
        Ok(())
    }

    /// Which open deadlines a change of the notices would move: every open request is looked at.
    ///
    /// # Errors
    /// When the notices would not fit together.
    pub async fn preview_notice(&self, change: &NoticeChange) -> Result<Preview> {
        let mut conn = self.db.read().await?;
        let settings = self.settings(&mut conn).await?;
        let (calendar, ..) = change.apply(calendar_of(&settings)?)?;
        let then = settings.with_calendar(calendar.clone());
        drop(conn);
        self.preview(&then, Some(calendar)).await
    }

    /// Which open deadlines would move if limits in days or months ended on the next working day, or did not.
    ///
    /// # Errors
    /// What the database says.
    pub async fn preview_last_day(&self, next_workday: bool) -> Result<Preview> {
        let settings = self.settings(&mut self.db.read().await?).await?;
        let same = settings.with_calendar(calendar_of(&settings)?.clone());
        self.preview(&same.ending_on_workdays(next_workday), None).await
    }

    async fn preview(&self, then: &Settings, calendar: Option<Calendar>) -> Result<Preview> {
        let now = self.clock.now();
        let mut conn = self.db.read().await?;
        let mut found = Preview { then: calendar, ..Preview::default() };
        for id in open_requests(&mut conn).await? {
            let Some(own) = store::case::load(&mut conn, id).await? else { continue };
            found.looked_at += 1;
            for need in &own.case.needs {
                let (changes, kept) = recompute(&own.case, need.index, &then.terms, then, now);
                let number = own.case.need_number(need.index);
                found.kept += kept.len();
                found.moved.extend(changes.into_iter().map(|change| Moved { number: number.clone(), change }));
            }
        }
        Ok(found)
    }

    /// Switches the rule for limits in days or months whose last day is off; open clocks follow.
    ///
    /// # Errors
    /// `nothing-changed` when it is so already, a field error without a reason.
    pub async fn put_last_day(&self, actor: &Actor, next_workday: bool, reason: &str) -> Result<()> {
        let mut change = self.begin_settings(actor).await?;
        if self.settings(&mut change).await?.terms.next_workday == next_workday {
            return Err(Error::invalid("nothing-changed"));
        }
        let reason = reason.trim().to_owned();
        if reason.is_empty() {
            return Err(Error::invalid("invalid-fields").field("reason", "required"));
        }
        let put = LastDayChange { next_workday, reason, person: actor.name.clone(), at: change.at() };
        store::calendar::put_last_day(&mut change, &put).await?;
        self.follow(&mut change).await?;
        let detail = json!({"next_workday": next_workday});
        end(change, ("put-last-day", SettingEvent::LastDayChanged), "last-day", detail).await?;
        jobs::wake();
        Ok(())
    }
}
