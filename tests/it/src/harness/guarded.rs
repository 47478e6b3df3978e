//! A child process that cannot outlive us: it and its folder go when we drop it, panic, are interrupted or are killed.
//!
//! A small shell in a session of its own holds the child and reads from a pipe whose other end is ours. However we end,
//! the pipe closes, and the shell stops the child's whole process group and removes the folder. Std only, no signals.

use std::path::Path;
use std::process::{Child, Command, Stdio};

/// `$1` signal, `$2` folder to remove or empty, then the command.
const KEEPER: &str = r#"
signal=$1; folder=$2; shift 2
trap : "$signal" TERM
"$@" &
child=$!
while read -r _; do :; done
kill -s "$signal" "$child" 2>/dev/null
( sleep 10; kill -s KILL "$child" 2>/dev/null ) &
watchdog=$!
while kill -0 "$child" 2>/dev/null; do wait "$child"; done
kill -s KILL "$watchdog" 2>/dev/null
kill -s TERM -- "-$$" 2>/dev/null
if [ -n "$folder" ]; then rm -rf -- "$folder" || { sleep 1; rm -rf -- "$folder"; }; fi
"#;

/// The running child; dropping it stops it, waits for it and removes its folder.
#[derive(Debug)]
pub struct Guarded {
    keeper: Child,
}

impl Guarded {
    /// Starts `command` (program, arguments, environment and working directory are taken from it).
    ///
    /// `signal` is what the child is stopped with (`TERM`, `QUIT` …; after ten seconds it is killed), `folder` is
    /// removed afterwards. Output goes to `log`, or nowhere.
    ///
    /// # Errors
    /// The log file cannot be made or no shell can be started.
    pub fn start(command: &Command, signal: &str, folder: Option<&Path>, log: Option<&Path>) -> Result<Self, String> {
        let mut keeper = Command::new("setsid");
        keeper.args(["sh", "-c", KEEPER, "keeper", signal]);
        keeper.arg(folder.map_or_else(Default::default, Path::as_os_str));
        keeper.arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => keeper.env(name, value),
                None => keeper.env_remove(name),
            };
        }
        if let Some(dir) = command.get_current_dir() {
            keeper.current_dir(dir);
        }
        let output = || -> Result<Stdio, String> {
            let Some(path) = log else { return Ok(Stdio::null()) };
            std::fs::OpenOptions::new()
                .create(true)
                .append(true)
                .open(path)
                .map(Stdio::from)
                .map_err(|e| format!("{}: {e}", path.display()))
        };
        keeper.stdin(Stdio::piped()).stdout(output()?).stderr(output()?);
        let keeper = keeper.spawn().map_err(|e| format!("cannot start a shell to guard a child process: {e}"))?;
        Ok(Self { keeper })
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // A guard that is already gone is what we want.
        let _ = self.keeper.wait();
    }
}
