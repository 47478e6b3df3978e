//! Full-text search that behaves the same in SQLite FTS5 (`unicode61`) and PostgreSQL (`simple`).
//!
//! Both know words, neither knows Chinese, and PostgreSQL in the C locale does not even take Chinese for letters. So
//! every token is written in `a-z0-9`: a character as `u` and its hexadecimal code point, a run of characters as its
//! overlapping pairs (`企业家` → `u4f01u4e1a`, `u4e1au5bb6`) and its last character alone. Any pair is then found
//! exactly, and any single character as the beginning of a token. Readings of names carry `py` in front.

use crate::pinyin::{LETTERS, readings};
use crate::text::normalise;

/// Longest token kept of a word, in letters.
const WORD_LETTERS: usize = 64;
/// Most terms taken from what somebody typed.
const MOST_TERMS: usize = 32;

/// One thing a search demands: one of the alternatives, as a whole token or as its beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Tokens in `a-z0-9`; never empty.
    pub alternatives: Vec<String>,
    /// Is the beginning of a token enough?
    pub prefix: bool,
}

/// A stretch of text of one kind.
enum Run {
    /// ASCII letters and digits.
    Word(String),
    /// Letters of any other script, one by one.
    Characters(Vec<char>),
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut open = false;
    for c in normalise(text).chars() {
        if !c.is_alphanumeric() {
            open = false;
            continue;
        }
        match (runs.last_mut().filter(|_| open), c.is_ascii()) {
            (Some(Run::Word(word)), true) => word.push(c),
            (Some(Run::Characters(characters)), false) => characters.push(c),
            (_, true) => runs.push(Run::Word(c.to_string())),
            (_, false) => runs.push(Run::Characters(vec![c])),
        }
        open = true;
    }
    runs
}

/// A character in ASCII. Beyond the first plane it begins with `x`, or the token of one character could be the
/// beginning of another's.
fn code(c: char) -> String {
    let point = u32::from(c);
    if point > 0xffff { format!("x{point:x}") } else { format!("u{point:04x}") }
}

fn pair(pair: &[char]) -> String {
    pair.iter().copied().map(code).collect()
}

fn cut(mut word: String, letters: usize) -> String {
    word.truncate(letters);
    word
}

/// The tokens of a text in their order, repeated as often as they stand there.
pub fn search_tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    for run in runs(text) {
        match run {
            Run::Word(word) => tokens.push(cut(word, WORD_LETTERS)),
            Run::Characters(characters) => {
                tokens.extend(characters.windows(2).map(pair));
                tokens.extend(characters.last().copied().map(code));
            }
        }
    }
    tokens
}

/// What is stored in the search column for some texts: their tokens with spaces between.
pub fn search_document(texts: &[&str]) -> String {
    search_document_named(&[], texts)
}

/// Like [`search_document`], with names that can also be found by pinyin: by initials or whole reading, from any
/// character of the name on.
pub fn search_document_named(names: &[&str], texts: &[&str]) -> String {
    let tokens = names.iter().chain(texts).flat_map(|text| search_tokens(text));
    let readings = names.iter().flat_map(|name| readings(name)).map(|reading| format!("py{reading}"));
    tokens.chain(readings).collect::<Vec<_>>().join(" ")
}

/// What a search demands, all of it. Empty if nothing searchable was typed: then show everything, do not ask.
pub fn search_query(input: &str) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    let mut demand = |alternatives: Vec<String>, prefix: bool| {
        let term = Term { alternatives, prefix };
        if terms.len() < MOST_TERMS && !terms.contains(&term) {
            terms.push(term);
        }
    };
    for run in runs(input) {
        match run {
            Run::Word(word) => {
                let letters_only = word.bytes().all(|byte| byte.is_ascii_lowercase());
                let mut alternatives = vec![cut(word.clone(), WORD_LETTERS)];
                if letters_only {
                    alternatives.push(format!("py{}", cut(word, LETTERS)));
                }
                demand(alternatives, true);
            }
            Run::Characters(characters) if characters.len() == 1 => demand(vec![code(characters[0])], true),
            Run::Characters(characters) => characters.windows(2).for_each(|two| demand(vec![pair(two)], false)),
        }
    }
    terms
}

