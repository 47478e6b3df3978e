//! A PostgreSQL of our own: a new cluster in a temporary folder on a free port, gone however we end.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::guarded::Guarded;
use crate::http::free_port;
use crate::prepare::server_folder;
use crate::run::{self, Res};

/// The running server; dropping it stops it and removes its folder.
pub struct Postgres {
    url: String,
    log: PathBuf,
    _guard: Guarded,
}

impl Postgres {
    /// Makes a cluster and starts it. Durable as in production (fsync on), reachable from this machine only.
    ///
    /// # Errors
    /// PostgreSQL is not installed, or does not start; its log is part of the message.
    pub fn start() -> Res<Self> {
        let programs = server_folder().ok_or("PostgreSQL is missing: `cargo xtask test --only prepare` installs it")?;
        let folder = std::env::temp_dir().join(format!("wanqi-postgres-{}", std::process::id()));
        // A run that was killed while initdb worked may have left it, and process numbers come again.
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        // PostgreSQL refuses to run as root; its package brings a user for it.
        let as_root = run::output(Command::new("id").arg("-u"))?.trim() == "0";
        if as_root {
            run::run(Command::new("chown").arg("postgres").arg(&folder))?;
        }
        let (data, log) = (folder.join("data"), folder.join("log"));
        let mut initdb = program(as_root, &programs.join("initdb"));
        initdb.args(["--username=wanqi", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--pgdata"]);
        if let Err(error) = run::output(initdb.arg(&data).current_dir(&folder)) {
            // The guard that would remove it does not run yet.
            let _ = std::fs::remove_dir_all(&folder);
            return Err(error);
        }
        let port = free_port()?;
        let mut server = program(as_root, &programs.join("postgres"));
        server.arg("-D").arg(&data).arg("-k").arg(&folder).arg("-p").arg(port.to_string());
        for setting in ["listen_addresses=127.0.0.1", "fsync=on", "timezone=UTC", "log_checkpoints=off"] {
            server.args(["-c", setting]);
        }
        server.current_dir(&folder);
        // QUIT is the immediate shutdown: there is nothing here to keep.
        let guard = Guarded::start(&server, "QUIT", Some(&folder), Some(&log))?;
        let postgres = Self { url: format!("postgres://wanqi@127.0.0.1:{port}/postgres"), log, _guard: guard };
        postgres.wait(&programs, port)?;
        Ok(postgres)
    }

    /// The address of its maintenance database, for a user who may make others.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What a person should see of the server's log when tests failed: panics and the like, no failed statements.
    pub fn complaints(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let grave: Vec<&str> =
            log.lines().filter(|l| l.contains("PANIC:") || l.contains("terminated by signal")).collect();
        if grave.is_empty() { String::new() } else { format!("\nPostgreSQL said:\n{}", grave.join("\n")) }
    }

    fn wait(&self, programs: &Path, port: u16) -> Res<()> {
        let end = Instant::now() + Duration::from_secs(30);
        let ready = programs.join("pg_isready").to_string_lossy().into_owned();
        while !run::succeeds(&ready, &["-q", "-h", "127.0.0.1", "-p", &port.to_string()]) {
            if Instant::now() > end {
                let log = std::fs::read_to_string(&self.log).unwrap_or_default();
                return Err(format!("PostgreSQL did not start within 30 s; it said:\n{log}"));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

/// A program of PostgreSQL's, run as its user when we are root.
fn program(as_root: bool, path: &Path) -> Command {
    if !as_root {
        return Command::new(path);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--"]).arg(path);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_answers_while_it_lives_and_leaves_nothing() {
        let postgres = Postgres::start().unwrap();
        let folder = postgres.log.parent().unwrap().to_owned();
        let psql = |sql: &str| run::output(Command::new("psql").arg(postgres.url()).args(["-XAtc", sql]));
        assert_eq!(psql("SHOW fsync; SHOW server_encoding; SHOW timezone").unwrap(), "on\nUTF8\nUTC\n");
        assert!(folder.is_dir());
        drop(postgres);
        assert!(!folder.exists());
    }
}
