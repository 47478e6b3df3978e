//! The telephone of the service desk: set by an administrator, every change kept with who made it and when.

use std::future::Future;
use std::pin::Pin;

use chrono::{DateTime, Utc};
use db::{Conn, Tx};
use events::SettingEvent;
use identity::Actor;
use kernel::{ChinaPhone, Error, FieldError, PhoneError, Result};
use serde_json::json;
use web::DeskLine;

use crate::engine::Casework;
use crate::settings_change::end;
use crate::store;

/// Longest text on when somebody answers, in characters.
pub const MOST_HOURS: usize = 40;

/// The number in its one form, `None` for a county without one.
///
/// # Errors
/// `invalid-fields` names what is wrong with `phone`, `hours` or `hours_en`.
pub fn checked(phone: &str, hours: &str, hours_en: &str) -> Result<DeskLine> {
    let mut wrong = Vec::new();
    let phone = match ChinaPhone::of_office(phone) {
        Ok(phone) => phone,
        Err(PhoneError::Empty) => String::new(),
        Err(error) => {
            let code = if error == PhoneError::Form { "desk-phone-form" } else { error.code() };
            wrong.push(FieldError::new("phone", code));
            String::new()
        }
    };
    let mut said = |field: &'static str, text: &str| {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let length = text.chars().count();
        if length > MOST_HOURS {
            wrong.push(FieldError::new(field, "too-long").arg("limit", MOST_HOURS).arg("length", length));
        }
        text
    };
    let (hours, hours_en) = (said("hours", hours), said("hours_en", hours_en));
    if phone.is_empty() && wrong.is_empty() && !(hours.is_empty() && hours_en.is_empty()) {
        wrong.push(FieldError::new("phone", "desk-phone-hours-alone"));
    }
    Error::check(wrong)?;
    Ok(DeskLine { phone, hours, hours_en })
}

/// The number in force, for pages of other modules: [`web::ReadDeskLine`].
pub fn read<'c>(conn: &'c mut Conn) -> Pin<Box<dyn Future<Output = Result<DeskLine>> + Send + 'c>> {
    Box::pin(store::desk_line::last(conn))
}

/// Sets the number of a county that is just being made.
///
/// # Errors
/// What the database says.
pub async fn install(tx: &mut Tx, line: &DeskLine, by: &str, now: DateTime<Utc>) -> Result<()> {
    store::desk_line::put(tx, line, by, now).await
}

impl Casework {
    /// Sets or, with an empty one, takes away the number. What is so already is left as it is.
    ///
    /// # Errors
    /// `not-allowed`; what the database says.
    pub async fn put_desk_line(&self, actor: &Actor, line: &DeskLine) -> Result<()> {
        let mut change = self.begin_settings(actor).await?;
        if store::desk_line::last(&mut change).await? == *line {
            change.leave().await;
            return Ok(());
        }
        let now = change.at();
        store::desk_line::put(&mut change, line, &actor.name, now).await?;
        // No number stands in the audit, not even one that hangs on every wall.
        let detail = json!({"set": line.is_set()});
        end(change, ("put-desk-line", SettingEvent::DeskLineChanged), "desk-line", detail).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_and_what_is_wrong_is_named() {
        let line = checked(" 0373 8812345 ", " 工作日  9:00–17:30 ", "").unwrap();
        assert_eq!((line.phone.as_str(), line.hours.as_str()), ("0373-8812345", "工作日 9:00–17:30"));
        assert_eq!(checked("１２３４５", "", "").unwrap().phone, "12345");
        assert_eq!(checked("", " ", "").unwrap(), DeskLine::default());
        for (given, want) in [
            (["8812345", "", ""], "phone phone-no-area-code"),
            (["12", "", ""], "phone desk-phone-form"),
            (["", "工作日", ""], "phone desk-phone-hours-alone"),
            (["12345", "", &"a".repeat(41)], "hours_en too-long"),
        ] {
            let error = checked(given[0], given[1], given[2]).unwrap_err();
            let told: Vec<String> = error.fields.iter().map(|f| format!("{} {}", f.field, f.code)).collect();
            assert_eq!(told, [want]);
        }
    }
}