fn join(terms: &[Term], and: &str, or: &str, write: impl Fn(&str, bool) -> String) -> String {
    // Tokens are `a-z0-9` as search_query makes them; what else a hand-made term holds is dropped, never quoted.
    let clean = |token: &String| token.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let written: Vec<String> = terms
        .iter()
        .filter_map(|term| {
            let tokens: Vec<String> = term.alternatives.iter().map(clean).filter(|token| !token.is_empty()).collect();
            let parts: Vec<String> = tokens.iter().map(|token| write(token, term.prefix)).collect();
            match parts.len() {
                0 => None,
                1 => Some(parts.concat()),
                _ => Some(format!("({})", parts.join(or))),
            }
        })
        .collect();
    written.join(and)
}

/// The right side of `MATCH` in SQLite FTS5; empty for no terms, which FTS5 takes for a
/// syntax error: do not ask then.
pub fn fts5_query(terms: &[Term]) -> String {
    join(terms, " AND ", " OR ", |token, prefix| format!("\"{token}\"{}", if prefix { "*" } else { "" }))
}

/// What `to_tsquery('simple', …)` or a cast to `tsquery` takes in PostgreSQL; empty for no terms,
/// which finds nothing: do not ask then.
pub fn tsquery(terms: &[Term]) -> String {
    join(terms, " & ", " | ", |token, prefix| format!("'{token}'{}", if prefix { ":*" } else { "" }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What both databases do with tokens and terms.
    fn finds(document: &str, query: &str) -> bool {
        let tokens: Vec<&str> = document.split(' ').collect();
        search_query(query).iter().all(|term| {
            term.alternatives.iter().any(|wanted| {
                tokens
                    .iter()
                    .any(|token| if term.prefix { token.starts_with(wanted.as_str()) } else { token == wanted })
            })
        })
    }

    #[test]
    fn texts_become_ascii_tokens() {
        for (text, tokens) in [
            ("企业", vec!["u4f01u4e1a", "u4e1a"]),
            ("企業家", vec!["u4f01u4e1a", "u4e1au5bb6", "u5bb6"]),
            ("GB/T 4754-2017", vec!["gb", "t", "4754", "2017"]),
            ("用ＡＩ3天", vec!["u7528", "ai3", "u5929"]),
            ("𠮷", vec!["x20bb7"]),
            ("😀 !?", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(search_tokens(text), tokens, "{text}");
        }
    }

    #[test]
    fn searches_find_what_people_mean() {
        let document = search_document_named(
            &["河南卫华重型机械股份有限公司"],
            &["2026-000123", "用电增容，变压器 S11-800 未到位", "91410783MA4061M425"],
        );
        assert!(document.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b' '));
        for query in [
            "卫华",
            "衛華 重型",
            "司",
            "电",
            "whzx",
            "wh",
            "weihua",
            "hnwhzxjxgfyxgs",
            "henanweihuazhongxing",
            "000123",
            "s11",
            "S11-8",
            "91410783ma",
            "增容 whzx",
            "有限公司",
            "",
            "！",
        ] {
            assert!(finds(&document, query), "{query}");
        }
        for query in ["华卫", "卫华煤矿", "xhw", "800kva", "S12", "0123"] {
            assert!(!finds(&document, query), "{query}");
        }
    }

    #[test]
    fn names_are_found_by_every_usual_reading() {
        for (name, queries) in [
            ("曾记酱菜", "zj zengji"),
            ("单氏木器", "ss shanshi"),
            ("仇家窑陶瓷", "qj qiujia"),
            ("朴氏泡菜", "ps piaoshi"),
            ("解氏粉条", "xs xieshi"),
            ("召陵面粉", "slmf shaoling"),
            ("长荣食品", "crsp changrong"),
            ("长盛机械", "csjx changsheng"),
            ("长青农业", "cqny changqing"),
            ("长风阀门", "cffm changfeng"),
            ("长久包装", "cjbz changjiu"),
            ("远行物流", "yxwl yuanxing"),
            ("力行模具", "lxmj lixing"),
            ("重阳酒业", "cyjy chongyang"),
            ("重诚铸造", "zczz zhongcheng"),
            ("康乐家具", "kljj kangle"),
            ("乐华卫浴", "lhwy lehua"),
            ("朝晖轴承", "zhzc zhaohui"),
            ("协调传动", "xtcd xietiao"),
            ("洪洞肥业", "htfy hongtong"),
            ("尉氏棉纺", "wsmf weishi"),
            ("荥阳建材", "xyjc xingyang"),
            ("六合塑业", "lhsy liuhe"),
            ("郏县铁锅", "jxtg jiaxian"),
            ("华厦门窗", "hxmc huaxia"),
            ("新都纸业", "xdzy xindu"),
            ("盛和陶瓷", "shtc shenghe"),
            ("晟鑫淼科技", "sxmkj shengxinmiao"),
            ("龑龘石材", "ydsc yanda"),
            ("覃氏药业", "qs qinshi"),
            ("区氏灯具", "os oushi"),
            ("查氏刀具", "zs zhashi"),
            ("盖氏食品", "gs geshi"),
            ("传化涂料", "chtl chuanhua"),
            ("弹簧制造", "thzz tanhuang"),
            ("率先电气", "sxdq shuaixian"),
            ("省力机械", "sljx shengli"),
            ("行唐陶瓷", "xttc xingtang"),
            ("大城桃业", "dcty dacheng"),
            ("便利电器", "bldq bianli"),
            ("重阳机械", "cyjx chongyang zhongyang zyjx"),
            ("长盛阀门", "csfm changsheng changcheng"),
            ("单记木业", "shanji danji sjmy djmy"),
            ("行远物流", "xingyuan xywl hangyuan"),
            ("康乐家具", "kangle kangyue kljj kyjj"),
            ("华厦门窗", "huaxia huasha hxmc"),
            ("召陵面业", "shaoling slmy"),
            ("曾氏酱菜", "zengshi zs cengshi"),
            ("晨晖朝阳", "zhaoyang chaoyang"),
            ("吕氏绿源", "lvshi lushi lvyuan luyuan"),
            ("仇村纸业", "qiucun qczy choucun"),
            ("大厦建材", "daxia dasha dxjc dsjc"),
        ] {
            let document = search_document_named(&[name], &[]);
            for query in queries.split(' ') {
                assert!(finds(&document, query), "{query} in {name}: {document}");
            }
        }
        assert!(!finds(&search_document_named(&["康乐家具"], &[]), "kanglao1"));
    }

    #[test]
    fn queries_are_written_for_both_databases() {
        for (input, fts5, ts) in [
            ("企", "\"u4f01\"*", "'u4f01':*"),
            ("企业家", "\"u4f01u4e1a\" AND \"u4e1au5bb6\"", "'u4f01u4e1a' & 'u4e1au5bb6'"),
            ("wq 12", "(\"wq\"* OR \"pywq\"*) AND \"12\"*", "('wq':* | 'pywq':*) & '12':*"),
            (
                "a' OR \"b\" --",
                "(\"a\"* OR \"pya\"*) AND (\"or\"* OR \"pyor\"*) AND (\"b\"* OR \"pyb\"*)",
                "('a':* | 'pya':*) & ('or':* | 'pyor':*) & ('b':* | 'pyb':*)",
            ),
            ("NEAR(1)*^:&|!<->", "(\"near\"* OR \"pynear\"*) AND \"1\"*", "('near':* | 'pynear':*) & '1':*"),
            ("😀", "", ""),
            ("  ", "", ""),
        ] {
            let terms = search_query(input);
            assert_eq!((fts5_query(&terms).as_str(), tsquery(&terms).as_str()), (fts5, ts), "{input}");
        }
        let forged = [Term { alternatives: vec!["\"'x".into(), "'".into()], prefix: false }];
        assert_eq!(fts5_query(&forged), "\"x\"");
    }

    proptest! {
        #[test]
        fn a_text_is_found_by_any_part_of_it(text in "[一-龥a-c1-3 ，]{1,30}", from in 0usize..30, length in 1usize..10) {
            let characters: Vec<char> = text.chars().collect();
            let from = from.min(characters.len() - 1);
            let part: String = characters[from..(from + length).min(characters.len())].iter().collect();
            // A part that begins inside a word or number is not promised: those are found from their beginning.
            let inside = from > 0 && characters[from].is_ascii_alphanumeric() && characters[from - 1].is_ascii_alphanumeric();
            prop_assume!(!inside);
            prop_assert!(finds(&search_document(&[&text]), &part), "{} in {}", part, text);
        }

        #[test]
        fn anything_typed_gives_a_clean_query(input in "\\PC{0,60}") {
            let fts5 = fts5_query(&search_query(&input));
            prop_assert!(fts5.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"\"*() ".contains(&byte)));
        }
    }
}
