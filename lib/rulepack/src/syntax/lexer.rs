//! Cuts an expression into tokens; what a name is depends on which names are known.

use super::ast::{Comparison, Span};
use super::error::{Problem, SyntaxError};
use super::names::Names;
use super::token::{Placed, Token};
use super::words::{ends, letter};
use crate::number;
use crate::unit::Unit;

/// All tokens, `End` last.
pub(super) fn tokens(text: &str, names: &dyn Names) -> Result<Vec<Placed>, SyntaxError> {
    let mut lexer = Lexer { text, place: 0, names, tokens: Vec::with_capacity(16) };
    while lexer.next()? {}
    Ok(lexer.tokens)
}

pub(super) struct Lexer<'a> {
    text: &'a str,
    place: usize,
    pub(super) names: &'a dyn Names,
    pub(super) tokens: Vec<Placed>,
}

impl Lexer<'_> {
    pub(super) fn rest(&self) -> &str {
        self.text.get(self.place..).unwrap_or("")
    }

    pub(super) fn push(&mut self, token: Token, length: usize) -> Result<bool, SyntaxError> {
        let start = self.place;
        self.place += length;
        self.tokens.push(Placed { token, span: Span { start, end: self.place } });
        Ok(true)
    }

    pub(super) fn fail<T>(&self, problem: Problem, length: usize) -> Result<T, SyntaxError> {
        Err(problem.at(Span { start: self.place, end: self.place + length }))
    }

    /// Reads one token; false after `End`.
    fn next(&mut self) -> Result<bool, SyntaxError> {
        self.skip_blank();
        let Some(first) = self.rest().chars().next() else {
            self.push(Token::End, 0)?;
            return Ok(false);
        };
        let narrow = number::narrow(first);
        if narrow.is_ascii_digit()
            || (narrow == '.'
                && self.after(first).starts_with(|c| number::narrow(c).is_ascii_digit())
                && !self.after_dot())
        {
            return self.number();
        }
        match first {
            '"' | '“' | '”' | '＂' => return self.text_literal(first),
            '@' if self.after(first).starts_with('"') => {
                self.place += 1;
                self.text_literal('"')?;
                if let Some(Placed { token, span }) = self.tokens.last_mut()
                    && let Token::Text(text) = token
                {
                    *token = Token::At(std::mem::take(text));
                    span.start -= 1;
                }
                return Ok(true);
            }
            _ => {}
        }
        if letter(first) { self.word() } else { self.sign(first, narrow) }
    }

    /// `1.5` is a number, `a.5` would be a path; a dot after a name or bracket begins no number.
    fn after_dot(&self) -> bool {
        let before = self.tokens.last().filter(|last| last.span.end == self.place);
        before.is_some_and(|last| matches!(last.token, Token::Name(_) | Token::Close | Token::CloseSquare | Token::Dot))
    }

    fn after(&self, first: char) -> &str {
        self.rest().get(first.len_utf8()..).unwrap_or("")
    }

    fn skip_blank(&mut self) {
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}').len();
            let comment = match rest.get(blank..) {
                Some(rest) if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
                Some(rest) if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
                _ => 0,
            };
            self.place += blank + comment;
            if blank + comment == 0 {
                return;
            }
        }
    }

    fn sign(&mut self, first: char, narrow: char) -> Result<bool, SyntaxError> {
        let second = self.after(first).chars().next();
        let twin = second.map(number::narrow);
        let both = first.len_utf8() + second.map_or(0, char::len_utf8);
        let one = first.len_utf8();
        match (narrow, twin) {
            ('*', Some('*')) => self.push(Token::Power, both),
            ('.', Some('.')) => self.push(Token::Dots, both),
            ('!', Some('=')) | ('<', Some('>')) => self.push(Token::Compare(Comparison::NotEqual), both),
            ('<', Some('=')) => self.push(Token::Compare(Comparison::LessOrEqual), both),
            ('>', Some('=')) => self.push(Token::Compare(Comparison::GreaterOrEqual), both),
            ('=', Some('=')) => self.fail(Problem::DoubleEquals, both),
            ('<', _) => self.push(Token::Compare(Comparison::Less), one),
            ('>', _) => self.push(Token::Compare(Comparison::Greater), one),
            ('=', _) => self.push(Token::Compare(Comparison::Equal), one),
            ('≤' | '⩽' | '≦', _) => self.push(Token::Compare(Comparison::LessOrEqual), one),
            ('≥' | '⩾' | '≧', _) => self.push(Token::Compare(Comparison::GreaterOrEqual), one),
            ('≠', _) => self.push(Token::Compare(Comparison::NotEqual), one),
            ('+', _) => self.push(Token::Plus, one),
            ('-', _) => self.push(Token::Minus, one),
            ('*' | '×', _) => self.push(Token::Star, one),
            ('/' | '÷', _) => self.push(Token::Slash, one),
            ('(', _) => self.push(Token::Open, one),
            (')', _) => self.push(Token::Close, one),
            ('[' | '【', _) => self.push(Token::OpenSquare, one),
            (']' | '】', _) => self.push(Token::CloseSquare, one),
            ('{', _) => self.push(Token::OpenBrace, one),
            ('}', _) => self.push(Token::CloseBrace, one),
            (',' | '、', _) => self.push(Token::Comma, one),
            (':', _) => self.push(Token::Colon, one),
            ('.', _) => self.push(Token::Dot, one),
            ('?', _) => self.push(Token::Subject, one),
            _ => self.fail(Problem::Character(first), one),
        }
    }

    /// Digits with a point and exponent, then perhaps a unit; or a date: `2026-02-13`, `2026年2月13日`.
    fn number(&mut self) -> Result<bool, SyntaxError> {
        if let Some((date, length)) = date_at(self.rest()) {
            if chrono::NaiveDate::parse_from_str(&date, "%Y-%m-%d").is_err() {
                return self.fail(Problem::Date(date), length);
            }
            return self.push(Token::At(date), length);
        }
        let mut plain = String::new();
        let mut length = 0;
        let mut point = None;
        let mut exponent = None;
        let mut chars = self.rest().chars().peekable();
        while let Some(c) = chars.next() {
            let narrow = number::narrow(c);
            let next = chars.peek().copied().map(number::narrow);
            let follows = |digit: Option<char>| digit.is_some_and(|d| d.is_ascii_digit());
            match narrow {
                '0'..='9' => plain.push(narrow),
                '.' if point.is_none() && exponent.is_none() && follows(next) => {
                    point = Some(plain.len());
                }
                'e' | 'E' if exponent.is_none() => {
                    let rest = self.rest().get(length + c.len_utf8()..).unwrap_or("");
                    let signed = rest.strip_prefix(['+', '-']).unwrap_or(rest);
                    if !signed.starts_with(|d: char| d.is_ascii_digit()) {
                        break;
                    }
                    exponent = Some(plain.len());
                    if signed.len() < rest.len() {
                        plain.push(if rest.starts_with('-') { '-' } else { '+' });
                        chars.next();
                        length += 1;
                    }
                }
                _ => break,
            }
            length += c.len_utf8();
        }
        let (digits, power) = match exponent {
            Some(place) => plain.split_at(place),
            None => (plain.as_str(), "0"),
        };
        let (whole, fraction) = digits.split_at(point.unwrap_or(digits.len()));
        let value = power.parse().ok().and_then(|power| number::decimal(whole, fraction, power));
        let rest = self.rest().get(length..).unwrap_or("");
        let Some(value) = value.filter(|_| !rest.starts_with(|c: char| c == '_' || number::narrow(c).is_ascii_digit()))
        else {
            let written = number::quoted(self.rest().get(..length).unwrap_or("")).into_owned();
            let problem =
                if number::is_too_long(digits) { Problem::LongNumber(written) } else { Problem::Number(written) };
            return self.fail(problem, length);
        };
        let spaces = rest.len() - rest.trim_start_matches([' ', '\u{3000}']).len();
        let unit = rest.get(spaces..).and_then(|rest| self.unit(rest));
        let (unit, more) = match unit {
            Some(unit) => {
                let more = spaces + unit.len();
                (Some(unit), more)
            }
            None => (None, 0),
        };
        self.push(Token::Number { value, unit }, length + more)
    }

    /// The unit behind a number. `/亩` belongs to it unless a known name begins there.
    fn unit(&self, rest: &str) -> Option<String> {
        let (_, mut length) = Unit::simple_at(rest)?;
        if !ends(rest.get(..length)?, rest.get(length..)?) {
            return None;
        }
        while let Some(lower) = rest.get(length..)?.strip_prefix(['/', '／']) {
            let slash = rest.len() - length - lower.len();
            let spaces = lower.len() - lower.trim_start_matches(' ').len();
            let lower = lower.get(spaces..)?;
            let Some((_, more)) = Unit::simple_at(lower) else { break };
            let known = self.names.longest(lower).is_some_and(|name| name > more);
            if known || !ends(lower.get(..more)?, lower.get(more..)?) {
                break;
            }
            length += slash + spaces + more;
        }
        rest.get(..length).map(str::to_owned)
    }

    fn text_literal(&mut self, open: char) -> Result<bool, SyntaxError> {
        let close: &[char] = if open == '"' { &['"'] } else { &['”', '“', '＂'] };
        let mut text = String::new();
        let body = self.after(open);
        let mut chars = body.char_indices();
        while let Some((place, c)) = chars.next() {
            if close.contains(&c) {
                let length = open.len_utf8() + place + c.len_utf8();
                return self.push(Token::Text(text), length);
            }
            if c != '\\' {
                text.push(c);
                continue;
            }
            let (_, escape) = chars.next().unwrap_or((0, ' '));
            let digits = match escape {
                'u' => 4,
                'U' => 6,
                _ => 0,
            };
            let code: String = chars.by_ref().take(digits).map(|(_, c)| c).collect();
            let mut unescaped = match escape {
                'n' => Some('\n'),
                't' => Some('\t'),
                'r' => Some('\r'),
                '"' | '\'' | '\\' => Some(escape),
                'u' | 'U' => u32::from_str_radix(&code, 16).ok().and_then(char::from_u32),
                _ => None,
            };
            // Two halves of one character beyond U+FFFF.
            if escape == 'u' && unescaped.is_none() {
                unescaped = surrogates(&code, chars.as_str());
                if unescaped.is_some() {
                    chars.nth(5);
                }
            }
            match unescaped {
                Some(c) => text.push(c),
                // Regular expressions are full of them: `\d`, `\s`.
                None if digits == 0 => text.extend(['\\', escape]),
                None => return self.fail(Problem::Escape(format!("\\{escape}{code}")), open.len_utf8() + place + 2),
            }
        }
        self.fail(Problem::UnclosedText, self.rest().len())
    }
}

