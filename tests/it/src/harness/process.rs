//! The real `wanqi` program as a process, for tests that kill it: what must survive has to survive in another process.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::http::{self, Res};

/// A running `wanqi`; dropping it kills it without warning.
#[derive(Debug)]
pub struct Process {
    child: Child,
    /// `http://127.0.0.1:PORT`.
    pub url: String,
    log: PathBuf,
}

/// The program that `cargo xtask test` built (`WANQI_BIN`), else the one beside the test program.
pub fn wanqi() -> PathBuf {
    if let Some(path) = std::env::var_os("WANQI_BIN") {
        return path.into();
    }
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(2).unwrap().join("wanqi")
}

/// `wanqi ARGS` run to its end: exit code, standard output, standard error.
pub fn run(args: &[&str]) -> (i32, String, String) {
    let out = Command::new(wanqi()).args(args).stdin(Stdio::null()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (out.status.code().unwrap_or(-1), text(out.stdout), text(out.stderr))
}

impl Process {
    /// Starts `wanqi ARGS` on a free port (`{port}` in the arguments, `WANQI_LISTEN` in the environment) and waits until `/healthz` answers 200. Its log goes to `folder`.
    ///
    /// # Errors
    /// It ends or does not answer within a minute; the message has its log.
    pub fn start(args: &[&str], folder: &Path) -> Res<Self> {
        let port = http::free_port()?.to_string();
        let log = folder.join(format!("wanqi-{port}.log"));
        let file = std::fs::File::create(&log).map_err(|e| format!("{}: {e}", log.display()))?;
        let same = file.try_clone().map_err(|e| e.to_string())?;
        let mut command = Command::new(wanqi());
        command.env("WANQI_LISTEN", format!("127.0.0.1:{port}"));
        command.args(args.iter().map(|a| a.replace("{port}", &port))).stdin(Stdio::null()).stdout(file).stderr(same);
        let child = command.spawn().map_err(|e| format!("{}: {e}", wanqi().display()))?;
        let mut process = Self { child, url: format!("http://127.0.0.1:{port}"), log };
        process.wait_until_healthy()?;
        Ok(process)
    }

    /// `kill -9`, and waits until it is gone.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// What it wrote so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Its process number, to read its memory by.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    fn wait_until_healthy(&mut self) -> Res<()> {
        let (end, health) = (Instant::now() + Duration::from_secs(60), format!("{}/healthz", self.url));
        loop {
            if http::exchange("GET", &health, &[], b"", Duration::from_secs(5)).is_ok_and(|r| r.status == 200) {
                return Ok(());
            }
            let ended = self.child.try_wait().map_err(|e| e.to_string())?;
            if ended.is_some() || Instant::now() > end {
                return Err(format!("wanqi is not healthy ({ended:?}); it said:\n{}", self.log()));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
