//! Pinyin of names, so that an enterprise is found by its initials and by every usual reading of its characters.

use std::collections::HashMap;
use std::sync::LazyLock;

use ::pinyin::ToPinyin;

use crate::text::{is_han, normalise};

/// Words whose characters are read otherwise than on their own. Longer words first where one begins another.
const WORDS: &[(&str, &str)] = &[
    ("长垣", "chang yuan"),
    ("长葛", "chang ge"),
    ("长春", "chang chun"),
    ("长沙", "chang sha"),
    ("长城", "chang cheng"),
    ("长江", "chang jiang"),
    ("长兴", "chang xing"),
    ("长征", "chang zheng"),
    ("睢县", "sui xian"),
    ("睢阳", "sui yang"),
    ("郏县", "jia xian"),
    ("浚县", "xun xian"),
    ("单县", "shan xian"),
    ("中牟", "zhong mu"),
    ("渑池", "mian chi"),
    ("泌阳", "bi yang"),
    ("蚌埠", "beng bu"),
    ("六安", "lu an"),
    ("亳州", "bo zhou"),
    ("台州", "tai zhou"),
    ("丽水", "li shui"),
    ("番禺", "pan yu"),
    ("厦门", "xia men"),
    ("大厦", "da sha"),
    ("重庆", "chong qing"),
    ("重工", "zhong gong"),
    ("重型", "zhong xing"),
    ("重机", "zhong ji"),
    ("起重", "qi zhong"),
    ("朝阳", "chao yang"),
    ("银行", "yin hang"),
    ("行业", "hang ye"),
    ("商行", "shang hang"),
    ("车行", "che hang"),
    ("音乐", "yin yue"),
    ("乐器", "yue qi"),
    ("会计", "kuai ji"),
    ("调味", "tiao wei"),
    ("调料", "tiao liao"),
    ("调节", "tiao jie"),
    ("空调", "kong tiao"),
    ("供给", "gong ji"),
    ("给排水", "ji pai shui"),
    ("给水", "ji shui"),
    ("参茸", "shen rong"),
    ("人参", "ren shen"),
    ("畜牧", "xu mu"),
    ("畜禽", "chu qin"),
    ("曲轴", "qu zhou"),
    ("降解", "jiang jie"),
    ("石油", "shi you"),
    ("大夫", "dai fu"),
    ("贝壳", "bei ke"),
    ("仓储", "cang chu"),
    ("首都", "shou du"),
    ("成都", "cheng du"),
];

/// Surnames that are read otherwise than the same characters elsewhere; longer ones first.
const SURNAMES: &[(&str, &str)] = &[
    ("尉迟", "yu chi"),
    ("万俟", "mo qi"),
    ("长孙", "zhang sun"),
    ("令狐", "ling hu"),
    ("曾", "zeng"),
    ("单", "shan"),
    ("仇", "qiu"),
    ("朴", "piao"),
    ("解", "xie"),
    ("区", "ou"),
    ("查", "zha"),
    ("盖", "ge"),
    ("召", "shao"),
    ("翟", "zhai"),
    ("乐", "yue"),
    ("缪", "miao"),
    ("覃", "qin"),
    ("员", "yun"),
    ("种", "chong"),
    ("折", "she"),
    ("黑", "he"),
    ("秘", "bi"),
    ("繁", "po"),
    ("贾", "jia"),
    ("祭", "zhai"),
    ("沈", "shen"),
    ("洗", "xian"),
    ("柏", "bai"),
    ("薄", "bo"),
    ("卜", "bu"),
    ("牟", "mou"),
    ("尉", "wei"),
];

/// Raised with every change of the readings: documents written with a smaller number are written anew.
pub const READINGS_VERSION: i64 = 2;

/// Most ways in which the readings of one stretch are combined.
const MOST_WAYS: usize = 12;

/// [`WORDS`] by their first character, in the same order.
fn words() -> &'static HashMap<char, Vec<(&'static str, &'static str)>> {
    static TABLE: LazyLock<HashMap<char, Vec<(&'static str, &'static str)>>> = LazyLock::new(|| {
        let mut table: HashMap<char, Vec<_>> = HashMap::new();
        for (word, reading) in WORDS {
            table.entry(word.chars().next().unwrap_or_default()).or_default().push((*word, *reading));
        }
        table
    });
    &TABLE
}

