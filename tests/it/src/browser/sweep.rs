//! Opens every page in both languages on a desk and on a phone: accessible, quiet, whole, and no wider than the screen.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use testkit::block_on;
use web::Lang;

use super::county::County;
use super::pages::{PAGES, Page, STATUS};
use crate::harness::axe;
use crate::harness::http::Res;
use crate::harness::webdriver::{Browser, Window};

const WIDE: (u32, u32) = (1440, 900);
const PHONE: (u32, u32) = (390, 844);

/// Status, language, title, words that are missing, and in English what stayed Chinese outside of its own `lang`.
///
/// Chinese is what must be: names of notices (国办…, 国务院…), industries as the national list names them (a code before
/// the name), and the pages that show Chinese as such.
const LOOK: &str = r#"
    const own = /国办|国务院|^\d{4} /;
    const whole = document.documentElement.outerHTML;
    const missing = [...new Set(whole.match(/⟦[^⟧]*⟧?/g) || [])];
    const chinese = [];
    if (document.documentElement.lang === 'en' && !arguments[0]) {
        const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walk.nextNode()) {
            const at = walk.currentNode;
            if (/\p{Script=Han}/u.test(at.data) && !own.test(at.data.trim()) && at.parentElement.closest('[lang]').lang === 'en') chinese.push(at.data.trim());
        }
    }
    const went = performance.getEntriesByType('navigation')[0];
    return { status: went.responseStatus, lang: document.documentElement.lang, title: document.title,
             headings: document.querySelectorAll('h1').length, missing, chinese: chinese.slice(0, 5) };"#;

/// English pages that show Chinese: heads of columns, samples, both names of a thing.
const CHINESE: &[&str] = &[
    "/api",
    "/enterprises/import",
    "/ledger/import",
    "/admin/categories",
    "/admin/categories/new",
    "/admin/categories/land",
    "/admin/calendars/notice",
    // Packs speak the language of their law.
    "/rules/size-class-2017/try?enterprise=91419981YY0000001G",
    "/rules/size-class-2017/try?industry=C3963&employees=x&revenue=-1&on=soon",
    "/rules/four-ups/try?industry=C3963",
    "/rules/ladder-2026/try",
    "/rules/permu-huaian-2024/try?enterprise=91419981YY0000001G",
    "/rules/size-class-2017/try?find=hd",
    "/rules/size-class-2017/try",
    "/rules/permu-huaian-2024/county",
];

/// How far the page reaches beyond the window, and what reaches out furthest.
const WIDER: &str = "
    const room = innerWidth, far = document.documentElement.scrollWidth;
    if (far <= room) return [];
    const outside = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > room + 1);
    return ['scrolls sideways to ' + far + ' of ' + room + ': ' +
            outside.slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join(' | ')];";

#[test]
fn every_page_in_chinese() {
    sweep(Lang::Zh, WIDE);
}

#[test]
fn every_page_in_english() {
    sweep(Lang::En, PHONE);
}

/// The cheap checks at both widths, axe at one of them.
fn sweep(lang: Lang, axe_at: (u32, u32)) {
    block_on(async {
        let county = County::open(lang).await;
        let tag = if lang == Lang::Zh { "zh-CN" } else { "en" };
        let browser = Browser::start(Window { size: WIDE, lang: tag, javascript: true }).unwrap();
        // The same fault on several pages is told once.
        let mut faults: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut seat = "";
        for page in PAGES {
            if page.0 != seat {
                county.sit(&browser, page.0).unwrap();
                seat = page.0;
            }
            let found = visit(&county, &browser, page, tag, axe_at).unwrap_or_else(|stopped| vec![stopped]);
            for fault in found {
                let place = format!("{} {} {}", page.0, page.1, page.2.join(" > "));
                faults.entry(fault).or_default().push(place.trim().to_owned());
            }
        }
        let told = faults.iter().map(|(fault, places)| format!("{fault}\n  on {}", places.join("; ")));
        assert!(faults.is_empty(), "{} faults [{tag}]:\n{}", faults.len(), told.collect::<Vec<_>>().join("\n"));
    });
}

fn visit(county: &County, browser: &Browser, page: &Page, lang: &str, axe_at: (u32, u32)) -> Res<Vec<String>> {
    let (seat, path, follow) = page;
    browser.set_viewport(WIDE.0, WIDE.1)?;
    browser.goto(&county.at(path))?;
    for css in *follow {
        let href =
            browser.execute("const a = document.querySelector(arguments[0]); return a && a.href", &[json!(css)])?;
        browser
            .goto(href.as_str().ok_or_else(|| format!("no link {css} on {}", browser.url().unwrap_or_default()))?)?;
    }
    let mut faults = seen(&browser.execute(LOOK, &[json!(CHINESE.contains(path))])?, seat, path, lang);
    for size in [WIDE, PHONE] {
        browser.set_viewport(size.0, size.1)?;
        let wider = browser.execute(WIDER, &[])?;
        faults.extend(texts(&wider));
        if size == axe_at {
            faults.extend(axe::violations(browser)?);
        }
    }
    // A page that is refused is told of in the console; that one is wanted.
    let wanted = STATUS.iter().any(|row| (row.0, row.1) == (*seat, *path));
    let own = format!("{path} - Failed to load resource");
    faults.extend(browser.console_errors()?.into_iter().filter(|e| !(wanted && e.contains(&own))));
    Ok(faults)
}

fn seen(look: &Value, seat: &str, path: &str, lang: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let status = STATUS.iter().find(|row| (row.0, row.1) == (seat, path)).map_or(200, |row| row.2);
    if look["status"] != json!(status) {
        faults.push(format!("answers {}, not {status}", look["status"]));
    }
    if look["lang"] != json!(lang) {
        faults.push(format!("is in {}", look["lang"]));
    }
    if look["headings"] != json!(1) || look["title"].as_str().is_none_or(|title| title.starts_with(" ·")) {
        faults.push(format!("has {} main headings and the title {}", look["headings"], look["title"]));
    }
    faults.extend(texts(&look["missing"]).into_iter().map(|key| format!("misses the words {key}")));
    faults.extend(texts(&look["chinese"]).into_iter().map(|text| format!("stays Chinese: {text}")));
    faults
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
