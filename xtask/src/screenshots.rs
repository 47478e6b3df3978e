//! `cargo xtask screenshots`: pictures of the demo as people see it, by role, language and width, from xtask/screens.toml.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::guarded::Guarded;
use crate::http;
use crate::run::{self, Res, root, target};
use crate::webdriver::{Browser, Window};

const LIST: &str = "xtask/screens.toml";
const FOLDER: &str = "docs/screenshots";

/// How the demo is started and entered.
#[derive(Debug)]
struct Demo {
    /// Arguments of `wanqi`; `{port}`, `{folder}` and `{lang}` are filled in.
    command: Vec<String>,
    /// The page with one button a role.
    sign_in: String,
    /// Selector of a role's button; `{role}` is filled in.
    button: String,
}

/// One picture.
#[derive(Debug)]
struct Screen {
    file: String,
    /// Nobody is signed in when it is empty.
    role: String,
    path: String,
    /// Selectors of links followed one after the other from there.
    follow: Vec<String>,
    /// Of the pages and of what is in them: each language has a demo of its own.
    lang: String,
    size: (u32, u32),
    /// Selectors clicked in order before the picture is taken.
    clicks: Vec<String>,
}

/// Takes all pictures, or those whose file names are given; with `--debug` of a program built for development.
///
/// # Errors
/// The demo does not start, or a page cannot be reached.
pub fn run(args: &[String]) -> Res<()> {
    let (flags, names): (Vec<&String>, Vec<&String>) = args.iter().partition(|arg| arg.starts_with("--"));
    if let Some(unknown) = flags.iter().find(|flag| **flag != "--debug") {
        return Err(format!("screenshots knows --debug and no {unknown}"));
    }
    let profile = if flags.is_empty() { "release" } else { "debug" };
    let text = run::read(LIST).ok_or_else(|| format!("{LIST} is missing"))?;
    let (demo, screens) = read(&text)?;
    if let Some(unknown) = names.iter().find(|name| !screens.iter().any(|screen| screen.file == ***name)) {
        return Err(format!("{LIST} has no picture {unknown}"));
    }
    let mut build = vec!["build", "--locked", "--package", "cli"];
    build.extend((profile == "release").then_some("--release"));
    run::run(&mut run::cargo(&build))?;
    let folder = root().join(FOLDER);
    std::fs::create_dir_all(&folder).map_err(|e| format!("{FOLDER}: {e}"))?;
    let program = target().join(profile).join("wanqi");
    // One demo and one browser at a time: a new language or role begins with a fresh one.
    let mut server: Option<(String, Server)> = None;
    let mut browser: Option<(String, Browser)> = None;
    for screen in screens.iter().filter(|s| names.is_empty() || names.contains(&&s.file)) {
        if server.as_ref().is_none_or(|(lang, _)| *lang != screen.lang) {
            browser = None;
            server = None;
        }
        let (_, server) = match &mut server {
            Some(there) => there,
            none => none.insert((screen.lang.clone(), Server::start(&program, &demo, &screen.lang)?)),
        };
        if browser.as_ref().is_none_or(|(role, _)| *role != screen.role) {
            browser = None;
        }
        let (_, browser) = match &mut browser {
            Some(there) => there,
            none => none.insert((screen.role.clone(), enter(&server.url, &demo, screen)?)),
        };
        let png = picture(browser, &server.url, screen).map_err(|e| format!("{}: {e}", screen.file))?;
        let path = folder.join(format!("{}.png", screen.file));
        std::fs::write(&path, &png).map_err(|e| format!("{}: {e}", path.display()))?;
        println!("{FOLDER}/{}.png  {} KiB", screen.file, png.len() / 1024);
    }
    Ok(())
}

fn enter(base: &str, demo: &Demo, screen: &Screen) -> Res<Browser> {
    let browser = Browser::start(Window { size: screen.size, lang: &screen.lang, ..Window::default() })?;
    if !screen.role.is_empty() {
        browser.goto(&format!("{base}{}", demo.sign_in))?;
        let before = browser.url()?;
        browser.click(&demo.button.replace("{role}", &screen.role))?;
        browser.wait("the page after signing in", || Ok((browser.url()? != before).then_some(())))?;
    }
    Ok(browser)
}

