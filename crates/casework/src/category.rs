//! Categories of needs: data in `packs/categories.csv`, with what an enterprise should state for each.

use std::collections::HashSet;

/// The categories shipped with the program; a county may edit its own.
pub const SHIPPED: &str = include_str!("../../../packs/categories.csv");

const HEADER: &str = "code,zh,en,guide_zh,guide_en,leads";

/// One category.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Category {
    /// Short, stable, lower case: `land`.
    pub code: String,
    pub zh: String,
    pub en: String,
    /// What the enterprise should state, shown beside the form.
    pub guide_zh: String,
    pub guide_en: String,
    /// Keys of the departments that usually lead, most usual first.
    pub leads: Vec<String>,
}

/// What is wrong with a file of categories.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {found}; expected {expected}")]
pub struct CategoryError {
    /// From 1.
    pub line: usize,
    pub found: String,
    pub expected: &'static str,
}

impl Category {
    /// The name in a language (`zh…`, else English).
    pub fn name(&self, lang: &str) -> &str {
        if lang.starts_with("zh") { &self.zh } else { &self.en }
    }

    /// The hint in a language.
    pub fn guide(&self, lang: &str) -> &str {
        if lang.starts_with("zh") { &self.guide_zh } else { &self.guide_en }
    }
}

/// Reads categories in the order of the file: UTF-8 CSV with the header `code,zh,en,guide_zh,guide_en,leads`, `leads`
/// separated by `;`, cells with commas in double quotes, no line breaks in cells.
///
/// # Errors
/// The first line that is wrong.
pub fn parse(text: &str) -> Result<Vec<Category>, CategoryError> {
    let wrong = |line, found: &str, expected| CategoryError { line, found: found.to_owned(), expected };
    let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    let (_, header) = lines.next().unwrap_or_default();
    if header.trim_end() != HEADER {
        return Err(wrong(1, header, "the header code,zh,en,guide_zh,guide_en,leads"));
    }
    let mut codes = HashSet::new();
    let mut all = Vec::new();
    for (at, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let cells = cells(line).ok_or_else(|| wrong(at + 1, line, "quotes that are closed"))?;
        let Ok([code, zh, en, guide_zh, guide_en, leads]) = <[String; 6]>::try_from(cells) else {
            return Err(wrong(at + 1, line, "six cells"));
        };
        let is_code = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        if !is_code {
            return Err(wrong(at + 1, &code, "a code in lower-case letters"));
        }
        if [&zh, &en, &guide_zh, &guide_en].iter().any(|cell| cell.trim().is_empty()) {
            return Err(wrong(at + 1, &code, "names and hints in both languages"));
        }
        if !codes.insert(code.clone()) {
            return Err(wrong(at + 1, &code, "each code once"));
        }
        let leads = leads.split(';').map(str::trim).filter(|lead| !lead.is_empty()).map(str::to_owned).collect();
        all.push(Category { code, zh, en, guide_zh, guide_en, leads });
    }
    Ok(all)
}

/// The shipped categories.
///
/// # Errors
/// None in a released program: a test reads the file.
pub fn shipped() -> Result<Vec<Category>, CategoryError> {
    parse(SHIPPED)
}

/// Cells of one CSV line; `None` when a quote stays open.
fn cells(line: &str) -> Option<Vec<String>> {
    let mut all = vec![String::new()];
    let mut quoted = false;
    let mut letters = line.trim_end_matches('\r').chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.next_if_eq(&'"').is_some() => all.last_mut()?.push('"'),
            '"' => quoted = !quoted,
            ',' if !quoted => all.push(String::new()),
            other => all.last_mut()?.push(other),
        }
    }
    (!quoted).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_categories_are_complete() {
        let all = shipped().unwrap();
        let codes: Vec<&str> = all.iter().map(|own| own.code.as_str()).collect();
        assert_eq!(codes.join(" "), "fin lab land permit util logi market policy tax tech env infra legal intl other");
        assert!(all.iter().all(|own| !own.leads.is_empty() && own.guide_zh.starts_with("请写明")));
        assert_eq!((all[4].name("en"), all[4].name("zh-CN")), ("Water, power, gas, heat", "要素保障"));
        assert_eq!(all[0].leads, ["finance_office", "central_bank", "treasury"]);
    }

    #[test]
    fn wrong_lines_are_named() {
        let line = "tax,税费,Taxes,写,\"Say \"\"what\"\", when\",tax";
        assert_eq!(parse(&format!("{HEADER}\n{line}\r\n")).unwrap()[0].guide_en, "Say \"what\", when");
        for (text, wanted) in [
            ("a,b".to_owned(), "line 1: a,b; expected the header"),
            (format!("{HEADER}\ntax,税费"), "line 2: tax,税费; expected six cells"),
            (format!("{HEADER}\n{line}\n\n{line}"), "line 4: tax; expected each code once"),
            (format!("{HEADER}\nTax,税费,Taxes,a,b,c"), "line 2: Tax; expected a code"),
            (format!("{HEADER}\ntax,税费,,a,b,c"), "line 2: tax; expected names"),
            (format!("{HEADER}\ntax,\"税费,,a,b,c"), "line 2: tax,\"税费,,a,b,c; expected quotes"),
        ] {
            let error = parse(&text).unwrap_err().to_string();
            assert!(error.starts_with(wanted), "{error}");
        }
    }
}
