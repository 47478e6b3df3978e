//! The days that are off by law whatever a notice says, and the seven festivals a notice arranges.

use std::ops::RangeInclusive;

use chrono::{Datelike, Days, NaiveDate};

use crate::festivals;

/// A public holiday of everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Festival {
    NewYear,
    Spring,
    Qingming,
    Labour,
    DragonBoat,
    MidAutumn,
    National,
}

impl Festival {
    /// All seven, in the order of the year.
    pub const ALL: [Festival; 7] = [
        Festival::NewYear,
        Festival::Spring,
        Festival::Qingming,
        Festival::Labour,
        Festival::DragonBoat,
        Festival::MidAutumn,
        Festival::National,
    ];

    /// As notices call it: `元旦`, `春节`, `清明节`, `劳动节`, `端午节`, `中秋节`, `国庆节`.
    pub fn name(self) -> &'static str {
        match self {
            Festival::NewYear => "元旦",
            Festival::Spring => "春节",
            Festival::Qingming => "清明节",
            Festival::Labour => "劳动节",
            Festival::DragonBoat => "端午节",
            Festival::MidAutumn => "中秋节",
            Festival::National => "国庆节",
        }
    }

    /// A stable word for forms and files: `new_year`, `spring`, `qingming`, `labour`, `dragon_boat`, `mid_autumn`,
    /// `national`.
    pub fn as_str(self) -> &'static str {
        match self {
            Festival::NewYear => "new_year",
            Festival::Spring => "spring",
            Festival::Qingming => "qingming",
            Festival::Labour => "labour",
            Festival::DragonBoat => "dragon_boat",
            Festival::MidAutumn => "mid_autumn",
            Festival::National => "national",
        }
    }

    /// The festivals a name speaks of: `国庆节、中秋节` are two, `清明` is `清明节`.
    pub fn named_in(text: &str) -> impl Iterator<Item = Festival> {
        Festival::ALL.into_iter().filter(move |festival| text.contains(festival.name().trim_end_matches('节')))
    }

    /// The days of this festival that are off by law in a year; empty outside [`STATUTORY_YEARS`].
    pub fn statutory(self, year: i32) -> Vec<NaiveDate> {
        let moving = if STATUTORY_YEARS.contains(&year) { festivals::moving(year) } else { None };
        let Some(moving) = moving else { return Vec::new() };
        let (first, before, count) = match self {
            Festival::NewYear => ((1, 1), 0, 1),
            // New Year's Eve and the first three days of the lunar year.
            Festival::Spring => (moving.lunar_new_year, 1, 4),
            Festival::Qingming => (moving.qingming, 0, 1),
            Festival::Labour => ((5, 1), 0, 2),
            Festival::DragonBoat => (moving.dragon_boat, 0, 1),
            Festival::MidAutumn => (moving.mid_autumn, 0, 1),
            Festival::National => ((10, 1), 0, 3),
        };
        let first =
            NaiveDate::from_ymd_opt(year, first.0, first.1).and_then(|day| day.checked_sub_days(Days::new(before)));
        first.map_or_else(Vec::new, |first| first.iter_days().take(count).collect())
    }
}

/// Years for which the statutory days are known: from the year in which the rule of thirteen days (Regulation on Public
/// Holidays for National Annual Festivals and Memorial Days, State Council Order 795) came into force, to the end of the
/// table of lunar dates.
pub const STATUTORY_YEARS: RangeInclusive<i32> = 2025..=festivals::LAST;

/// The days off by law in a year with their festival, by date (3 October 2028 is one of two festivals); empty outside
/// [`STATUTORY_YEARS`].
pub fn statutory_days(year: i32) -> Vec<(NaiveDate, Festival)> {
    let mut days: Vec<_> =
        Festival::ALL.into_iter().flat_map(|own| own.statutory(year).into_iter().map(move |day| (day, own))).collect();
    days.sort_unstable();
    days
}

