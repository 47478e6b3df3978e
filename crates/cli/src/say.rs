//! What the program says at the prompt: in Chinese or English, answers on stdout, everything else on stderr.

use std::io::{IsTerminal, Write};

use kernel::{Error, ErrorKind};
use web::words::Arg;
use web::{Lang, Words};

/// The texts of this crate.
pub const WORDS: &[(&str, &str)] =
    &[("zh-CN", include_str!("../words/zh-CN.ftl")), ("en", include_str!("../words/en.ftl"))];

/// How a command ended, if not well.
#[derive(Debug)]
pub enum Stop {
    /// Said already; ends with this code.
    Code(u8),
    /// To be said; ends with this code.
    Said(u8, String),
    Error(Error),
}

/// Something failed.
pub const FAILURE: u8 = 1;
/// The command, a file written by hand or a calendar that knows nothing of a year does not allow an answer.
pub const USAGE: u8 = 2;

pub type Outcome = Result<(), Stop>;

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Stop::Error(error)
    }
}

/// Speaks one language.
#[derive(Clone)]
pub struct Say {
    pub words: Words,
}

impl Say {
    /// With the words of the whole program.
    ///
    /// # Errors
    /// The words do not fit together, which a test rules out.
    pub fn new(lang: Lang) -> Result<Say, String> {
        let all = app::modules::words().into_iter().chain(WORDS.iter().copied());
        Ok(Say { words: Words::build(all).map_err(|e| e.to_string())?.in_lang(lang) })
    }

    pub fn f(&self, key: &str, args: &[(&str, &dyn Arg)]) -> String {
        self.words.f(key, args)
    }

    /// An answer.
    pub fn answer(&self, text: &str) {
        // A reader that went away (`| head`) is no fault of ours.
        let _ = writeln!(std::io::stdout().lock(), "{text}");
    }

    /// A line beside the answer.
    pub fn note(&self, text: &str) {
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }

    /// A line that the next one overwrites, on a terminal; nothing elsewhere.
    pub fn progress(&self, text: &str) {
        let mut err = std::io::stderr().lock();
        if err.is_terminal() {
            let _ = write!(err, "\r\x1b[K{text}");
            let _ = err.flush();
        }
    }

    /// Removes the last line of [`Say::progress`].
    pub fn progress_over(&self) {
        self.progress("");
    }

    /// Stops with a text of the words.
    pub fn stop(&self, code: u8, key: &str, args: &[(&str, &dyn Arg)]) -> Stop {
        Stop::Said(code, self.f(key, args))
    }

    /// Says why a command stopped and gives the exit code.
    pub fn ended(&self, stop: Stop) -> u8 {
        match stop {
            Stop::Code(code) => code,
            Stop::Said(code, text) => {
                self.note(&text);
                code
            }
            Stop::Error(error) => {
                self.note(&self.describe(&error));
                let written_by_hand = error.code.starts_with("config-") || error.code == "database-address";
                if written_by_hand { USAGE } else { FAILURE }
            }
        }
    }

    /// The error with its fields; whoever sits at the prompt may also see the inside half of what is not their fault.
    pub fn describe(&self, error: &Error) -> String {
        let mut text = web::describe(&self.words, error);
        for (field, wrong) in web::describe_fields(&self.words, error) {
            text.push_str(&format!("\n  {field}: {wrong}"));
        }
        let ours = matches!(error.kind, ErrorKind::Internal | ErrorKind::Unavailable);
        if let Some(inside) = error.inside.as_ref().filter(|_| ours) {
            text.push_str(&format!("\n  ({inside})"));
        }
        text
    }
}

/// The language: `--lang`, else what the terminal speaks. `args` are searched by hand, so that a faulty command line is
/// answered in the right language too.
pub fn language(args: &[String], env: impl Fn(&str) -> Option<String>) -> Lang {
    let given = args.iter().enumerate().find_map(|(at, arg)| match arg.strip_prefix("--lang") {
        Some("") => args.get(at + 1).cloned(),
        Some(rest) => rest.strip_prefix('=').map(str::to_owned),
        None => None,
    });
    let spoken = || ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(|key| env(key).filter(|v| !v.is_empty()));
    given.or_else(spoken).and_then(|tag| Lang::parse(&tag)).unwrap_or(Lang::En)
}

/// Columns of a table, as wide as their widest cell; Chinese characters take two places.
pub fn table(rows: &[Vec<String>]) -> String {
    let wide = |text: &str| text.chars().map(|c| if u32::from(c) >= 0x1100 { 2 } else { 1 }).sum::<usize>();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> =
        (0..columns).map(|at| rows.iter().filter_map(|row| row.get(at)).map(|c| wide(c)).max().unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell}{}", " ".repeat(width - wide(cell))));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_asked_for_or_the_terminals() {
        let cases = [
            ("--lang zh", "en_US.UTF-8", Lang::Zh),
            ("--lang=en workdays", "zh_CN.UTF-8", Lang::En),
            ("serve", "zh_CN.UTF-8", Lang::Zh),
            ("serve", "de_DE.UTF-8", Lang::En),
            ("serve", "C", Lang::En),
        ];
        for (line, spoken, expected) in cases {
            let args: Vec<String> = line.split(' ').map(str::to_owned).collect();
            assert_eq!(language(&args, |key| (key == "LANG").then(|| spoken.to_owned())), expected, "{line} {spoken}");
        }
    }

    #[test]
    fn columns_line_up_with_chinese_in_them() {
        let rows = [["a", "通过", "1"], ["bcd", "x", "2"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(table(&rows), "a    通过  1\nbcd  x     2");
    }
}
