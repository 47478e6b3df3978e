//! What people do from end to end: an enterprise on its telephone, and a problem's whole life by keyboard, with and
//! without scripts.

use std::time::Duration;

use serde_json::json;
use testkit::block_on;
use web::Lang;

use super::county::{County, OTHER_DESK};
use super::hands;
use crate::harness::http::Res;
use crate::harness::webdriver::{Browser, Window};

const TITLE: &str = "三号车间行车安装验收";
const BODY: &str = "设备已到场，请协调特种设备检验时间。";

#[test]
fn on_a_telephone_a_draft_survives_and_two_taps_send_one_request() {
    block_on(async {
        let county = County::open(Lang::Zh).await;
        let browser = Browser::start(Window::phone()).unwrap();
        county.sit(&browser, "demo-enterprise").unwrap();
        type_problem(&county, &browser).unwrap();
        let kept = "return (localStorage.getItem('wanqi-draft:raise') || '').includes(arguments[0])";
        browser
            .wait("the draft", || Ok((browser.execute(kept, &[json!(BODY)])? == json!(true)).then_some(())))
            .unwrap();
        browser.goto(&county.at("/raise")).unwrap();
        browser.find(".draft-notice").unwrap();
        let held = "return [document.querySelector('#f-title').value, document.querySelector('#f-body').value, \
                    document.querySelector('[name=category]:checked').value]";
        assert_eq!(browser.execute(held, &[]).unwrap(), json!([TITLE, BODY, "land"]));

        let before = county.requests().await;
        tap_twice(&browser, "#raise .form-foot .button.primary").unwrap();
        let number = sent(&browser).unwrap();
        assert_eq!(county.requests().await, before + 1, "two taps, one request");
        browser.wait_for_text(&number).unwrap();
        browser.goto(&county.at("/raise")).unwrap();
        assert!(browser.all(".draft-notice").unwrap().is_empty(), "what was sent is no draft any more");
        assert_eq!(browser.console_errors().unwrap(), Vec::<String>::new());
    });
}

#[test]
fn a_whole_life_by_keyboard() {
    whole_life(true);
}

#[test]
fn a_whole_life_by_keyboard_without_scripts() {
    whole_life(false);
}

/// Raised, accepted and passed on, signed for, answered, called back by somebody else, closed.
fn whole_life(javascript: bool) {
    block_on(async {
        let county = County::open(Lang::Zh).await;
        let browser = Browser::start(Window { size: (1440, 900), lang: "zh-CN", javascript }).unwrap();
        county.sit(&browser, "demo-enterprise").unwrap();
        type_problem(&county, &browser).unwrap();
        let before = county.requests().await;
        tap_twice(&browser, "#raise .form-foot .button.primary").unwrap();
        let number = sent(&browser).unwrap();
        assert_eq!(county.requests().await, before + 1, "two clicks, one request");

        county.sit(&browser, "demo-desk").unwrap();
        accept(&county, &browser, &number, javascript).unwrap();
        assert_eq!(county.state(&number).await, "assigned");

        county.sit(&browser, "demo-handler").unwrap();
        sign_and_answer(&county, &browser, &number).unwrap();
        assert_eq!(county.state(&number).await, "answered");

        county.sit(&browser, OTHER_DESK).unwrap();
        call_back(&county, &browser, &number).unwrap();
        assert_eq!(county.state(&number).await, "closed");
        assert_eq!(browser.console_errors().unwrap(), Vec::<String>::new());
    });
}

fn type_problem(county: &County, browser: &Browser) -> Res<()> {
    browser.goto(&county.at("/raise"))?;
    browser.click("label.pick:has(input[value=land])")?;
    browser.type_into("#f-title", TITLE)?;
    browser.type_into("#f-body", BODY)
}

/// Two quick clicks of the mouse in the middle of what matches, as an impatient finger does it.
fn tap_twice(browser: &Browser, css: &str) -> Res<()> {
    let middle = "const e = document.querySelector(arguments[0]); e.scrollIntoView({ block: 'center' }); \
                  const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]";
    let at = browser.execute(middle, &[json!(css)])?;
    for (kind, count) in [("mousePressed", 1), ("mouseReleased", 1), ("mousePressed", 2), ("mouseReleased", 2)] {
        let event = json!({ "type": kind, "x": at[0], "y": at[1], "button": "left", "clickCount": count });
        browser.devtools("Input.dispatchMouseEvent", &event)?;
    }
    Ok(())
}

/// The number of the request that the page says was received.
fn sent(browser: &Browser) -> Res<String> {
    browser.wait("the page that says it was received", || {
        let url = browser.url()?;
        Ok(url
            .rsplit_once("/raise/sent/")
            .or(url.rsplit_once("/my/"))
            .map(|(_, number)| number.chars().take_while(|c| c.is_ascii_digit() || *c == '-').collect()))
    })
}

/// At the desk: to the row by keyboard, then the form beside the list.
fn accept(county: &County, browser: &Browser, number: &str, javascript: bool) -> Res<()> {
    browser.goto(&county.at(&format!("/desk?state=submitted&q={number}")))?;
    if javascript {
        browser.press("j")?;
        hands::reach(browser, "a[data-open]")?;
        browser.press("o")?;
    } else {
        hands::enter(browser, "a[data-open]")?;
    }
    browser.find("#panel form[action$='/accept-assign']")?;
    hands::choose(browser, "#panel #f-category", "land")?;
    hands::write(browser, "#panel #f-lead", "natural-resources")?;
    hands::enter(browser, "#panel form .form-foot button.primary")?;
    done(browser)
}

fn sign_and_answer(county: &County, browser: &Browser, number: &str) -> Res<()> {
    browser.goto(&county.at("/queue"))?;
    hands::enter(browser, &format!("button[name=one][value='{number}']"))?;
    done(browser)?;
    browser.goto(&county.at(&format!("/requests/{number}?do=answer")))?;
    hands::mark(browser, "#f-outcome")?;
    hands::write(browser, "#f-text", "检验已约定在周三上午，请安排人员到场。")?;
    hands::enter(browser, "#do .form-foot button.primary")?;
    done(browser)
}

fn call_back(county: &County, browser: &Browser, number: &str) -> Res<()> {
    browser.goto(&county.at(&format!("/desk?state=answered&q={number}")))?;
    hands::enter(browser, "a[data-open]")?;
    browser.find("#panel form[action$='/call-back']")?;
    hands::mark(browser, "#panel #f-result")?;
    hands::enter(browser, "#panel form .form-foot button.primary")?;
    done(browser)
}

/// Waits for the line that says what was done.
fn done(browser: &Browser) -> Res<()> {
    browser.find(".flash").map(drop).map_err(|e| {
        let wrong = browser.execute("return document.querySelector('[role=alert]')?.innerText", &[]);
        format!("{e}\nalert: {wrong:?}")
    })?;
    std::thread::sleep(Duration::from_millis(50));
    Ok(())
}
