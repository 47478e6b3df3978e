//! Text made comparable: half width, lower case, simplified characters.

use std::sync::LazyLock;

/// Pairs (traditional, simplified) in code point order of the traditional character.
static SIMPLIFIED: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
    include_str!("../data/t2s.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(|line| {
            let characters: Vec<char> = line.chars().collect();
            characters.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect::<Vec<_>>()
        })
        .collect()
});

/// Full-width ASCII and the ideographic space as their half-width forms; everything else stays.
pub fn halfwidth(text: &str) -> String {
    text.chars().map(narrow).collect()
}

const fn narrow(c: char) -> char {
    match c {
        '\u{3000}' | '\u{a0}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => match char::from_u32(c as u32 - 0xfee0) {
            Some(narrow) => narrow,
            None => c,
        },
        _ => c,
    }
}

/// The simplified form of a character, or the character itself.
pub fn simplified(c: char) -> char {
    if !is_han(c) {
        return c;
    }
    SIMPLIFIED.binary_search_by_key(&c, |pair| pair.0).map_or(c, |at| SIMPLIFIED[at].1)
}

/// Is it a Chinese character?
pub const fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}' | '〇')
}

/// Half width, lower case, simplified, runs of white space as one space, none at the ends.
pub fn normalise(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars().map(narrow).map(simplified).flat_map(char::to_lowercase) {
        if c.is_whitespace() {
            if !plain.is_empty() && !plain.ends_with(' ') {
                plain.push(' ');
            }
        } else if !is_invisible(c) {
            plain.push(c);
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}

/// What spreadsheets and chat programs leave behind: zero-width marks, byte order marks, control characters.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}') || c.is_control()
}

/// The letters, digits and characters of a name alone, to find the same name written with other brackets and spaces:
/// `河南 ＡＢＣ（集團）有限公司` and `河南abc(集团)有限公司` have one key.
pub fn name_key(name: &str) -> String {
    normalise(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// What is kept as the English name of something: what was given or, where nobody gave one, the name itself, so that no
/// English page has a gap.
pub fn english_name(given: &str, name: &str) -> String {
    let given = given.trim();
    if given.is_empty() { name.trim().to_owned() } else { given.to_owned() }
}

/// The English name as a form shows it again: empty where the name stands for it, so that it follows a new name.
pub fn english_given<'n>(kept: &'n str, name: &str) -> &'n str {
    if kept == name { "" } else { kept }
}

/// A text without what nobody types on purpose: NUL, which PostgreSQL does not keep, and the marks that turn the direction of
/// writing, by which a text reads as another one.
pub fn meant(text: String) -> String {
    if text.contains(is_never_meant) { text.replace(is_never_meant, "") } else { text }
}

/// Whether a character is one that [`meant`] leaves out.
pub fn is_never_meant(c: char) -> bool {
    matches!(c, '\0' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_read_as_they_are_written() {
        assert_eq!(meant("恒达\u{202e}限有\u{2066}\0".into()), "恒达限有");
        assert_eq!(meant("恒达 🏭".into()), "恒达 🏭");
    }

    #[test]
    fn the_table_is_sorted_and_plain() {
        assert!(SIMPLIFIED.len() > 2500);
        assert!(SIMPLIFIED.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(SIMPLIFIED.iter().all(|(from, to)| from != to && is_han(*from)));
    }

    #[test]
    fn texts_become_comparable() {
        for (text, plain) in [
            ("  ＡＢＣ　１２３  ", "abc 123"),
            ("長垣縣衛華集團", "长垣县卫华集团"),
            ("萬人助萬企", "万人助万企"),
            ("（起重）\n\t机械", "(起重) 机械"),
            ("a\u{200b}b\u{feff}", "ab"),
            ("办结", "办结"),
            ("", ""),
        ] {
            assert_eq!(normalise(text), plain);
            assert_eq!(normalise(plain), plain, "twice is once");
        }
    }

    #[test]
    fn where_no_english_name_is_given_the_name_stands() {
        assert_eq!(
            (english_name("  ", " 自然资源局 ").as_str(), english_name(" Land ", "自然资源局").as_str()),
            ("自然资源局", "Land")
        );
        assert_eq!((english_given("自然资源局", "自然资源局"), english_given("Land", "自然资源局")), ("", "Land"));
    }

    #[test]
    fn one_name_one_key() {
        assert_eq!(name_key("河南 ＡＢＣ（集團）有限公司"), name_key("河南abc(集团)有限公司"));
        assert_ne!(name_key("河南一建"), name_key("河南二建"));
    }
}
