//! Every page in both languages with the shipped packs: no word is missing, nothing typed gets through as markup.

use std::path::Path;
use std::sync::Arc;

use askama::Template;
use chrono::NaiveDate;
use web::href::Href;
use web::{Lang, Shell, Words};

use super::fields::{Known, KnownFact};
use super::{county, county_rows, list, show, try_case};
use crate::county::County;
use crate::library;

fn all_words() -> Vec<(&'static str, &'static str)> {
    let parts =
        [kernel::WORDS.as_slice(), sheets::WORDS.as_slice(), jobs::WORDS, identity::WORDS, web::WORDS, crate::WORDS];
    parts.into_iter().flatten().copied().collect()
}

fn shell(lang: Lang) -> Shell {
    Shell {
        county: "示范县".into(),
        programme: String::new(),
        nav: Vec::new(),
        user: None,
        csrf: "token".into(),
        path: "/rules".into(),
        flash: None,
        search: Some(String::new()),
        demo: false,
        w: Words::build(all_words()).unwrap().in_lang(lang),
    }
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
}

fn pages(lang: Lang) -> Vec<(String, String)> {
    let shell = shell(lang);
    let mut all = vec![
        ("list".to_owned(), list::page(&shell, &Href::parse("/rules"), library::all(), today()).render().unwrap()),
        (
            "list for an enterprise".to_owned(),
            list::page(&shell, &Href::parse("/rules?enterprise=<b>9"), library::all(), today()).render().unwrap(),
        ),
    ];
    for kept in library::all() {
        let code = kept.shipped.code;
        all.push((code.to_owned(), show::page(&shell, kept, today()).render().unwrap()));
        for query in ["", "industry=C3963", "employees=x&on=soon&industry=%3Cb%3E9", "on=2023-05-01"] {
            let here = Href::parse(&format!("/rules/{code}/try?{query}"));
            let page = trial(&shell, kept, &here, None);
            assert!(page.faults.is_empty(), "{code}");
            all.push((format!("{code} {query}"), page.render().unwrap()));
        }
        for n in [0, 20, 40] {
            all.push((format!("{code} of {n}"), of_county(&shell, kept, n).render().unwrap()));
        }
        for query in ["output=OUT", "output=OUT&answer=unknown&after=20", "output=OUT&answer=missing:nothing"] {
            all.push((format!("{code} {query}"), rows_of_county(&shell, kept, query).render().unwrap()));
        }
    }
    all
}

fn asked(shell: &Shell, kept: &'static library::Kept, query: &str) -> county::Asked {
    let here = Href::parse(&format!("/rules/{}/county?{query}", kept.shipped.code));
    county::Asked::new(&shell.w, kept, here, today())
}

/// The page about a county of so many enterprises.
fn of_county(shell: &Shell, kept: &'static library::Kept, n: usize) -> county::Page {
    let asked = asked(shell, kept, "");
    let program = asked.program.clone().unwrap();
    let mut rows = crate::county::tests::rows(&program, n, 3);
    if n == 20 {
        rows.iter_mut().for_each(|row| row.values.fill(None));
    }
    let county = Arc::new(County::new(program.clone(), rows));
    let tallies = county.tally(&program.roots());
    county::page(shell, &asked, Some(&county::Counted { county, tallies, imports: true }), "now")
}

fn rows_of_county(shell: &Shell, kept: &'static library::Kept, query: &str) -> county_rows::Page {
    let program = asked(shell, kept, "").program.unwrap();
    let output = &program.packs[0].outputs[0].code;
    let asked = asked(shell, kept, &query.replace("OUT", output));
    county_rows::listed(
        shell,
        &asked,
        &program,
        Arc::new(County::new(program.clone(), crate::county::tests::rows(&program, 60, 3))),
    )
    .unwrap()
}

fn trial(shell: &Shell, kept: &library::Kept, here: &Href, known: Option<Known>) -> try_case::Page {
    try_case::Trial::new(shell, kept, here, known, today()).page(shell, kept, here)
}

/// The trial page of a case.
fn tried(lang: Lang, code: &str, query: &str, known: Option<Known>) -> (try_case::Page, String) {
    let kept = library::find(code).unwrap();
    let page = trial(&shell(lang), kept, &Href::parse(&format!("/rules/{code}/try?{query}")), known);
    let html = page.render().unwrap();
    (page, html)
}

