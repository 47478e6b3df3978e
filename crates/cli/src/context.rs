//! What commands that work on an installation share: its configuration, its database, the log.

use std::path::Path;
use std::sync::Arc;

use app::{Config, modules};
use db::{Db, Options};
use kernel::{ClockRef, OsRandom, RandomRef, SystemClock};
use tracing_subscriber::EnvFilter;

use crate::say::{FAILURE, Say, Stop, USAGE};

/// A command's surroundings.
pub struct Context {
    pub say: Say,
    pub config: Config,
    /// The file the configuration came from or would come from.
    pub config_file: std::path::PathBuf,
    pub clock: ClockRef,
    pub random: RandomRef,
}

/// The environment as the configuration reads it.
pub fn env(key: &str) -> Option<String> {
    std::env::var(key).ok()
}

impl Context {
    pub fn load(file: Option<&Path>, say: Say) -> Result<Context, Stop> {
        let config = Config::load(file, env)?;
        let config_file = file.unwrap_or(Path::new(app::config::FILE)).to_owned();
        Ok(Context::with(config, config_file, say))
    }

    pub fn with(config: Config, config_file: std::path::PathBuf, say: Say) -> Context {
        Context { say, config, config_file, clock: Arc::new(SystemClock), random: Arc::new(OsRandom) }
    }

    /// The database of the installation, which must be there and up to date.
    pub async fn open(&self) -> Result<Db, Stop> {
        self.must_exist()?;
        let db = Db::open_with(&self.config.database, Options { create: false, ..Options::default() }).await?;
        if db.pending(&modules::migrations()).await? > 0 {
            return Err(self.say.stop(FAILURE, "cli-database-old", &[]));
        }
        Ok(db)
    }

    /// Whether an installation stands here: a configuration that was written, or a database where one is without it.
    pub fn is_installed(&self) -> bool {
        let told = ["WANQI_DATABASE", "WANQI_DATA_DIR"].into_iter().any(|key| env(key).is_some());
        let file = self.config.database.strip_prefix("sqlite:");
        told || self.config_file.exists() || file.is_some_and(|path| Path::new(path).exists())
    }

    /// Stops if the file of an embedded database is not there.
    pub fn must_exist(&self) -> Result<(), Stop> {
        match self.config.database.strip_prefix("sqlite:").filter(|path| !Path::new(path).exists()) {
            Some(path) => Err(self.say.stop(USAGE, "cli-no-database", &[("path", &path)])),
            None => Ok(()),
        }
    }
}

/// Sends the log to stderr: `RUST_LOG` if it is set, else `level`.
pub fn start_log(level: &str) {
    let filter = EnvFilter::try_from_default_env().or_else(|_| EnvFilter::try_new(level));
    let filter = filter.unwrap_or_else(|_| EnvFilter::new("info"));
    // A second start of the log in one process changes nothing.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false).try_init();
}
