//! Words and names: where each ends depends on which names are known.

use super::error::{Problem, SyntaxError};
use super::functions;
use super::lexer::Lexer;
use super::token::{LOOPS, Token, Word, chinese_at, english};
use crate::number;

impl Lexer<'_> {
    pub(super) fn word(&mut self) -> Result<bool, SyntaxError> {
        let rest = self.rest();
        if self.tokens.last().is_some_and(|last| last.token == Token::Dot) {
            // A property, whatever else is called so.
            let length = self.unknown(run_length(rest), false);
            let name = rest.get(..length).unwrap_or("").to_owned();
            return self.push(Token::Name(name), length);
        }
        if let Some((name, length)) = functions::called_at(rest) {
            return self.push(Token::Function(name), length);
        }
        let run = run_length(rest);
        let known = self.names.longest(rest).filter(|length| ends_at(rest, *length));
        let word = rest.get(..run).unwrap_or("");
        if let Some(length) = known
            && !(english(word).is_some() && length <= run)
        {
            let name = rest.get(..length).unwrap_or("").to_owned();
            return self.push(Token::Name(name), length);
        }
        if let Some(word) = english(word) {
            return self.push(Token::Word(word), run);
        }
        if LOOPS.contains(&word) && rest.get(run..).is_some_and(|after| after.starts_with([' ', '(', '\n'])) {
            let opens =
                rest.get(run..).is_some_and(|after| after.trim_start().starts_with(letter) || word == "function");
            if opens {
                return self.fail(Problem::Loop(word.to_owned()), run);
            }
        }
        if let Some((token, length)) = chinese_at(rest)
            && (length == run || self.may_follow(rest.get(length..).unwrap_or("")))
        {
            let token = token.clone();
            return self.push(token, length);
        }
        let length = self.unknown(run, true);
        let name = self.rest().get(..length).unwrap_or("").to_owned();
        self.push(Token::Name(name), length)
    }

    /// Whether a Chinese word may end here, in the middle of letters: before a known name, a digit or another such word.
    fn may_follow(&self, mut rest: &str) -> bool {
        for _ in 0..3 {
            let known = self.names.longest(rest).is_some_and(|length| ends_at(rest, length));
            if known
                || rest.starts_with(|c: char| number::narrow(c).is_ascii_digit())
                || functions::called_at(rest).is_some()
            {
                return true;
            }
            match chinese_at(rest) {
                Some((_, length)) if length == run_length(rest) => return true,
                Some((_, length)) => rest = rest.get(length..).unwrap_or(""),
                None => return false,
            }
        }
        false
    }

    /// Unknown words in a row are one name, so that a suggestion can be made for the whole.
    fn unknown(&self, first: usize, known_ends: bool) -> usize {
        let rest = self.rest();
        let mut length = self.cut(rest.get(..first).unwrap_or(""), first);
        if length < first {
            return length;
        }
        loop {
            let after = rest.get(length..).unwrap_or("");
            let spaces = after.len() - after.trim_start_matches(' ').len();
            let next = after.get(spaces..).unwrap_or("");
            let run = run_length(next);
            let word = next.get(..run).unwrap_or("");
            let stops = run == 0
                || spaces == 0
                || english(word).is_some()
                || chinese_at(next).is_some()
                || functions::called_at(next).is_some()
                || (known_ends && self.names.longest(next).is_some());
            if stops {
                return length;
            }
            length += spaces + run;
        }
    }

    /// `未知名且营业收入`: a Chinese "and" or "or" before a known name ends an unknown one.
    fn cut(&self, word: &str, whole: usize) -> usize {
        let joints = word.char_indices().filter(|(place, c)| *place > 0 && matches!(c, '且' | '或'));
        let mut cuts = joints.filter(|(place, c)| {
            let after = self.rest().get(place + c.len_utf8()..).unwrap_or("");
            self.names.longest(after).is_some_and(|length| ends_at(after, length))
        });
        cuts.next().map_or(whole, |(place, _)| place)
    }
}

/// Letters of names; digits and `_` may follow. CJK and the Roman numerals of Ⅰ类 are letters, and all beyond U+FFFF as the standard has it.
pub(super) fn letter(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '_' | '·' | '&' | '\u{10000}'..)
}

pub(super) fn part(c: char) -> bool {
    letter(c) || c.is_alphanumeric() || c == '\u{301}'
}

pub(super) fn run_length(text: &str) -> usize {
    text.find(|c| !part(c)).unwrap_or(text.len())
}

/// Whether a name of this length may end there.
pub(super) fn ends_at(text: &str, length: usize) -> bool {
    match (text.get(..length), text.get(length..)) {
        (Some(name), Some(after)) => ends(name, after),
        _ => false,
    }
}

pub(super) fn ends(name: &str, after: &str) -> bool {
    let latin = |c: char| c.is_ascii_alphanumeric() || c == '_';
    match after.chars().next() {
        None => true,
        Some(next) if !part(next) => true,
        Some(next) if name.ends_with(latin) && !latin(next) => true,
        Some(_) => chinese_at(after).is_some_and(|(token, _)| !matches!(token, Token::Word(Word::True | Word::False))),
    }
}