fn picture(browser: &Browser, base: &str, screen: &Screen) -> Res<Vec<u8>> {
    browser.set_viewport(screen.size.0, screen.size.1)?;
    browser.goto(&format!("{base}{}", screen.path))?;
    for selector in &screen.follow {
        let script = "const link = document.querySelector(arguments[0]); return link && link.href";
        let href = browser.execute(script, &[selector.as_str().into()])?;
        browser.goto(href.as_str().ok_or_else(|| format!("no link {selector} on {}", screen.path))?)?;
    }
    for selector in &screen.clicks {
        browser.click(selector)?;
    }
    browser.execute_async("document.fonts.ready.then(() => arguments[arguments.length - 1]())", &[])?;
    browser.screenshot()
}

/// The demo of one language in a temporary folder on a free port.
struct Server {
    url: String,
    _guard: Guarded,
}

impl Server {
    fn start(program: &Path, demo: &Demo, lang: &str) -> Res<Self> {
        let folder = std::env::temp_dir().join(format!("wanqi-screens-{}-{lang}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let (port, log) = (http::free_port()?, folder.join("log"));
        let mut command = std::process::Command::new(program);
        command.current_dir(root());
        let data = folder.join("data").to_string_lossy().into_owned();
        for argument in &demo.command {
            let argument = argument.replace("{port}", &port.to_string()).replace("{folder}", &data);
            command.arg(argument.replace("{lang}", lang));
        }
        let guard = Guarded::start(&command, "TERM", Some(&folder), Some(&log))?;
        let url = format!("http://127.0.0.1:{port}");
        let end = Instant::now() + Duration::from_secs(120);
        while http::exchange("GET", &url, &[], b"", Duration::from_secs(5)).is_err() {
            if Instant::now() > end {
                let said = std::fs::read_to_string(&log).unwrap_or_default();
                return Err(format!("the demo did not answer within two minutes; it said:\n{said}"));
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        Ok(Self { url, _guard: guard })
    }
}

fn read(text: &str) -> Res<(Demo, Vec<Screen>)> {
    let table: toml::Table = text.parse().map_err(|e| format!("{LIST}: {e}"))?;
    let word = |table: &toml::Table, key: &str| -> Res<String> {
        let value = table.get(key).and_then(toml::Value::as_str);
        value.map(str::to_owned).ok_or_else(|| format!("{LIST}: a text {key:?} is missing in {table:?}"))
    };
    let words = |value: Option<&toml::Value>| -> Vec<String> {
        let list = value.and_then(toml::Value::as_array).into_iter().flatten();
        list.filter_map(toml::Value::as_str).map(str::to_owned).collect()
    };
    let demo = table.get("demo").and_then(toml::Value::as_table).ok_or_else(|| format!("{LIST}: no [demo]"))?;
    let demo =
        Demo { command: words(demo.get("command")), sign_in: word(demo, "sign_in")?, button: word(demo, "button")? };
    let list = table.get("screen").and_then(toml::Value::as_array).into_iter().flatten();
    let mut screens = Vec::new();
    for screen in list.filter_map(toml::Value::as_table) {
        let size = |key: &str| -> Res<u32> {
            let number = screen.get(key).and_then(toml::Value::as_integer).and_then(|n| u32::try_from(n).ok());
            number.ok_or_else(|| format!("{LIST}: a number {key:?} is missing in {screen:?}"))
        };
        screens.push(Screen {
            file: word(screen, "file")?,
            role: word(screen, "role")?,
            path: word(screen, "path")?,
            follow: words(screen.get("follow")),
            lang: word(screen, "lang")?,
            size: (size("width")?, size("height")?),
            clicks: words(screen.get("clicks")),
        });
    }
    Ok((demo, screens))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_list_can_be_read() {
        let (demo, screens) = read(&run::read(LIST).unwrap()).unwrap();
        assert!(demo.button.contains("{role}") && !demo.command.is_empty());
        assert!(screens.iter().all(|s| s.path.starts_with('/') && s.size.0 >= 320));
        assert!(!screens.is_empty());
    }
}
