//! Number formats as classes: what kind of thing a stored number is shown as.

/// What a number is shown as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    #[default]
    General,
    /// A share: 0.305 is shown as 30.5 %.
    Percent,
    Date,
    /// A time of day.
    Time,
    /// `[h]:mm`.
    Duration,
    /// Shown in thousands, 万 or 亿; the stored number is the value.
    Scaled,
    Text,
}

impl Format {
    /// The class of a format by its number in the standard's list, whose gaps Chinese programs fill with Chinese dates.
    pub(crate) fn by_id(id: u32) -> Format {
        match id {
            9 | 10 => Format::Percent,
            14..=17 | 22 | 27..=31 | 36 | 50..=54 | 57 | 58 => Format::Date,
            18..=21 | 32..=35 | 45 | 47 | 55 | 56 => Format::Time,
            46 => Format::Duration,
            49 => Format::Text,
            _ => Format::General,
        }
    }

    /// The class of a format as it is written.
    pub(crate) fn by_code(code: &str) -> Format {
        if code.trim().eq_ignore_ascii_case("general") || code.contains("通用格式") {
            return Format::General;
        }
        let mut seen = Seen::default();
        let mut characters = code.chars().peekable();
        let mut last = ' ';
        while let Some(c) = characters.next() {
            match c {
                // The next character is not part of the format.
                '\\' | '!' => seen.literal(characters.next()),
                '_' | '*' => {
                    characters.next();
                }
                '"' => characters.by_ref().take_while(|c| *c != '"').for_each(|c| seen.literal(Some(c))),
                '[' => {
                    let inside: String = characters.by_ref().take_while(|c| *c != ']').collect();
                    let unit = inside.to_ascii_lowercase();
                    seen.duration |= !unit.is_empty() && ['h', 'm', 's'].iter().any(|u| unit.chars().all(|c| c == *u));
                }
                // Only the first part counts: the others are for negative numbers, zero and texts.
                ';' => break,
                _ => seen.token(c, last, characters.peek().copied()),
            }
            last = c;
        }
        seen.class()
    }
}

#[derive(Default)]
struct Seen {
    percent: bool,
    day: bool,
    month: bool,
    clock: bool,
    duration: bool,
    digits: bool,
    scaled: bool,
    text: bool,
}

impl Seen {
    fn literal(&mut self, c: Option<char>) {
        self.scaled |= matches!(c, Some('万' | '亿' | '千'));
    }

    fn token(&mut self, c: char, last: char, next: Option<char>) {
        match c.to_ascii_lowercase() {
            '%' => self.percent = true,
            '0' | '#' | '?' => self.digits = true,
            // A comma behind the last digit divides by a thousand.
            ',' => self.scaled |= matches!(last, '0' | '#' | '?' | ',') && !matches!(next, Some('0' | '#' | '?' | ',')),
            // `0.00E+00` is no year of an era.
            'e' => self.day |= !matches!(next, Some('+' | '-')),
            'y' | 'd' | 'g' | 'b' => self.day = true,
            // `aaaa` is the weekday, `AM/PM` and `A/P` are halves of the day.
            'a' => match next.map(|c| c.to_ascii_lowercase()) {
                Some('m' | '/') => self.clock = true,
                _ => self.day |= last.eq_ignore_ascii_case(&'a'),
            },
            'm' => self.month = true,
            'h' | 's' => self.clock = true,
            '上' | '下' => self.clock |= matches!(next, Some('午')),
            '@' => self.text = true,
            '万' | '亿' | '千' => self.scaled = true,
            _ => {}
        }
    }

    fn class(&self) -> Format {
        match self {
            Seen { duration: true, .. } => Format::Duration,
            Seen { percent: true, .. } => Format::Percent,
            Seen { day: true, .. } | Seen { month: true, clock: false, .. } => Format::Date,
            Seen { clock: true, .. } => Format::Time,
            Seen { scaled: true, digits: true, .. } => Format::Scaled,
            Seen { text: true, digits: false, .. } => Format::Text,
            _ => Format::General,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_classed_as_people_see_them() {
        for (code, class) in [
            ("General", Format::General),
            ("G/通用格式", Format::General),
            ("0.00%", Format::Percent),
            ("#,##0.0%;[Red]-0%", Format::Percent),
            ("0\"%\"", Format::General),
            ("yyyy-mm-dd", Format::Date),
            ("yyyy\"年\"m\"月\"d\"日\"", Format::Date),
            ("yyyy\\年m\\月d\\日", Format::Date),
            ("[$-804]yyyy\"年\"m\"月\"d\"日\" dddd;@", Format::Date),
            ("[$-F800]dddd, mmmm dd, yyyy", Format::Date),
            ("[DBNum1][$-804]yyyy\"年\"m\"月\"", Format::Date),
            ("e\"年\"m\"月\"", Format::Date),
            ("aaaa", Format::Date),
            ("[$-804]aaa;@", Format::Date),
            ("m/d/yy h:mm", Format::Date),
            ("yyyy/m/d 上午/下午h:mm", Format::Date),
            ("上午/下午h\"时\"mm\"分\"", Format::Time),
            ("h:mm AM/PM", Format::Time),
            ("mm:ss", Format::Time),
            ("[h]:mm:ss", Format::Duration),
            ("[>=10000]0.00,\"万\";0", Format::Scaled),
            ("0.00,\"万\"", Format::Scaled),
            ("0!.0,\"万\"", Format::Scaled),
            ("#,##0,", Format::Scaled),
            ("0.00E+00", Format::General),
            ("#,##0.00_ ", Format::General),
            ("_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ", Format::General),
            ("[Red]0.0", Format::General),
            ("\"截至\"m\"月\"", Format::Date),
            ("@", Format::Text),
        ] {
            assert_eq!(Format::by_code(code), class, "{code}");
        }
    }
}
