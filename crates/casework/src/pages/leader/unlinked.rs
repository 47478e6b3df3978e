//! Figures for those who may see them but no request: the same numbers, without links to lists and without cases.

use identity::{Actor, Reached};

use crate::access;

/// What figures are made of, and whether the lists behind them may be opened. Both must reach equally far.
pub(super) fn reach(actor: &Actor) -> (Reached, bool) {
    let read = identity::reached(actor, &access::READ);
    if read.is_nothing() { (identity::reached(actor, &access::FIGURES), false) } else { (read, true) }
}

/// Addresses of lists and cases.
const CLOSED: [&str; 2] = ["/requests", "/overview/units"];

/// The page with links to lists turned into the text they stand around. Links never stand inside of each other.
pub(super) fn unlinked(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find("<a ") {
        let Some(end) = rest[at..].find('>').map(|end| at + end + 1) else { break };
        let closed = CLOSED.iter().any(|to| rest[at..end].contains(&format!("href=\"{to}")));
        out.push_str(&rest[..at]);
        let Some(close) = rest[end..].find("</a>").map(|close| end + close) else { break };
        if closed {
            out.push_str(&rest[end..close]);
        } else {
            out.push_str(&rest[at..close + 4]);
        }
        rest = &rest[close + 4..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_links_to_lists_go() {
        let html = r#"<p><a class="x" href="/requests?state=open">12</a>/<a href="/enterprises?helper=no">3</a> <a href="/overview/units/a">A</a>.</p>"#;
        assert_eq!(unlinked(html), r#"<p>12/<a href="/enterprises?helper=no">3</a> A.</p>"#);
    }
}
