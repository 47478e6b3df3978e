//! Codes of GB/T 4754-2017 with or without the letter of the section, as prefixes.

/// Section letter, first and last division.
const SECTIONS: &[(char, u8, u8)] = &[
    ('A', 1, 5),
    ('B', 6, 12),
    ('C', 13, 43),
    ('D', 44, 46),
    ('E', 47, 50),
    ('F', 51, 52),
    ('G', 53, 60),
    ('H', 61, 62),
    ('I', 63, 65),
    ('J', 66, 69),
    ('K', 70, 70),
    ('L', 71, 72),
    ('M', 73, 75),
    ('N', 76, 79),
    ('O', 80, 82),
    ('P', 83, 83),
    ('Q', 84, 85),
    ('R', 86, 90),
    ('S', 91, 96),
    ('T', 97, 97),
];

/// All beginnings a code may have that belongs to what is written: `C`, `C39`, `39`, `3963`, or `592-599`. None: no such code.
pub fn prefixes(written: &str) -> Option<Vec<String>> {
    let written = written.trim();
    let (letter, digits) = match written.chars().next()? {
        first if first.is_ascii_alphabetic() => (Some(first.to_ascii_uppercase()), written.get(1..)?),
        _ => (None, written),
    };
    if digits.is_empty() {
        let (letter, first, last) = SECTIONS.iter().find(|section| Some(section.0) == letter)?;
        let divisions = (*first..=*last).map(|division| format!("{division:02}"));
        return Some(std::iter::once(letter.to_string()).chain(divisions).collect());
    }
    if let Some((from, to)) = digits.split_once(['-', '–', '—', '~', '～']) {
        let to = to.trim().trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let (from, to) = (from.trim(), to);
        if from.len() != to.len() || !digits_only(from) || !digits_only(to) {
            return None;
        }
        let (low, high): (u16, u16) = (from.parse().ok()?, to.parse().ok()?);
        let width = from.len();
        let each: Option<Vec<_>> = (low..=high).map(|code| with_letter(letter, &format!("{code:0width$}"))).collect();
        return Some(each?.concat()).filter(|all| !all.is_empty());
    }
    digits_only(digits).then(|| with_letter(letter, digits))?
}

fn digits_only(text: &str) -> bool {
    (2..=4).contains(&text.len()) && text.chars().all(|c| c.is_ascii_digit())
}

fn with_letter(letter: Option<char>, digits: &str) -> Option<Vec<String>> {
    let division: u8 = digits.get(..2)?.parse().ok()?;
    let (own, ..) = SECTIONS.iter().find(|(_, first, last)| (*first..=*last).contains(&division))?;
    (letter.is_none() || letter == Some(*own)).then(|| vec![digits.to_owned(), format!("{own}{digits}")])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_prefixes() {
        let one = |text: &str| prefixes(text).map(|all| all.join(" "));
        assert_eq!(one("K").as_deref(), Some("K 70"));
        assert_eq!(prefixes("c").map(|all| all.len()), Some(32));
        assert_eq!(one("C3963").as_deref(), Some("3963 C3963"));
        assert_eq!(one("51").as_deref(), Some("51 F51"));
        assert_eq!(one("G592-594").as_deref(), Some("592 G592 593 G593 594 G594"));
        assert_eq!(one("01").as_deref(), Some("01 A01"));
        for wrong in ["", "C70", "98", "Z", "7", "12345", "5x", "592-59"] {
            assert_eq!(one(wrong), None, "{wrong}");
        }
    }
}
