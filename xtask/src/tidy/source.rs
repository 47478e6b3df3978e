//! Reads a Rust file as far as the rules need: code without comments and strings, the strings, and what is only test.

/// A string literal of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// Line of its opening quote, from 1.
    pub line: usize,
    /// As written between the quotes, escapes not resolved.
    pub text: String,
    /// The code right before it, from the same line or the one above.
    pub before: String,
    /// It stands in a `#[cfg(test)]` module.
    pub in_test: bool,
}

/// A Rust file taken apart.
#[derive(Debug, Default)]
pub struct Source {
    pub first_line: String,
    /// Code of each line with comments left out and strings empty; and whether the line is only for tests.
    pub lines: Vec<(String, bool)>,
    pub literals: Vec<Literal>,
    /// Line comments with their lines.
    pub comments: Vec<(usize, String)>,
}

impl Source {
    pub fn read(content: &str) -> Self {
        let mut lexer = Lexer { rest: content, line: 1, code: vec![String::new()], out: Self::default() };
        lexer.run();
        let mut source = lexer.out;
        source.first_line = content.lines().next().unwrap_or_default().to_owned();
        let tests = test_lines(&lexer.code);
        for literal in &mut source.literals {
            literal.in_test = tests.get(literal.line - 1).copied().unwrap_or(false);
        }
        source.lines = lexer.code.into_iter().zip(tests).collect();
        source
    }
}

struct Lexer<'a> {
    rest: &'a str,
    line: usize,
    code: Vec<String>,
    out: Source,
}

impl Lexer<'_> {
    fn run(&mut self) {
        while let Some(c) = self.rest.chars().next() {
            if self.rest.starts_with("//") {
                let end = self.rest.find('\n').unwrap_or(self.rest.len());
                self.out.comments.push((self.line, self.rest[..end].to_owned()));
                self.skip(end);
            } else if self.rest.starts_with("/*") {
                self.block_comment();
            } else if let Some(hashes) = self.raw_string() {
                let open = self.rest.find('"').map_or(0, |at| at + 1);
                self.skip(open);
                self.literal(&format!("\"{}", "#".repeat(hashes)), false);
            } else if c == '"' {
                self.skip(1);
                self.literal("\"", true);
            } else if let Some(length) = self.char_literal() {
                self.skip(length);
            } else {
                self.take(c);
            }
        }
    }

    /// Moves over one character of code.
    fn take(&mut self, c: char) {
        if c != '\n'
            && let Some(line) = self.code.last_mut()
        {
            line.push(c);
        }
        self.skip(c.len_utf8());
    }

    fn skip(&mut self, bytes: usize) {
        let (skipped, rest) = self.rest.split_at(bytes.min(self.rest.len()));
        for _ in skipped.matches('\n') {
            self.line += 1;
            self.code.push(String::new());
        }
        self.rest = rest;
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        while !self.rest.is_empty() {
            if self.rest.starts_with("/*") {
                depth += 1;
                self.skip(2);
            } else if self.rest.starts_with("*/") {
                depth -= 1;
                self.skip(2);
                if depth == 0 {
                    return;
                }
            } else {
                self.skip(self.rest.chars().next().map_or(1, char::len_utf8));
            }
        }
    }

    /// Number of hashes if a raw string (`r"`, `r#"`, `br#"`, `cr"`) begins here and not inside a word.
    fn raw_string(&self) -> Option<usize> {
        let before = self.code.last().and_then(|line| line.chars().last());
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            return None;
        }
        let after = self.rest.strip_prefix(['b', 'c']).unwrap_or(self.rest).strip_prefix('r')?;
        let hashes = after.len() - after.trim_start_matches('#').len();
        after[hashes..].starts_with('"').then_some(hashes)
    }

    fn literal(&mut self, close: &str, escapes: bool) {
        let line = self.line;
        let mut text = String::new();
        while !self.rest.is_empty() && !self.rest.starts_with(close) {
            let mut length = self.rest.chars().next().map_or(1, char::len_utf8);
            if escapes && self.rest.starts_with('\\') {
                length += self.rest[1..].chars().next().map_or(0, char::len_utf8);
            }
            text.push_str(&self.rest[..length]);
            self.skip(length);
        }
        self.skip(close.len());
        let before = self.code.iter().take(line).rev().find(|code| !code.trim().is_empty());
        let before = before.map(|code| code.trim_end().to_owned()).unwrap_or_default();
        if let Some(code) = self.code.last_mut() {
            code.push_str("\"\"");
        }
        self.out.literals.push(Literal { line, text, before, in_test: false });
    }

    /// Length of a character literal; a lifetime such as `'a` is none.
    fn char_literal(&self) -> Option<usize> {
        let inside = self.rest.strip_prefix('\'')?;
        if inside.starts_with('\\') {
            return inside[2..].find('\'').map(|end| end + 4);
        }
        let c = inside.chars().next()?;
        inside[c.len_utf8()..].starts_with('\'').then(|| c.len_utf8() + 2)
    }
}

/// Which lines lie in an item that follows `#[cfg(test)]`.
fn test_lines(code: &[String]) -> Vec<bool> {
    let mut flags = vec![false; code.len()];
    let mut start = 0;
    while let Some(at) = (start..code.len()).find(|&i| code[i].contains("#[cfg(test)]")) {
        let mut depth = 0_i32;
        let mut opened = false;
        let mut end = at;
        'item: for (index, line) in code.iter().enumerate().skip(at) {
            end = index;
            let from = if index == at { line.find("#[cfg(test)]").map_or(0, |p| p + 12) } else { 0 };
            for c in line[from..].chars() {
                match c {
                    '{' => {
                        depth += 1;
                        opened = true;
                    }
                    '}' => depth -= 1,
                    ';' if !opened => break 'item,
                    _ => {}
                }
                if opened && depth == 0 {
                    break 'item;
                }
            }
        }
        flags[at..=end].fill(true);
        start = end + 1;
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_comments_and_tests_are_told_apart() {
        let source = Source::read(concat!(
            "//! head\n",
            "fn a<'x>(c: char) { let s = \"SELECT \\\" // no\"; if c == '\"' { } } // yes\n",
            "const R: &str = r#\"two\n \"lines\" \"#; /* gone { /* deep */ */ let y = 'b';\n",
            "#[cfg(test)]\nmod tests {\n    const T: &str = \"t\";\n}\nfn z() {}\n"
        ));
        assert_eq!(source.first_line, "//! head");
        let texts: Vec<_> = source.literals.iter().map(|l| (l.line, l.text.as_str(), l.in_test)).collect();
        assert_eq!(
            texts,
            [(2, "SELECT \\\" // no", false), (3, "two\n \"lines\" ", false), (7, "t", true)],
            "{:?}",
            source.lines
        );
        assert_eq!(source.lines[1].0, "fn a<'x>(c: char) { let s = \"\"; if c ==  { } } ");
        assert_eq!(source.comments[1], (2, "// yes".to_owned()));
        let tests: Vec<usize> = (0..source.lines.len()).filter(|&i| source.lines[i].1).map(|i| i + 1).collect();
        assert_eq!(tests, [5, 6, 7, 8], "the module and nothing after it");
    }
}