#[test]
fn pages_have_all_their_words_and_escape_what_people_typed() {
    for lang in Lang::ALL {
        for (name, html) in pages(lang) {
            assert!(!html.contains('⟦'), "{name} in {lang:?}: {}", html.split('⟦').nth(1).unwrap_or_default());
            for bad in ["<b>9", "<script>alert", " style=", " onclick="] {
                assert!(!html.contains(bad), "{bad} in {name}");
            }
        }
    }
}

#[test]
fn words_agree_in_both_languages_and_none_is_idle() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = web::words_check::check_words(&all_words(), &[&root.join("src"), &root.join("templates")]).unwrap();
    let found: Vec<_> =
        found.into_iter().filter(|fault| !fault.ends_with("used nowhere") || fault.contains("“rules-")).collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_pack_is_read_with_the_law_beside_its_rules_and_marks_on_its_examples() {
    let kept = library::find("size-class-2017").unwrap();
    let html = show::page(&shell(Lang::Zh), kept, today()).render().unwrap();
    for part in ["国统字〔2017〕213号", "否则下划一档", "营业收入（万元）", "通过", &kept.pack.hash]
    {
        assert!(html.contains(part), "{part}");
    }
    assert!(!html.contains("不符"), "an example fails");
}

/// The test no peer passes: little revenue decides without staff, much revenue does not.
#[test]
fn what_is_missing_is_named_and_decides_only_where_it_must() {
    for (query, answer, missing) in [
        ("industry=C3963&revenue=120", "微型", vec![]),
        ("industry=C3963&revenue=50000", "", vec!["employees"]),
        ("industry=C3963&revenue=50000&employees=1200", "大型", vec![]),
        ("industry=C3963&revenue=399999990+%E5%85%83&employees=1200", "中型", vec![]),
        ("industry=C3963&revenue=4+%E4%BA%BF%E5%85%83&employees=1200", "大型", vec![]),
    ] {
        let (page, _) = tried(Lang::Zh, "size-class-2017", query, None);
        let answered = page.answered.unwrap();
        let card = &answered.outputs[0];
        let codes: Vec<_> = card.missing.iter().map(|(code, _)| code.as_str()).collect();
        assert_eq!(codes, missing, "{query}");
        assert!(answer.is_empty() || card.text == answer, "{query}: {}", card.text);
        assert_eq!(answered.next.is_some(), !missing.is_empty(), "{query}");
    }
}

#[test]
fn wrong_input_is_shown_at_its_field_and_nothing_is_lost() {
    let (page, html) = tried(Lang::En, "size-class-2017", "industry=C3963&employees=many&revenue=12&on=soon", None);
    assert!(page.answered.is_none());
    for part in ["value=\"many\"", "value=\"12\"", "value=\"C3963\"", "f-employees-error", "f-on-error"] {
        assert!(html.contains(part), "{part}");
    }
}

#[test]
fn the_register_fills_in_what_it_knows_until_somebody_types() {
    let known = || {
        let fact = |code: &str, value: &str, source: &str| KnownFact {
            code: code.into(),
            value: value.into(),
            source: source.into(),
            as_of: "2026-11-01".into(),
            fits: true,
        };
        let values = vec![fact("industry", "3963", "企业库"), fact("employees", "1200", "统计局（2025）")];
        Known { id: None, code: "91X".into(), name: "示范<i>企业".into(), values }
    };
    let (page, html) = tried(Lang::Zh, "size-class-2017", "enterprise=91X", Some(known()));
    assert!(html.contains("value=\"1200\"") && html.contains("2026-11-01") && !html.contains("<i>企业"));
    assert_eq!(page.answered.unwrap().outputs[0].missing[0].0, "revenue");
    let (page, html) = tried(Lang::Zh, "size-class-2017", "enterprise=91X&employees=", Some(known()));
    assert!(!html.contains("value=\"1200\""), "an emptied field stays empty");
    assert!(page.answered.unwrap().outputs[0].missing.iter().any(|(code, _)| code == "employees"));
    // What speaks of another time is told and not taken.
    let mut other = known();
    other.values.push(KnownFact {
        code: "revenue".into(),
        value: "40000000".into(),
        source: "统计局（2026-06）".into(),
        ..KnownFact::default()
    });
    let (page, html) = tried(Lang::Zh, "size-class-2017", "enterprise=91X", Some(other));
    let hint = format!("上年度 · 没有 {} 的值；有统计局（2026-06）的 4,000 万元", chrono::Datelike::year(&today()) - 1);
    assert!(html.contains(&hint) && !html.contains("value=\"4000\""), "{html}");
    assert_eq!(page.answered.unwrap().outputs[0].missing[0].0, "revenue");
}
