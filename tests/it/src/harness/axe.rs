//! Accessibility: runs axe-core in the page the browser shows and tells what breaks WCAG 2.2 AA.

use std::path::Path;

use serde_json::{Value, json};

use super::http::Res;
use super::webdriver::Browser;

/// The rules of WCAG 2.0, 2.1 and 2.2 at levels A and AA, as axe tags them.
const TAGS: &[&str] = &["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/// What axe found on the page shown, one readable paragraph a violation; empty when all is well.
///
/// # Errors
/// axe-core is not installed in `tests/it/assets` (`cargo xtask test --only prepare` does it), or the page is gone.
pub fn violations(browser: &Browser) -> Res<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/node_modules/axe-core/axe.min.js");
    if browser.execute("return typeof window.axe", &[])? != json!("object") {
        let axe = std::fs::read_to_string(&path)
            .map_err(|e| format!("{}: {e}; run `cargo xtask test --only prepare` once", path.display()))?;
        browser.execute(&axe, &[])?;
    }
    let run = "const done = arguments[arguments.length - 1];
        axe.run(document, { runOnly: { type: 'tag', values: arguments[0] }, resultTypes: ['violations'] })
           .then(r => done(r.violations), e => done(String(e)));";
    let found = browser.execute_async(run, &[json!(TAGS)])?;
    let list = found.as_array().ok_or_else(|| format!("axe failed: {found}"))?;
    Ok(list.iter().map(describe).collect())
}

/// Fails the test with every violation, where it is and how to mend it.
pub fn assert_accessible(browser: &Browser) {
    let found = violations(browser).unwrap();
    assert!(found.is_empty(), "{} is not accessible:\n{}", browser.url().unwrap(), found.join("\n"));
}

fn describe(violation: &Value) -> String {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut text = format!("{} ({}): {}", word(&violation["id"]), word(&violation["impact"]), word(&violation["help"]));
    for node in violation["nodes"].as_array().into_iter().flatten().take(5) {
        let html: String = word(&node["html"]).chars().take(160).collect();
        let summary = word(&node["failureSummary"]).replace('\n', " ");
        text.push_str(&format!("\n    at {}: {html}\n       {summary}", node["target"]));
    }
    text
}
