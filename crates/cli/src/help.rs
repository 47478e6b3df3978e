//! Puts the texts of `words/` into the command line: what each command and argument is for, and what was wrong.
//!
//! words: help-*

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use clap::{Command, CommandFactory};

use crate::arguments::Arguments;
use crate::say::Say;

/// The command line in the language of `say`.
pub fn command(say: &Say) -> Command {
    let command = translate(Arguments::command(), "help", say);
    command.about(say.words.t("help-wanqi").into_owned())
}

fn translate(command: Command, path: &str, say: &Say) -> Command {
    let command = command.mut_args(|arg| {
        let key = format!("help-arg-{}", arg.get_id().as_str().replace('_', "-"));
        if say.words.has(&key) { arg.help(say.words.t(&key).into_owned()) } else { arg }
    });
    let usage = say.words.t("cli-usage");
    let command = command.help_template(format!("{{about-with-newline}}\n{usage}: {{usage}}\n\n{{all-args}}"));
    command.mut_subcommands(|inner| {
        let key = format!("{path}-{}", inner.get_name());
        let about = say.words.t(&key).into_owned();
        translate(inner.about(about), &key, say)
    })
}

/// What is wrong with the command line, in one line and what to do.
pub fn wrong(error: &Error, say: &Say) -> String {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        _ => String::new(),
    };
    let argument = text(ContextKind::InvalidArg);
    let value = text(ContextKind::InvalidValue);
    let said = match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => say.f("cli-no-value", &[("arg", &argument)]),
        ErrorKind::InvalidValue => {
            let valid = text(ContextKind::ValidValue);
            say.f("cli-value-choice", &[("arg", &argument), ("value", &value), ("valid", &valid)])
        }
        ErrorKind::ValueValidation => {
            let reason = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
            say.f("cli-value-wrong", &[("arg", &argument), ("value", &value), ("reason", &reason)])
        }
        ErrorKind::UnknownArgument => say.f("cli-unknown-argument", &[("arg", &argument)]),
        ErrorKind::InvalidSubcommand => {
            say.f("cli-unknown-command", &[("name", &text(ContextKind::InvalidSubcommand))])
        }
        ErrorKind::MissingRequiredArgument => say.f("cli-missing-argument", &[("arg", &argument)]),
        _ => error.to_string().lines().next().unwrap_or_default().to_owned(),
    };
    format!("{said}\n{}", say.words.t("cli-see-help"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use web::Lang;

    fn check(command: &Command, path: &str, say: &Say) {
        for arg in command.get_arguments().filter(|arg| !["help", "version"].contains(&arg.get_id().as_str())) {
            let key = format!("help-arg-{}", arg.get_id().as_str().replace('_', "-"));
            assert!(say.words.has(&key), "{key} in {}", say.words.lang().tag());
        }
        for inner in command.get_subcommands() {
            let key = format!("{path}-{}", inner.get_name());
            assert!(say.words.has(&key), "{key} in {}", say.words.lang().tag());
            check(inner, &key, say);
        }
    }

    #[test]
    fn every_command_and_argument_is_explained_in_both_languages() {
        for lang in Lang::ALL {
            let say = Say::new(lang).unwrap();
            check(&Arguments::command(), "help", &say);
            command(&say).debug_assert();
        }
    }

    #[test]
    fn a_faulty_command_line_is_answered_with_what_was_expected() {
        let say = Say::new(Lang::En).unwrap();
        let cases = [
            ("workdays add 2026-2-13 5", "2026-02-13"),
            ("demo --scenario village", "county, city"),
            ("demo --prot 1", "--prot"),
            ("dance", "dance"),
            ("backup", "<FILE>"),
        ];
        for (line, named) in cases {
            let words = std::iter::once("wanqi").chain(line.split_whitespace());
            let error = command(&say).try_get_matches_from(words).unwrap_err();
            let said = wrong(&error, &say);
            assert!(said.contains(named) && !said.contains('⟦'), "{line}: {said}");
        }
    }
}