/// The festival by which a day is off by law, without allocation; the earlier of two.
pub(crate) fn festival_on(date: NaiveDate) -> Option<Festival> {
    let moving = festivals::moving(date.year()).filter(|_| STATUTORY_YEARS.contains(&date.year()))?;
    let day = (date.month(), date.day());
    let after = |first: (u32, u32)| {
        let first = NaiveDate::from_ymd_opt(date.year(), first.0, first.1)?;
        Some((date - first).num_days())
    };
    match day {
        (1, 1) => Some(Festival::NewYear),
        (5, 1..=2) => Some(Festival::Labour),
        _ if after(moving.lunar_new_year).is_some_and(|days| (-1..3).contains(&days)) => Some(Festival::Spring),
        _ if day == moving.qingming => Some(Festival::Qingming),
        _ if day == moving.dragon_boat => Some(Festival::DragonBoat),
        _ if day == moving.mid_autumn => Some(Festival::MidAutumn),
        (10, 1..=3) => Some(Festival::National),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail")]
mod tests {
    use chrono::Weekday;

    use super::*;
    use crate::{Calendar, DayKind};

    fn on(year: i32, (month, day): (u32, u32)) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn the_table_has_the_structure_of_the_lunar_year() {
        assert_eq!(festivals::LAST, 2100);
        assert!(festivals::moving(2018).is_none() && festivals::moving(2101).is_none());
        let mut before: Option<NaiveDate> = None;
        for year in 2019..=2100 {
            let moving = festivals::moving(year).unwrap();
            let new_year = on(year, moving.lunar_new_year);
            assert!(on(year, (1, 21)) <= new_year && new_year <= on(year, (2, 20)), "{new_year}");
            assert!([4, 5].contains(&moving.qingming.1) && moving.qingming.0 == 4, "{year}");
            // Twelve months have 353 to 355 days, thirteen 383 to 385.
            if let Some(before) = before {
                let length = (new_year - before).num_days();
                assert!((353..=355).contains(&length) || (383..=385).contains(&length), "{year}: {length}");
            }
            before = Some(new_year);
            // The fifth day of the fifth month: four months (or five, with a leap month) of 29 or 30 days later.
            let dragon = (on(year, moving.dragon_boat) - new_year).num_days();
            assert!((121..=124).contains(&dragon) || (150..=153).contains(&dragon), "{year}: {dragon}");
            let autumn = (on(year, moving.mid_autumn) - on(year, moving.dragon_boat)).num_days();
            assert!((97..=100).contains(&autumn) || (126..=129).contains(&autumn), "{year}: {autumn}");
            assert!(
                on(year, (9, 7)) <= on(year, moving.mid_autumn) && on(year, moving.mid_autumn) <= on(year, (10, 8))
            );
        }
    }

    #[test]
    fn well_known_new_years_and_the_notices_so_far_agree() {
        for (year, day) in
            [(2027, (2, 6)), (2028, (1, 26)), (2030, (2, 3)), (2034, (2, 19)), (2050, (1, 23)), (2100, (2, 9))]
        {
            assert_eq!(festivals::moving(year).unwrap().lunar_new_year, day, "{year}");
        }
        for year in 2019..=2026 {
            let moving = festivals::moving(year).unwrap();
            for (day, festival) in [
                (moving.lunar_new_year, Festival::Spring),
                (moving.qingming, Festival::Qingming),
                (moving.dragon_boat, Festival::DragonBoat),
                (moving.mid_autumn, Festival::MidAutumn),
            ] {
                let found = Calendar::china().day(on(year, day));
                assert_eq!(found.kind, DayKind::Holiday, "{year} {festival:?}");
                // In 2020 Mid-Autumn is 1 October and bears both names.
                let named: Vec<_> = Festival::named_in(found.name.unwrap()).collect();
                assert!(
                    named.contains(&festival) || (year, festival) == (2020, Festival::MidAutumn),
                    "{year} {named:?}"
                );
            }
        }
    }

    #[test]
    fn thirteen_days_a_year_are_off_by_law() {
        for year in STATUTORY_YEARS {
            let days = statutory_days(year);
            assert_eq!(days.len(), 13, "{year}");
            for (day, festival) in &days {
                let found = festival_on(*day).unwrap();
                assert!(found == *festival || days.contains(&(*day, found)), "{day}: {found:?}");
            }
            let all = on(year, (1, 1)).iter_days().take_while(|day| day.year() == year);
            let off: Vec<_> = all.filter(|day| festival_on(*day).is_some()).collect();
            let mut expected: Vec<_> = days.iter().map(|(day, _)| *day).collect();
            expected.dedup();
            assert_eq!(off, expected);
            // What is off by law was off in every notice since the rule.
            if year <= 2026 {
                assert!(days.iter().all(|(day, _)| Calendar::china().day(*day).kind == DayKind::Holiday), "{year}");
            }
        }
        assert!(statutory_days(2024).is_empty() && statutory_days(2101).is_empty());
        assert_eq!(festival_on(on(2024, (1, 1))), None);
        assert_eq!(festival_on(on(2028, (10, 3))), Some(Festival::MidAutumn));
        assert_eq!(on(2027, (2, 5)).weekday(), Weekday::Fri);
        assert_eq!(festival_on(on(2027, (2, 5))), Some(Festival::Spring), "New Year's Eve");
    }
}