fn surrogates(high: &str, rest: &str) -> Option<char> {
    let high = u32::from_str_radix(high, 16).ok().filter(|code| (0xd800..0xdc00).contains(code))?;
    let low = rest.strip_prefix("\\u")?.get(..4)?;
    let low = u32::from_str_radix(low, 16).ok().filter(|code| (0xdc00..0xe000).contains(code))?;
    char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))
}

/// A date written without quotation marks, as ISO text.
fn date_at(text: &str) -> Option<(String, usize)> {
    let digits = |text: &str, most: usize| text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (separators, least): ([&str; 3], usize) =
        if text.get(4..)?.starts_with('-') { (["-", "-", ""], 2) } else { (["年", "月", "日"], 1) };
    let mut place = 0;
    let mut parts = [0u32; 3];
    for ((part, separator), most) in parts.iter_mut().zip(separators).zip([4, 2, 2]) {
        let rest = text.get(place..)?;
        let count = digits(rest, most);
        if count < least || (most == 4 && count < 4) {
            return None;
        }
        *part = rest.get(..count)?.parse().ok()?;
        place += count;
        text.get(place..)?.starts_with(separator).then_some(())?;
        place += separator.len();
    }
    let ends = !text.get(place..)?.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
    let [year, month, day] = parts;
    ends.then(|| (format!("{year:04}-{month:02}-{day:02}"), place))
}
