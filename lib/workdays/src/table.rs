//! Rank and select over working days: "how many up to this day" and "which is the k-th", both without a loop.

use crate::zone;

/// Counts Monday to Friday in the days 1..=`number`; day 1 (0001-01-01) is a Monday.
fn weekdays(number: i64) -> i64 {
    number.div_euclid(7) * 5 + number.rem_euclid(7).min(5)
}

/// The inverse: the day that is the `k`-th Monday-to-Friday.
fn nth_weekday(k: i64) -> i64 {
    (k - 1).div_euclid(5) * 7 + (k - 1).rem_euclid(5) + 1
}

pub(crate) fn is_weekday(number: i64) -> bool {
    (1..=5).contains(&number.rem_euclid(7))
}

/// Working days of a span of known days; outside the span Monday to Friday count.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    first: i64,
    /// Rank of the day before `first`.
    base: i64,
    /// `ranks[i]`: working days among the first `i + 1` days of the span.
    ranks: Vec<u32>,
    /// Offsets from `first` of the working days of the span, ascending.
    days: Vec<u32>,
    /// What the notices added (or took) compared with Monday to Friday, over the whole span.
    shift: i64,
}

impl Table {
    /// `exceptions`: day number and whether it is worked, for days inside `first..=last`, ascending.
    pub(crate) fn new(first: i64, last: i64, exceptions: impl Iterator<Item = (i64, bool)>) -> Self {
        let mut exceptions = exceptions.peekable();
        let (mut ranks, mut days) = (Vec::new(), Vec::new());
        for number in first..=last {
            let worked = match exceptions.next_if(|(day, _)| *day == number) {
                Some((_, worked)) => worked,
                None => is_weekday(number),
            };
            if worked {
                // A span is at most a few centuries of days, far below u32::MAX.
                days.push((number - first) as u32);
            }
            ranks.push(days.len() as u32);
        }
        let base = weekdays(first - 1);
        let shift = days.len() as i64 - (weekdays(last.max(first - 1)) - base);
        Self { first, base, ranks, days, shift }
    }

    /// Working days in the days 1..=`number`.
    pub(crate) fn rank(&self, number: i64) -> i64 {
        if number < self.first {
            return weekdays(number);
        }
        match self.ranks.get((number - self.first) as usize) {
            Some(rank) => self.base + i64::from(*rank),
            None => weekdays(number) + self.shift,
        }
    }

    /// The day of rank `k`, that is, the earliest day up to which `k` working days lie.
    pub(crate) fn select(&self, k: i64) -> i64 {
        if k <= self.base {
            return nth_weekday(k);
        }
        match self.days.get((k - self.base - 1) as usize) {
            Some(offset) => self.first + i64::from(*offset),
            None => nth_weekday(k - self.shift),
        }
    }

    pub(crate) fn is_worked(&self, number: i64) -> bool {
        self.rank(number) > self.rank(number - 1)
    }

    /// The `n`-th working day after `start`; `start` itself for 0. Days beyond year 9999 come back as such.
    pub(crate) fn add(&self, start: i64, n: i64) -> i64 {
        if n == 0 { start } else { self.select(self.rank(start) + n).min(zone::LAST_DAY + 1) }
    }

    /// Working days in (`start`, `end`]; negative when `end` lies before `start`.
    pub(crate) fn count(&self, start: i64, end: i64) -> i64 {
        self.rank(end) - self.rank(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rank_and_select_agree_with_a_plain_loop() {
        // A span of three weeks with a worked Saturday and Sunday, a free Monday, and free days at both ends.
        let exceptions = [(701, false), (706, true), (714, true), (715, false), (721, true)];
        let table = Table::new(701, 721, exceptions.into_iter());
        let worked = |day: i64| exceptions.iter().find(|(d, _)| *d == day).map_or(is_weekday(day), |(_, w)| *w);
        let mut rank = 0;
        for day in 1..1000 {
            rank += i64::from(worked(day));
            assert_eq!(table.rank(day), rank, "rank of day {day}");
            assert_eq!(table.is_worked(day), worked(day), "day {day}");
            if worked(day) {
                assert_eq!(table.select(rank), day, "select {rank}");
            }
        }
    }
}
