//! Reads of a page what a test needs: its forms with their fields, its links, its text. No full HTML parser.

/// A form as a browser would send it untouched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    pub action: String,
    /// `get` or `post`.
    pub method: String,
    pub enctype: String,
    /// Named inputs that would be sent: hidden and text values, checked boxes, chosen options, text areas. No buttons.
    pub fields: Vec<(String, String)>,
}

/// One start tag with its attributes, and the text up to the next tag.
#[derive(Debug)]
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
}

impl Tag {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

/// All forms of a page, in order.
pub fn forms(page: &str) -> Vec<Form> {
    let mut forms = Vec::new();
    let mut open: Option<Form> = None;
    let mut select: Option<(String, Option<String>, Option<String>)> = None;
    for tag in tags(page) {
        let Some(form) = open.as_mut() else {
            if tag.name == "form" {
                open = Some(start_form(&tag));
            }
            continue;
        };
        match tag.name.as_str() {
            "/form" => forms.extend(open.take()),
            "input" => form.fields.extend(input(&tag)),
            "textarea" => {
                if let Some(name) = tag.get("name") {
                    form.fields.push((name.to_owned(), tag.text.trim_start_matches('\n').to_owned()));
                }
            }
            "select" => select = tag.get("name").map(|name| (name.to_owned(), None, None)),
            "option" => {
                if let Some((_, first, chosen)) = select.as_mut() {
                    let value = tag.get("value").map_or_else(|| tag.text.trim().to_owned(), str::to_owned);
                    if tag.get("selected").is_some() {
                        *chosen = Some(value.clone());
                    }
                    first.get_or_insert(value);
                }
            }
            "/select" => {
                if let Some((name, first, chosen)) = select.take()
                    && let Some(value) = chosen.or(first)
                {
                    form.fields.push((name, value));
                }
            }
            _ => {}
        }
    }
    forms
}

/// Every `href` of the page, in order.
pub fn links(page: &str) -> Vec<String> {
    tags(page).iter().filter(|t| t.name == "a").filter_map(|t| t.get("href")).map(str::to_owned).collect()
}

/// The text between the tags, entities decoded, runs of white space made one space.
pub fn text(page: &str) -> String {
    let all: Vec<String> =
        tags(page).iter().filter(|t| t.name != "script" && t.name != "style").map(|t| t.text.clone()).collect();
    all.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn start_form(tag: &Tag) -> Form {
    Form {
        action: tag.get("action").unwrap_or_default().to_owned(),
        method: tag.get("method").unwrap_or("get").to_ascii_lowercase(),
        enctype: tag.get("enctype").unwrap_or("application/x-www-form-urlencoded").to_owned(),
        fields: Vec::new(),
    }
}

fn input(tag: &Tag) -> Option<(String, String)> {
    let name = tag.get("name")?.to_owned();
    let kind = tag.get("type").unwrap_or("text");
    if matches!(kind, "submit" | "button" | "image" | "reset" | "file") || tag.get("disabled").is_some() {
        return None;
    }
    if matches!(kind, "checkbox" | "radio") {
        tag.get("checked")?;
        return Some((name, tag.get("value").unwrap_or("on").to_owned()));
    }
    Some((name, tag.get("value").unwrap_or_default().to_owned()))
}

fn tags(page: &str) -> Vec<Tag> {
    let mut tags: Vec<Tag> = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        if let Some(last) = tags.last_mut() {
            last.text.push_str(&decode(&rest[..start]));
        }
        rest = &rest[start..];
        if rest.starts_with("<!--") {
            rest = rest.find("-->").map_or("", |end| &rest[end + 3..]);
            continue;
        }
        let end = tag_end(rest);
        let inside = rest[1..end].trim_end_matches('/');
        let name_end = inside.find(|c: char| c.is_whitespace()).unwrap_or(inside.len());
        let name = inside[..name_end].to_ascii_lowercase();
        rest = rest.get(end + 1..).unwrap_or("");
        let attributes = attributes(&inside[name_end..]);
        // Nothing inside a script or style is a tag.
        if name == "script" || name == "style" {
            rest = rest.find(&format!("</{name}")).map_or("", |close| &rest[close..]);
        }
        tags.push(Tag { name, attributes, text: String::new() });
    }
    tags
}

/// Where the tag that begins `text` ends; a `>` inside quotes does not count.
fn tag_end(text: &str) -> usize {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match quote {
            Some(q) if c == q => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c == '>' => return at,
            _ => {}
        }
    }
    text.len()
}

fn attributes(mut text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    loop {
        text = text.trim_start();
        if text.is_empty() {
            return found;
        }
        let end = text.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(text.len());
        let name = text[..end].to_ascii_lowercase();
        text = text[end..].trim_start();
        let mut value = "";
        if let Some(after) = text.strip_prefix('=') {
            let after = after.trim_start();
            let quote = after.chars().next().filter(|c| *c == '"' || *c == '\'');
            let (start, stop): (usize, usize) = match quote {
                Some(q) => (1, after[1..].find(q).map_or(after.len(), |at| at + 1)),
                None => (0, after.find(char::is_whitespace).unwrap_or(after.len())),
            };
            value = &after[start..stop];
            text = after.get(stop + usize::from(quote.is_some())..).unwrap_or("");
        }
        if !name.is_empty() {
            found.push((name, decode(value)));
        } else if value.is_empty() {
            return found;
        }
    }
}

/// Replaces the entities that templates write.
fn decode(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let known = rest.find(';').filter(|end| *end <= 10).and_then(|end| Some((end, entity(&rest[1..end])?)));
        match known {
            Some((end, c)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out + rest
}

fn entity(name: &str) -> Option<char> {
    let number = match name.strip_prefix('#') {
        Some(hex) if hex.starts_with(['x', 'X']) => u32::from_str_radix(&hex[1..], 16).ok(),
        Some(decimal) => decimal.parse().ok(),
        None => None,
    };
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => char::from_u32(number?),
    }
}
