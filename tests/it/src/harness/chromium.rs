//! Starts chromedriver and a headless Chromium with a profile of its own, and ends both when dropped.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::guarded::Guarded;
use super::http::{self, Res};
use super::webdriver::call;

/// What every headless Chromium is started with; without the background flags it would knock at hosts of its maker.
const FLAGS: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-crash-reporter",
    "--disable-default-apps",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
    "--font-render-hinting=none",
];

/// How many browsers may run at once in one process: two cores carry two.
const SLOTS: u32 = 2;
static TAKEN: Mutex<u32> = Mutex::new(0);
static FREED: Condvar = Condvar::new();
static COUNTER: AtomicU32 = AtomicU32::new(0);

/// One of the places for a browser; waits until there is one.
struct Slot;

impl Slot {
    fn take() -> Self {
        let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
        while *taken >= SLOTS {
            taken = FREED.wait(taken).unwrap_or_else(PoisonError::into_inner);
        }
        *taken += 1;
        Self
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        *TAKEN.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        FREED.notify_one();
    }
}

/// How the window starts.
#[derive(Debug, Clone, Copy)]
pub struct Window<'a> {
    /// Width and height of the page in CSS pixels.
    pub size: (u32, u32),
    /// `Accept-Language`, for example `zh-CN` or `en`.
    pub lang: &'a str,
    /// Pages run their scripts; `false` shows how the page works without.
    pub javascript: bool,
}

impl Default for Window<'_> {
    fn default() -> Self {
        Self { size: (1280, 900), lang: "zh-CN", javascript: true }
    }
}

impl Window<'_> {
    /// A phone as enterprises and helpers hold it.
    pub fn phone() -> Self {
        Self { size: (390, 844), ..Self::default() }
    }
}

/// A running chromedriver with one session. The guard removes the profile when all has ended.
pub(super) struct Chromium {
    session: String,
    profile: PathBuf,
    _driver: Guarded,
    _slot: Slot,
}

impl Chromium {
    pub(super) fn start(window: Window) -> Res<Self> {
        let slot = Slot::take();
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let profile = std::env::temp_dir().join(format!("wanqi-browser-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&profile).map_err(|e| format!("{}: {e}", profile.display()))?;
        let log = profile.join("driver.log");
        let port = http::free_port()?;
        let mut command = Command::new(std::env::var("WANQI_CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".into()));
        command.arg(format!("--port={port}")).env("HOME", &profile).env("LANG", "C.UTF-8");
        let driver = Guarded::start(&command, "TERM", Some(&profile), Some(&log))?;
        let base = format!("http://127.0.0.1:{port}");
        let with_log = |e: String| {
            let log = std::fs::read_to_string(&log).unwrap_or_default();
            format!("{e}\nchromedriver said:\n{log}\n(packages chromium and chromium-driver are needed)")
        };
        wait_until_ready(&base).map_err(with_log)?;
        let answer = call("POST", &format!("{base}/session"), &capabilities(window, &profile)).map_err(with_log)?;
        let id = answer["sessionId"].as_str().ok_or_else(|| format!("no session id in {answer}"))?;
        Ok(Self { session: format!("{base}/session/{id}"), profile, _driver: driver, _slot: slot })
    }

    /// The address under which the session takes commands.
    pub(super) fn session(&self) -> &str {
        &self.session
    }

    pub(super) fn folder(&self) -> &Path {
        &self.profile
    }
}

fn capabilities(window: Window, profile: &Path) -> Value {
    let mut args: Vec<String> = FLAGS.iter().map(|&flag| flag.to_owned()).collect();
    args.push(format!("--user-data-dir={}", profile.join("profile").display()));
    args.push(format!("--window-size={},{}", window.size.0, window.size.1));
    args.push(format!("--lang={}", window.lang));
    args.push(format!("--accept-lang={}", window.lang));
    let scripts = if window.javascript { 1 } else { 2 };
    let mut options = json!({
        "args": args,
        "prefs": {
            "intl.accept_languages": window.lang,
            "profile.managed_default_content_settings.javascript": scripts,
        },
    });
    if let Ok(binary) = std::env::var("WANQI_CHROMIUM") {
        options["binary"] = json!(binary);
    }
    json!({ "capabilities": { "alwaysMatch": {
        "browserName": "chrome",
        "timeouts": { "script": 30_000, "pageLoad": 30_000, "implicit": 0 },
        "goog:loggingPrefs": { "browser": "ALL" },
        "goog:chromeOptions": options,
    } } })
}

fn wait_until_ready(base: &str) -> Res<()> {
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        match call("GET", &format!("{base}/status"), &Value::Null) {
            Ok(status) if status["ready"] == json!(true) => return Ok(()),
            Ok(_) | Err(_) if Instant::now() < end => std::thread::sleep(Duration::from_millis(30)),
            Ok(status) => return Err(format!("chromedriver is not ready: {status}")),
            Err(error) => return Err(format!("chromedriver does not answer: {error}")),
        }
    }
}