/// The usual readings of characters that have several.
fn others() -> &'static HashMap<char, Vec<&'static str>> {
    static TABLE: LazyLock<HashMap<char, Vec<&'static str>>> = LazyLock::new(|| {
        let lines = include_str!("../data/readings.txt").lines().filter(|line| !line.starts_with('#'));
        let read = |line: &'static str| {
            let (character, readings) = line.split_once(' ')?;
            Some((character.chars().next()?, readings.split(' ').collect()))
        };
        lines.filter_map(read).collect()
    });
    &TABLE
}

/// The readings of each character of a name, the likeliest first: syllables without tone, or the lower-case letter or
/// digit itself. Punctuation and white space are left out.
fn syllables(name: &str) -> Vec<Vec<String>> {
    let name = normalise(name);
    let mut rest = name.as_str();
    let mut found: Vec<Vec<String>> = Vec::new();
    while let Some(c) = rest.chars().next() {
        let known = words().get(&c).into_iter().flatten();
        if let Some((word, reading)) = known.copied().find(|(word, _)| rest.starts_with(word)) {
            // What a word is known for comes first; the rest may begin in its midst, and people type by character.
            found.extend(word.chars().zip(reading.split(' ')).map(|(c, first)| ways(c, first.to_owned())));
            rest = &rest[word.len()..];
            continue;
        }
        if let Some(reading) = c.to_pinyin() {
            found.push(ways(c, reading.plain().replace('ü', "v")));
        } else if c.is_ascii_alphanumeric() {
            found.push(vec![c.to_string()]);
        } else if is_han(c) {
            // A rare character without a reading still takes a place, so that the initials around it stay apart.
            found.push(vec![UNREAD.to_owned()]);
        }
        rest = &rest[c.len_utf8()..];
    }
    found
}

/// Stands for a character nobody can read.
const UNREAD: &str = "?";

/// All readings of a character, beginning with the likeliest here. Who has no ü types v or u.
fn ways(c: char, first: String) -> Vec<String> {
    let mut ways = vec![first];
    ways.extend(others().get(&c).into_iter().flatten().map(|reading| (*reading).to_owned()));
    let plain: Vec<String> = ways.iter().filter(|way| way.contains('v')).map(|way| way.replace('v', "u")).collect();
    ways.extend(plain);
    if ways.len() > 1 {
        let mut seen = Vec::with_capacity(ways.len());
        ways.retain(|way| {
            !seen.contains(way) && {
                seen.push(way.clone());
                true
            }
        });
    }
    ways
}

/// The likeliest reading of each character.
fn likeliest(name: &str) -> impl Iterator<Item = String> {
    syllables(name).into_iter().filter_map(|ways| ways.into_iter().next())
}

/// The initials of a name: `长垣市卫华集团` → `cyswhjt`. Letters and digits stay.
pub fn pinyin_initials(name: &str) -> String {
    likeliest(name).filter_map(|syllable| syllable.chars().next()).collect()
}

/// The whole reading without tones and spaces: `卫华` → `weihua`.
pub fn pinyin_full(name: &str) -> String {
    likeliest(name).collect()
}

/// The reading of a person's name, for sorting: `曾国华` → `zengguohua`, while `曾经` begins with `ceng`.
pub fn pinyin_person(name: &str) -> String {
    match SURNAMES.iter().find(|(surname, _)| name.starts_with(surname)) {
        Some((surname, reading)) => format!("{}{}", reading.replace(' ', ""), pinyin_full(&name[surname.len()..])),
        None => pinyin_full(name),
    }
}

/// Letters kept of each reading in the index; what is typed is cut to the same length.
pub(crate) const LETTERS: usize = 12;

