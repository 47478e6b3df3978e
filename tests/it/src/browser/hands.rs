//! Hands on a keyboard: everything is reached with Tab and done with Enter, Space, arrows and letters.

use serde_json::json;

use crate::harness::http::Res;
use crate::harness::webdriver::Browser;

const TAB: &str = "\u{E004}";
const ENTER: &str = "\u{E007}";
const DOWN: &str = "\u{E015}";
/// The longest way to anything on a page.
const MOST_TABS: usize = 160;
const MOST_CHOICES: usize = 120;

/// Goes on with Tab until the focus is on what matches the selector.
///
/// # Errors
/// The keyboard does not come there.
pub fn reach(browser: &Browser, css: &str) -> Res<()> {
    for _ in 0..MOST_TABS {
        let there = "return !!document.activeElement && document.activeElement.matches(arguments[0])";
        if browser.execute(there, &[json!(css)])? == json!(true) {
            return Ok(());
        }
        browser.press(TAB)?;
    }
    let page: String = browser.page_text()?.chars().take(1500).collect();
    Err(format!("{}: Tab does not come to {css}; the page says:\n{page}", browser.url()?))
}

/// Presses Enter on a link or button.
///
/// # Errors
/// The keyboard does not come there.
pub fn enter(browser: &Browser, css: &str) -> Res<()> {
    reach(browser, css)?;
    browser.press(ENTER)
}

/// Types into a field.
///
/// # Errors
/// The keyboard does not come there.
pub fn write(browser: &Browser, css: &str, text: &str) -> Res<()> {
    reach(browser, css)?;
    browser.press(text)
}

/// Chooses a value of a list by walking down from its top.
///
/// # Errors
/// The list has no such value.
pub fn choose(browser: &Browser, css: &str, value: &str) -> Res<()> {
    reach(browser, css)?;
    for _ in 0..MOST_CHOICES {
        if browser.execute("return document.activeElement.value", &[])? == json!(value) {
            return Ok(());
        }
        browser.press(DOWN)?;
    }
    Err(format!("{css} has no {value}"))
}

/// Chooses the first of a group of round buttons.
///
/// # Errors
/// The keyboard does not come there.
pub fn mark(browser: &Browser, css: &str) -> Res<()> {
    reach(browser, css)?;
    browser.press(" ")
}
