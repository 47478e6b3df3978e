//! Pinyin of names, so that an enterprise is found by its initials.

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

/// The reading of each character of a name: a syllable without tone, or the lower-case letter or digit itself.
/// Punctuation and white space are left out.
fn syllables(name: &str) -> Vec<String> {
    let name = normalise(name);
    let mut rest = name.as_str();
    let mut found = Vec::new();
    while let Some(c) = rest.chars().next() {
        if let Some((word, reading)) = WORDS.iter().find(|(word, _)| rest.starts_with(word)) {
            found.extend(reading.split(' ').map(str::to_owned));
            rest = &rest[word.len()..];
            continue;
        }
        if let Some(reading) = c.to_pinyin() {
            found.push(reading.plain().replace('ü', "v"));
        } else if c.is_ascii_alphanumeric() {
            found.push(c.to_string());
        } else if is_han(c) {
            // A rare character without a reading still takes a place, so that the initials around it stay apart.
            found.push("?".to_owned());
        }
        rest = &rest[c.len_utf8()..];
    }
    found
}

/// The initials of a name: `长垣市卫华集团` → `cyswhjt`. Letters and digits stay.
pub fn pinyin_initials(name: &str) -> String {
    syllables(name).iter().filter_map(|syllable| syllable.chars().next()).collect()
}

/// The whole reading without tones and spaces: `卫华` → `weihua`.
pub fn pinyin_full(name: &str) -> String {
    syllables(name).concat()
}

/// Letters kept of each reading in the index; what is typed is cut to the same length.
pub(crate) const LETTERS: usize = 12;

/// From every character on: the initials and the whole reading, lower-case letters and digits only, at least two and
/// at most [`LETTERS`] long, each once.
pub(crate) fn readings(name: &str) -> Vec<String> {
    let syllables = syllables(name);
    let mut found: Vec<String> = Vec::new();
    for start in 0..syllables.len() {
        let initials: String = syllables[start..].iter().filter_map(|syllable| syllable.chars().next()).collect();
        for reading in [initials, syllables[start..].concat()] {
            let end = reading.find('?').unwrap_or(reading.len()).min(LETTERS);
            if end >= 2 {
                found.push(reading[..end].to_owned());
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
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
    fn readings_begin_at_every_character() {
        let readings = readings("卫华集团");
        for expected in ["whjt", "hjt", "jt", "weihuajituan", "huajituan", "jituan", "tuan"] {
            assert!(readings.iter().any(|reading| reading == expected), "{expected} in {readings:?}");
        }
    }
}
