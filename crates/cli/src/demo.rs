//! `wanqi demo`: makes an example county in a folder, once, and serves it on this machine.

use std::path::{Path, PathBuf};
use std::time::Instant;

use app::archive::{DATABASE, FILES};
use app::config::{self, Config};
use app::demo::{self, Scenario};
use app::history::anchors::{LATEST, LOG};
use app::modules;
use db::Db;
use web::Lang;

use crate::arguments::Demo;
use crate::context::{Context, start_log};
use crate::init::set;
use crate::say::{FAILURE, Outcome, Say, Stop, USAGE};
use crate::serve::{bind, serve};

/// Tells a folder made by the demo from any other; says scenario and language.
const MARKER: &str = "demo.txt";
/// The database while it is being made: what has its proper name is whole.
const UNFINISHED: &str = "unfinished.db";
/// The same rows on the same day, wherever the demo is made.
const SEED: u64 = 20_260_105;

pub async fn run(asked: &Demo, lang: Option<&str>, say: Say) -> Outcome {
    let started = Instant::now();
    let lang = lang.and_then(Lang::parse).unwrap_or(Lang::Zh);
    let scenario = asked.scenario.as_str();
    let short = match lang {
        Lang::Zh => "zh",
        Lang::En => "en",
    };
    let dir = asked.dir.clone().unwrap_or_else(|| PathBuf::from(format!("wanqi-data/demo-{scenario}-{short}")));
    let shown = dir.display().to_string();
    if dir.join(DATABASE).exists() && !dir.join(MARKER).exists() {
        return Err(say.stop(USAGE, "demo-not-demo", &[("dir", &shown)]));
    }
    let address = format!("127.0.0.1:{}", asked.port);
    let made = Made { dir: &dir, scenario: Scenario::parse(scenario).unwrap_or_default(), lang };
    let mut context = Context::with(made.config(&address)?, dir.join(config::FILE), say);
    // Before any work is done, so that a port in use costs nobody any time.
    let listener = bind(&context, &address, "demo-port-busy").await?;
    start_log("warn");
    if asked.fresh {
        remove(&dir).map_err(|e| cannot(&context, &dir, &e))?;
    }
    if dir.join(DATABASE).exists() {
        context.say.note(&context.say.f("demo-kept", &[("dir", &shown)]));
    } else {
        context.say.note(&context.say.f("demo-making", &[("dir", &shown)]));
        made.make(&context).await?;
    }
    let found = std::fs::read_to_string(dir.join(MARKER)).unwrap_or_default();
    let made = made.as_told(&found);
    context.config = made.config(&address)?;
    let db = app::serve::open(&context.config).await?;
    app::serve::upgrade(&db, context.clock.as_ref()).await?;
    context.config.demo = demo::seats(&mut *db.begin().await?, made.lang).await?;
    db.close().await;
    context.say.answer(&context.say.f("demo-ready", &[("url", &format!("http://{address}/"))]));
    serve(&context, listener, started).await
}

/// An example in its folder.
#[derive(Clone, Copy)]
struct Made<'a> {
    dir: &'a Path,
    scenario: Scenario,
    lang: Lang,
}

impl<'a> Made<'a> {
    /// What the marker of a kept folder says, whatever was asked for this time.
    fn as_told(self, marker: &str) -> Made<'a> {
        let mut words = marker.split_whitespace();
        let scenario = words.next().and_then(Scenario::parse).unwrap_or(self.scenario);
        Made { scenario, lang: words.next().and_then(Lang::parse).unwrap_or(self.lang), ..self }
    }

    /// The file is written too, so that the other commands can be tried on the example.
    fn toml(self) -> String {
        let (zh, en) = self.scenario.place();
        let values = [("county_zh", zh), ("county_en", en), ("language", self.lang.tag())];
        let values = values.into_iter().chain([("database", "sqlite:wanqi.db"), ("data_dir", ".")]);
        values.fold(config::DEFAULT.to_owned(), |text, (key, value)| set(&text, key, value))
    }

    fn config(self, address: &str) -> Result<Config, Stop> {
        let config = Config::read(&self.toml(), self.dir, |_| None)?;
        Ok(Config { listen: address.to_owned(), base_url: format!("http://{address}"), ..config })
    }

    async fn make(self, context: &Context) -> Outcome {
        let unfinished = self.dir.join(UNFINISHED);
        let failed = |e: std::io::Error| cannot(context, self.dir, &e);
        std::fs::create_dir_all(self.dir).map_err(failed)?;
        if unfinished.exists() {
            // What a start that was broken off left behind.
            remove(self.dir).map_err(failed)?;
        }
        let db = Db::open(&format!("sqlite:{}", unfinished.display())).await?;
        db.migrate(&modules::migrations(), context.clock.as_ref()).await?;
        let installed = demo::install(&db, context.clock.as_ref(), SEED, self.dir, self.scenario, self.lang).await;
        db.close().await;
        installed?;
        let marker = match self.scenario {
            Scenario::County => "county",
            Scenario::City => "city",
        };
        std::fs::write(self.dir.join(config::FILE), self.toml()).map_err(failed)?;
        std::fs::write(self.dir.join(MARKER), format!("{marker} {}\n", self.lang.tag())).map_err(failed)?;
        std::fs::rename(&unfinished, self.dir.join(DATABASE)).map_err(failed)
    }
}

fn cannot(context: &Context, dir: &Path, error: &std::io::Error) -> Stop {
    context.say.stop(FAILURE, "demo-folder", &[("dir", &dir.display().to_string()), ("reason", &error.to_string())])
}

/// Removes what the demo made, and nothing else that may lie in the folder.
fn remove(dir: &Path) -> std::io::Result<()> {
    remove_database(&dir.join(DATABASE))?;
    remove_database(&dir.join(UNFINISHED))?;
    for folder in [FILES, "incoming"] {
        gone(std::fs::remove_dir_all(dir.join(folder)))?;
    }
    for file in [LOG, LATEST, MARKER] {
        gone(std::fs::remove_file(dir.join(file)))?;
    }
    Ok(())
}

fn remove_database(path: &Path) -> std::io::Result<()> {
    for ending in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        gone(std::fs::remove_file(name))?;
    }
    Ok(())
}

fn gone(done: std::io::Result<()>) -> std::io::Result<()> {
    done.or_else(|e| if e.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(e) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_has_a_configuration_that_other_commands_read() {
        let made = Made { dir: Path::new("x"), scenario: Scenario::County, lang: Lang::En };
        let config = made.config("127.0.0.1:9000").unwrap();
        assert_eq!(config.database, "sqlite:x/wanqi.db");
        assert_eq!((config.language, config.county_en.as_str()), (Some(Lang::En), Scenario::County.place().1));
        let told = made.as_told("city zh-CN\n");
        assert_eq!((told.scenario, told.lang), (Scenario::City, Lang::Zh));
        assert_eq!(made.as_told("").scenario, Scenario::County);
    }

    #[test]
    fn only_what_the_demo_made_is_removed() {
        let dir = std::env::temp_dir().join(format!("wanqi-demo-{}", std::process::id()));
        std::fs::create_dir_all(dir.join(FILES)).unwrap();
        for name in [DATABASE, "wanqi.db-wal", MARKER, LOG, LATEST, "thesis.doc"] {
            std::fs::write(dir.join(name), "x").unwrap();
        }
        remove(&dir).unwrap();
        remove(&dir).unwrap();
        let left: Vec<_> = std::fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["thesis.doc"]);
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
