//! What happens to the settings of casework: limits, categories, hours, the calendar, the telephone of the desk.

use serde::{Deserialize, Serialize};

use crate::{fact, names};

names! {
    /// What can happen to a setting.
    SettingEvent {
        LimitAdded = "limit.added",
        LimitEnded = "limit.ended",
        CategoryAdded = "category.added",
        CategoryChanged = "category.changed",
        HoursChanged = "hours.changed",
        NoticeAdded = "calendar.notice_added",
        NoticeCorrected = "calendar.notice_corrected",
        NoticeWithdrawn = "calendar.notice_withdrawn",
        LastDayChanged = "calendar.last_day_changed",
        DeskLineChanged = "desk_line.changed",
    }
}

/// A setting changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingTold {
    pub event: SettingEvent,
    /// Limit row, code of the category, number of the notice; a word for what there is one of.
    pub id: String,
    /// Of all settings together: rises with every change of limits, categories, hours and calendar.
    pub version: i64,
}
fact!(SettingTold, "casework.setting");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_json_are_those_in_the_program() {
        for event in SettingEvent::ALL {
            assert_eq!(serde_json::to_value(event).unwrap(), event.as_str());
        }
        let told: SettingTold =
            serde_json::from_str(r#"{"event": "limit.added", "id": "accept-1", "version": 7, "later": true}"#).unwrap();
        assert_eq!((told.event, told.version), (SettingEvent::LimitAdded, 7), "a field that comes later does not hurt");
    }
}