/// From every character on: the initials and the whole reading, in all usual ways up to [`MOST_WAYS`]; lower-case letters
/// and digits only, at least two and at most [`LETTERS`] long, each once.
pub(crate) fn readings(name: &str) -> Vec<String> {
    let syllables = syllables(name);
    let mut found: Vec<String> = Vec::new();
    for start in 0..syllables.len() {
        found.extend(combined(&syllables[start..], |syllable| syllable.get(..1).unwrap_or_default()));
        found.extend(combined(&syllables[start..], |syllable| syllable));
    }
    found.retain(|reading| reading.len() >= 2);
    found.sort_unstable();
    found.dedup();
    found
}

/// The ways to read places one after the other, of each reading what `part` takes. The likeliest way is always among them;
/// of too many, those go that differ in the later places.
fn combined(places: &[Vec<String>], part: impl Fn(&str) -> &str) -> Vec<String> {
    let mut ways = vec![String::with_capacity(LETTERS)];
    for place in places {
        if place.first().is_some_and(|way| way == UNREAD) || ways.iter().all(|way| way.len() >= LETTERS) {
            break;
        }
        // Most characters are read in one way, and then nothing has to be compared: most time of an import goes here.
        if let [only] = place.as_slice()
            && let [way] = ways.as_mut_slice()
        {
            way.push_str(part(only));
            way.truncate(LETTERS);
            continue;
        }
        let mut next: Vec<String> = Vec::with_capacity(MOST_WAYS.min(ways.len() * place.len()));
        for reading in place {
            for way in &ways {
                let mut longer = String::with_capacity(way.len() + part(reading).len());
                longer.push_str(way);
                longer.push_str(part(reading));
                longer.truncate(LETTERS);
                if next.len() < MOST_WAYS && !next.contains(&longer) {
                    next.push(longer);
                }
            }
        }
        ways = next;
    }
    ways
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_people_say_them() {
        for (name, initials, full) in [
            ("卫华集团", "whjt", "weihuajituan"),
            ("长垣市起重机械", "cysqzjx", "changyuanshiqizhongjixie"),
            ("重慶銀行", "cqyh", "chongqingyinhang"),
            ("河南ABC(集团)3号", "hnabcjt3h", "henanabcjituan3hao"),
            ("绿源", "ly", "lvyuan"),
            ("—（）", "", ""),
        ] {
            assert_eq!((pinyin_initials(name).as_str(), pinyin_full(name).as_str()), (initials, full), "{name}");
        }
    }

    #[test]
    fn every_word_has_as_many_syllables_as_characters() {
        for (word, reading) in WORDS {
            assert_eq!(word.chars().count(), reading.split(' ').count(), "{word}");
        }
    }

    #[test]
    fn people_are_sorted_as_their_surname_is_read() {
        let mut names = ["曾国华", "单丽", "区少明", "安平", "仇大勇", "张伟"];
        names.sort_by_key(|name| pinyin_person(name));
        assert_eq!(names, ["安平", "区少明", "仇大勇", "单丽", "曾国华", "张伟"]);
    }

    #[test]
    fn ways_to_read_are_bounded_and_begin_with_the_likeliest() {
        let hard = "重重单单长长行行乐乐朝朝召召";
        let readings = readings(hard);
        assert!(readings.len() <= 14 * 2 * MOST_WAYS, "{}", readings.len());
        assert!(readings.contains(&pinyin_initials(hard)[..LETTERS].to_owned()));
        let plain = super::readings("河南卫华集团");
        assert!(plain.len() <= 14, "what has one reading costs one: {plain:?}");
    }

    #[test]
    fn every_line_of_the_table_is_a_character_with_several_readings() {
        for line in include_str!("../data/readings.txt").lines().filter(|line| !line.starts_with('#')) {
            let (character, readings) = line.split_once(' ').unwrap();
            assert_eq!(character.chars().count(), 1, "{line}");
            assert!(readings.split(' ').all(|r| !r.is_empty() && r.bytes().all(|b| b.is_ascii_lowercase())), "{line}");
        }
        let lines = include_str!("../data/readings.txt").lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(others().len(), lines, "no character twice");
    }

    #[test]
    fn readings_begin_at_every_character() {
        let readings = readings("卫华集团");
        for expected in ["whjt", "hjt", "jt", "weihuajituan", "huajituan", "jituan", "tuan"] {
            assert!(readings.iter().any(|reading| reading == expected), "{expected} in {readings:?}");
        }
    }
}
