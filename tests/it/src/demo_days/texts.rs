//! Pages as people read them, and what may stand on none of them.

use crate::harness::client::Client;
use crate::harness::html;

/// The page of an address, which must answer and say nothing false whatever the day.
pub fn raw(client: &mut Client, path: &str) -> String {
    let answer = client.get(path).unwrap();
    let page = answer.text();
    assert_eq!(answer.status, 200, "{path}: {}", html::text(&page));
    let text = html::text(&page);
    // A notice that is not entered here may well be published; nobody urges by himself; hours and days off are not counted.
    for wrong in [
        "⟦",
        "没公布",
        "未公布",
        "没有公布",
        "正在催办",
        "not been published",
        "not yet published",
        "unpublished",
        "NaN",
    ] {
        assert!(!text.contains(wrong), "{path}: {wrong} in {text}");
    }
    for (at, _) in text.match_indices("超期 ") {
        let rest = text[at + "超期 ".len()..].trim_start();
        let digits = rest.chars().take_while(char::is_ascii_digit).count();
        let unit = rest[digits..].trim_start();
        assert!(!["日", "天", "小时"].iter().any(|wrong| unit.starts_with(wrong)), "{path}: 超期 {rest}");
    }
    page
}

/// The text of it.
pub fn page(client: &mut Client, path: &str) -> String {
    html::text(&raw(client, path))
}

/// The text of the first row of a table that names `number`.
pub fn row(page: &str, number: &str) -> Option<String> {
    let row = page.split("<tr").find(|row| row.contains(&format!(">{number}</a>")))?;
    Some(html::text(row.split("</tr>").next()?))
}

/// What stands between two pieces of a page.
pub fn between<'a>(page: &'a str, before: &str, after: &str) -> Option<&'a str> {
    page.split_once(before)?.1.split_once(after).map(|(own, _)| own)
}
