//! Lengths of time: whole months, or nanoseconds.

use super::temporal::{DAY, HOUR, MINUTE, SECOND, fraction_nanos, write_seconds};

/// A length of time: whole months, or nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Span {
    Months(i64),
    Nanos(i128),
}

impl Span {
    /// `P1Y2M`, `P3DT4H5M6.7S`, with `-` in front; months and days are not mixed.
    pub fn parse(text: &str) -> Option<Span> {
        let (sign, body) = match text.strip_prefix('-') {
            Some(body) => (-1, body),
            None => (1, text),
        };
        let body = body.strip_prefix('P')?;
        let (days, clock) = match body.split_once('T') {
            Some((days, clock)) => (days, Some(clock)),
            None => (body, None),
        };
        let (mut months, mut nanos, mut any) = (None::<i64>, None::<i128>, false);
        let parts = |text: &str, units: &str| -> Option<Vec<(String, char)>> {
            let mut found = Vec::new();
            let mut digits = String::new();
            let mut last = 0;
            for c in text.chars() {
                if c.is_ascii_digit() || (c == '.' && !digits.is_empty()) {
                    digits.push(c);
                    continue;
                }
                let place = units.find(c).filter(|place| found.is_empty() || *place > last)?;
                (!digits.is_empty() && !digits.ends_with('.')).then_some(())?;
                last = place;
                found.push((std::mem::take(&mut digits), c));
            }
            digits.is_empty().then_some(found)
        };
        for (digits, unit) in parts(days, "YMD")? {
            any = true;
            let value: i64 = digits.parse().ok()?;
            match unit {
                'Y' => months = Some(months.unwrap_or(0).checked_add(value.checked_mul(12)?)?),
                'M' => months = Some(months.unwrap_or(0).checked_add(value)?),
                _ => nanos = Some(i128::from(value) * DAY),
            }
        }
        if let Some(clock) = clock {
            let found = parts(clock, "HMS")?;
            if found.is_empty() {
                return None;
            }
            for (digits, unit) in found {
                any = true;
                let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, "0"));
                if unit != 'S' && digits.contains('.') {
                    return None;
                }
                let value: i128 = whole.parse().ok()?;
                let by = match unit {
                    'H' => HOUR,
                    'M' => MINUTE,
                    _ => SECOND,
                };
                let more = value.checked_mul(by)?.checked_add(fraction_nanos(fraction)?)?;
                nanos = Some(nanos.unwrap_or(0).checked_add(more)?);
            }
        }
        match (months, nanos) {
            (Some(months), None) => Some(Span::Months(sign * months)),
            (None, Some(nanos)) if any => Some(Span::Nanos(i128::from(sign) * nanos)),
            _ => None,
        }
    }

    #[must_use]
    pub fn negate(self) -> Span {
        match self {
            Span::Months(months) => Span::Months(-months),
            Span::Nanos(nanos) => Span::Nanos(-nanos),
        }
    }

    #[must_use]
    pub fn abs(self) -> Span {
        match self {
            Span::Months(months) => Span::Months(months.abs()),
            Span::Nanos(nanos) => Span::Nanos(nanos.abs()),
        }
    }

    pub fn hours(nanos: i128) -> i128 {
        nanos / HOUR % 24
    }

    pub fn minutes(nanos: i128) -> i128 {
        nanos / MINUTE % 60
    }
}

impl std::fmt::Display for Span {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let part = |out: &mut std::fmt::Formatter<'_>, value: i128, unit: &str| {
            if value == 0 { Ok(()) } else { write!(out, "{value}{unit}") }
        };
        match *self {
            Span::Months(0) => write!(out, "P0M"),
            Span::Nanos(0) => write!(out, "PT0S"),
            Span::Months(months) => {
                write!(out, "{}P", if months < 0 { "-" } else { "" })?;
                let all = i128::from(months.unsigned_abs());
                part(out, all / 12, "Y")?;
                part(out, all % 12, "M")
            }
            Span::Nanos(nanos) => {
                write!(out, "{}P", if nanos < 0 { "-" } else { "" })?;
                let all = nanos.abs();
                part(out, all / DAY, "D")?;
                if all % DAY == 0 {
                    return Ok(());
                }
                write!(out, "T")?;
                part(out, Span::hours(all), "H")?;
                part(out, Span::minutes(all), "M")?;
                if all % MINUTE == 0 {
                    return Ok(());
                }
                write!(out, "{}", all / SECOND % 60)?;
                write_seconds(out, all)?;
                write!(out, "S")
            }
        }
    }
}
