//! Co-units among many by keyboard: found by typing, counted in the head of their fold, named in what the enterprise will
//! read; kept by a draft; accessible while all of that is open.

use serde_json::json;
use testkit::block_on;
use web::Lang;

use super::county::County;
use super::hands;
use crate::harness::axe;
use crate::harness::webdriver::{Browser, Window};

const ENTER: &str = "\u{E007}";
const BACK: &str = "\u{E003}";
const FOLD: &str = "#panel details:has([data-find-boxes])";
/// What stands open in the list: ticked or fitting, in order.
const SHOWN: &str = "return [...document.querySelectorAll('#panel [name=co]')]\
                     .filter(box => box.offsetParent).map(box => [box.value, box.checked])";

#[test]
fn co_units_are_found_ticked_counted_and_named_by_keyboard() {
    block_on(async {
        let county = County::open(Lang::Zh).await;
        let browser = Browser::start(Window { size: (1440, 900), lang: "zh-CN", javascript: true }).unwrap();
        county.sit(&browser, "demo-desk").unwrap();
        browser.goto(&county.at("/desk?state=submitted")).unwrap();
        hands::enter(&browser, "a[data-open]").unwrap();
        browser.find("#panel form[action$='/accept-assign']").unwrap();
        hands::enter(&browser, &format!("{FOLD} > summary")).unwrap();
        let many = browser.execute(SHOWN, &[]).unwrap().as_array().unwrap().len();
        assert!(many > 60, "{many} units are offered");

        // Enter in the box sends nothing; it ticks the only one that was found.
        for (typed, unit) in [("gyhxx", "industry"), ("住房和城乡", "housing-construction")] {
            hands::reach(&browser, "#panel [data-find-boxes]").unwrap();
            browser.press(typed).unwrap();
            let said = "return document.querySelector('#panel [data-found]').textContent";
            browser
                .wait("what was found", || Ok((browser.execute(said, &[])? == json!("找到 1 个")).then_some(())))
                .unwrap_or_else(|e| panic!("{typed} {unit}: {e}, {:?}", browser.execute(SHOWN, &[])));
            browser.press(ENTER).unwrap();
            for _ in typed.chars() {
                browser.press(BACK).unwrap();
            }
        }
        let badge = "return document.querySelector('#panel [data-ticked]').textContent";
        assert_eq!(browser.execute(badge, &[]).unwrap(), json!("2"));
        let shown = browser.execute(SHOWN, &[]).unwrap();
        let shown = shown.as_array().unwrap();
        assert_eq!(shown.len(), many, "all are there again");
        let ticked: Vec<bool> = shown.iter().map(|one| one[1] == json!(true)).collect();
        assert!(ticked[0] && ticked[1] && !ticked[2..].contains(&true), "the ticked stand first: {shown:?}");
        let seen = "return document.querySelector('#panel .seen.said').textContent";
        let named = browser
            .wait("both units in what the enterprise will see", || {
                let named = browser.execute(seen, &[])?.as_str().unwrap_or_default().to_owned();
                Ok(named.contains('、').then_some(named))
            })
            .unwrap();
        assert!(
            named.contains("工业和信息化局、住房和城乡建设局") || named.contains("住房和城乡建设局、工业和信息化局"),
            "{named}"
        );
        axe::assert_accessible(&browser);

        // The draft comes back although the boxes stood in another order.
        let kept = "return Object.keys(localStorage).some(key => key.startsWith('wanqi-draft:need-'))";
        browser.wait("the draft", || Ok((browser.execute(kept, &[])? == json!(true)).then_some(()))).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(600));
        let here = browser.url().unwrap();
        browser.goto(&here).unwrap();
        browser.find("#panel .draft-notice").unwrap();
        browser.wait("the count", || Ok((browser.execute(badge, &[])? == json!("2")).then_some(()))).unwrap();
        let again = "return [...document.querySelectorAll('#panel [name=co]:checked')].map(box => box.value).sort()";
        let first: Vec<_> = shown[..2].iter().map(|one| one[0].as_str().unwrap().to_owned()).collect();
        let mut first = first;
        first.sort();
        assert_eq!(browser.execute(again, &[]).unwrap(), json!(first));
        assert_eq!(browser.console_errors().unwrap(), Vec::<String>::new());
    });
}

#[test]
fn without_scripts_the_list_is_whole_and_nothing_is_typed() {
    block_on(async {
        let county = County::open(Lang::Zh).await;
        let browser = Browser::start(Window { size: (1440, 900), lang: "zh-CN", javascript: false }).unwrap();
        county.sit(&browser, "demo-desk").unwrap();
        browser.goto(&county.at("/desk?state=submitted")).unwrap();
        hands::enter(&browser, "a[data-open]").unwrap();
        hands::enter(&browser, &format!("{FOLD} > summary")).unwrap();
        assert!(browser.execute(SHOWN, &[]).unwrap().as_array().unwrap().len() > 60);
        let there = "return !!document.querySelector('#panel [data-find-boxes]').offsetParent";
        assert_eq!(browser.execute(there, &[]).unwrap(), json!(false));
    });
}
