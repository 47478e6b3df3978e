//! Weekdays and times of day beside a date, as people and office programs write them.

use chrono::NaiveTime;

use crate::date_text::{DateError, number};

/// Words for halves of the day, and whether their hours count from noon.
const HALVES: [(&str, bool); 7] =
    [("上午", false), ("凌晨", false), ("早上", false), ("中午", true), ("下午", true), ("晚上", true), ("傍晚", true)];

/// The words that begin a time of day.
pub(crate) fn halves() -> impl Iterator<Item = &'static str> {
    HALVES.iter().map(|(word, _)| *word)
}

/// `星期四`, `(周四)`: the date says it already, and if it says otherwise, the date is what counts.
pub(crate) fn without_weekday(text: &str) -> String {
    for word in ["星期", "礼拜", "周"] {
        let Some((before, after)) = text.split_once(word) else { continue };
        let mut rest = after.chars();
        if rest.next().is_some_and(|c| "一二三四五六日天1234567".contains(c)) {
            let (before, rest) = (before.trim_end(), rest.as_str());
            let inside = before.strip_suffix('(').zip(rest.strip_prefix(')'));
            let (before, rest) = inside.unwrap_or((before, rest));
            return format!("{} {}", before.trim_end(), rest.trim_start());
        }
    }
    text.to_owned()
}

/// `14:30`, `14:30:05`, `14时30分`, `14点`, `下午2:30`, `2:30 PM`, or nothing.
pub(crate) fn parse_time(text: &str) -> Result<Option<NaiveTime>, DateError> {
    let text = text.trim().trim_start_matches('T');
    if text.is_empty() {
        return Ok(None);
    }
    let half = HALVES.iter().find_map(|(word, from_noon)| text.strip_prefix(word).map(|rest| (rest, *from_noon)));
    let upper = text.to_ascii_uppercase();
    let half = half.or_else(|| {
        let (rest, from_noon) =
            upper.strip_suffix("AM").map(|rest| (rest, false)).or_else(|| Some((upper.strip_suffix("PM")?, true)))?;
        text.get(..rest.len()).map(|rest| (rest, from_noon))
    });
    let (text, from_noon) = half.map_or((text, None), |(rest, from_noon)| (rest.trim(), Some(from_noon)));
    let text = text.replace("点半", "点30分");
    let plain = text.replace(['时', '点', '分'], ":").replace('秒', "");
    let whole_hour = text.ends_with(['时', '点']);
    let parts: Vec<&str> = plain.trim_end_matches(':').split(':').map(str::trim).collect();
    if parts.len() > 3 || (parts.len() == 1 && !whole_hour) {
        return Err(DateError::Time);
    }
    let mut values = [0; 3];
    for (value, part) in values.iter_mut().zip(&parts) {
        *value = number(part, 1, 2).map_err(|_| DateError::Time)?;
    }
    match from_noon {
        // 12:05 AM is five past midnight, 下午14:30 is said by people who know both clocks.
        Some(false) if values[0] == 12 && half.is_some() && upper.ends_with("AM") => values[0] = 0,
        Some(true) if values[0] < 11 || values[0] == 11 && !upper.starts_with("中午") => values[0] += 12,
        _ => {}
    }
    NaiveTime::from_hms_opt(values[0], values[1], values[2]).map(Some).ok_or(DateError::Time)
}
