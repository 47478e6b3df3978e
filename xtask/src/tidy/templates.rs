//! Rules for templates: nothing that the strict content security policy would stop.

use crate::house::Finding;

const SCRIPT: &str =
    "inline scripts are stopped by the content security policy: put it in a script file and load that with src";
const STYLE: &str = "inline styles are stopped by the content security policy: use a class of the stylesheet";
const HANDLER: &str = "inline handlers are stopped by the content security policy: listen in a script file";

pub fn check(file: &str, content: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut rest = content;
    let mut line = 1;
    while let Some(start) = rest.find('<') {
        line += rest[..start].matches('\n').count();
        rest = &rest[start..];
        let end = tag_end(rest);
        let tag = &rest[..end];
        let lower = tag.to_ascii_lowercase();
        let here = |what: String, rule| Finding::new(file, line, what, rule);
        if lower.starts_with("<style") {
            found.push(here("a <style> element".to_owned(), STYLE));
        }
        if lower.starts_with("<script") {
            let body = rest.get(end + 1..).unwrap_or("").split("</script").next().unwrap_or("");
            let data = lower.contains("application/json") || lower.contains("application/ld+json");
            if !body.trim().is_empty() && !data {
                found.push(here("a <script> with a body".to_owned(), SCRIPT));
            }
        }
        for name in attribute_names(&lower) {
            if name == "style" {
                found.push(here("a style attribute".to_owned(), STYLE));
            } else if name.starts_with("hx-on") || (name.len() > 4 && name.starts_with("on") && is_letters(name)) {
                found.push(here(format!("the handler {name}"), HANDLER));
            }
        }
        line += tag.matches('\n').count();
        rest = rest.get(end.max(1)..).unwrap_or("");
    }
    found
}

fn is_letters(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_lowercase())
}

/// Where the tag that begins `text` ends; a `>` in quotes or in a template's braces does not count.
fn tag_end(text: &str) -> usize {
    let mut quote = None;
    let mut braces = 0;
    for (at, c) in text.char_indices() {
        match c {
            '{' => braces += 1,
            '}' => braces -= 1,
            _ if braces > 0 => {}
            '"' | '\'' if quote == Some(c) => quote = None,
            '"' | '\'' if quote.is_none() => quote = Some(c),
            '>' if quote.is_none() => return at,
            _ => {}
        }
    }
    text.len()
}

/// Names before `=` in a tag, values and template expressions left out.
fn attribute_names(tag: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut quote = None;
    let mut braces = 0;
    let mut start = 0;
    for (at, c) in tag.char_indices() {
        match c {
            '{' => braces += 1,
            '}' => {
                braces -= 1;
                start = at + 1;
            }
            _ if braces > 0 => {}
            '"' | '\'' if quote == Some(c) => {
                quote = None;
                start = at + 1;
            }
            _ if quote.is_some() => {}
            '"' | '\'' => quote = Some(c),
            '=' => names.push(tag[start..at].trim()),
            _ if c.is_whitespace() => start = at + 1,
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_policy_stops_is_found_and_the_rest_passes() {
        let bad =
            "<p>a</p>\n<a href=\"/x?style=1\"\n onclick=\"f()\" style='x'>\n<script>go()</script><b hx-on:click='x'>";
        let found: Vec<_> = check("a.html", bad).into_iter().map(|f| (f.line, f.rule)).collect();
        assert_eq!(found, [(2, HANDLER), (2, STYLE), (4, SCRIPT), (4, HANDLER)]);
        let good = "<script src=\"{{ asset }}\" defer></script><a class=\"on\" title=\"on = style=\" {% if a > b %}data-on=\"1\"{% endif %}>x = y, style=no</a>";
        assert_eq!(check("a.html", good), []);
    }
}
