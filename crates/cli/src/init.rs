//! `wanqi init`: a new installation with a commented configuration, an empty county and its first administrator.

use std::path::Path;

use app::config::{self, Config};
use app::install::{NewCounty, install};
use app::serve::place;

use crate::arguments::Init;
use crate::context::{Context, env};
use crate::say::{Outcome, Say, Stop};

pub async fn run(init: &Init, config_file: Option<&Path>, say: Say) -> Outcome {
    let desk_phone = init.desk_phone.clone().unwrap_or_default();
    // Before anything is written.
    casework::desk_line::checked(&desk_phone, "", "")?;
    let file = config_file.map_or_else(|| init.dir.join(config::FILE), Path::to_owned);
    if !file.exists() {
        write(&file, init)?;
        say.note(&say.f("init-config", &[("file", &file.display().to_string())]));
    }
    let mut settings = Config::load(Some(&file), env)?;
    if let Some(name) = &init.county {
        settings.county_zh.clone_from(name);
    }
    if let Some(name) = &init.county_en {
        settings.county_en.clone_from(name);
    }
    let context = Context::with(settings, file, say);
    let say = &context.say;
    let db = app::serve::open(&context.config).await?;
    let new = NewCounty {
        name_zh: context.config.county_zh.clone(),
        name_en: context.config.county_en.clone(),
        login: init.login.clone(),
        person: init.name.clone().unwrap_or_else(|| say.words.t("init-admin").into_owned()),
        desk_phone,
    };
    let installed = install(&db, context.clock.as_ref(), context.random.as_ref(), &new).await;
    db.close().await;
    let installed = installed?;
    say.note(&say.f("init-done", &[("county", &new.name_zh), ("database", &place(&context.config.database))]));
    say.answer(&say.f("init-password", &[("login", &installed.login), ("password", &installed.password)]));
    say.note(&say.f("init-next", &[("file", &context.config_file.display().to_string())]));
    Ok(())
}

fn write(file: &Path, init: &Init) -> Result<(), Stop> {
    let mut text = config::DEFAULT.to_owned();
    for (key, name) in [("county_zh", &init.county), ("county_en", &init.county_en)] {
        if let Some(name) = name {
            text = set(&text, key, name);
        }
    }
    config::write(file, &text).map_err(Stop::from)
}

/// The text with the commented line of `key` in force and saying `value`.
pub fn set(text: &str, key: &str, value: &str) -> String {
    let line = |line: &str| match line.strip_prefix('#').filter(|rest| rest.starts_with(&format!("{key} ="))) {
        Some(_) => format!("{key} = {value:?}\n"),
        None => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_so_that_they_are_read_back() {
        let text = set(config::DEFAULT, "county_zh", "长\"垣\\市");
        let read = Config::read(&text, Path::new(""), |_| None).unwrap();
        assert_eq!((read.county_zh.as_str(), read.county_en.as_str()), ("长\"垣\\市", "Sample County"));
    }

    #[test]
    fn passwords_are_not_shown() {
        assert_eq!(place("postgres://wanqi:secret@db/wanqi"), "db/wanqi");
        assert_eq!(place("sqlite:a/b.db"), "a/b.db");
    }
}
