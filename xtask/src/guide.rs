//! `cargo xtask guide`: does in a real browser what the operating guide tells, from `wanqi init` to a closed case, and
//! takes its pictures on the way, as xtask/guide.toml says.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::guarded::Guarded;
use crate::http;
use crate::run::{self, Res, root, target};
use crate::webdriver::{Browser, Window};

const LIST: &str = "xtask/guide.toml";
const FOLDER: &str = "docs/guide/pictures";
const PHONE: (u32, u32) = (390, 844);

/// Gives a field of a form its value as somebody would; answers with what is wrong.
const FILL: &str = "
    const [within, name, value] = arguments;
    const all = [...document.querySelectorAll(within + ' [name=\"' + name + '\"]')].filter(e => e.type !== 'hidden');
    const own = all.find(e => !['radio', 'checkbox'].includes(e.type) || e.value === value);
    if (!own) return 'there is no field ' + name;
    if (own.type === 'radio' || own.type === 'checkbox') own.checked = true; else own.value = value;
    if (own.value !== value) return name + ' has no choice ' + value;
    for (const kind of ['input', 'change']) own.dispatchEvent(new Event(kind, { bubbles: true }));
    return '';";

/// Takes the pictures; with `--debug` of a program built for development.
///
/// # Errors
/// A page does not come, has no such field, or says that something is wrong.
pub fn run(args: &[String]) -> Res<()> {
    if let Some(unknown) = args.iter().find(|arg| *arg != "--debug") {
        return Err(format!("guide knows --debug and no {unknown}"));
    }
    let text = run::read(LIST).ok_or_else(|| format!("{LIST} is missing"))?;
    let list: toml::Table = text.parse().map_err(|e| format!("{LIST}: {e}"))?;
    let profile = if args.is_empty() { "release" } else { "debug" };
    let mut build = vec!["build", "--locked", "--package", "cli"];
    build.extend((profile == "release").then_some("--release"));
    run::run(&mut run::cargo(&build))?;
    let pictures = root().join(FOLDER);
    std::fs::create_dir_all(&pictures).map_err(|e| format!("{FOLDER}: {e}"))?;
    let mut walk = Walk::begin(&target().join(profile).join("wanqi"), &list)?;
    for (at, step) in steps(&list).enumerate() {
        let told = format!("{LIST}, step {} ({} {})", at + 1, word(step, "who"), word(step, "page"));
        walk.step(step, &pictures).map_err(|e| format!("{told}: {e}"))?;
    }
    Ok(())
}

fn steps(list: &toml::Table) -> impl Iterator<Item = &toml::Table> {
    list.get("step").and_then(toml::Value::as_array).into_iter().flatten().filter_map(toml::Value::as_table)
}

fn word<'t>(table: &'t toml::Table, key: &str) -> &'t str {
    table.get(key).and_then(toml::Value::as_str).unwrap_or_default()
}

fn number(list: &toml::Table, key: &str) -> Res<u32> {
    let number = list.get(key).and_then(toml::Value::as_integer).and_then(|n| u32::try_from(n).ok());
    number.ok_or_else(|| format!("{LIST}: no number {key}"))
}

/// A new installation that is served, and a browser that one after the other sits down at.
struct Walk {
    url: String,
    width: u32,
    tallest: u32,
    /// What everybody sets instead of the one-time password.
    password: String,
    /// Passwords by login, at first those for one time.
    passwords: BTreeMap<String, String>,
    browser: Browser,
    /// Who sits there; "" is a guest.
    who: String,
    /// Of the request that was raised.
    number: String,
    _server: Guarded,
}

impl Walk {
    fn begin(program: &Path, list: &toml::Table) -> Res<Self> {
        let folder = std::env::temp_dir().join(format!("wanqi-guide-{}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let (home, log) = (folder.join("wanqi"), folder.join("log"));
        let county = list.get("county").and_then(toml::Value::as_array).into_iter().flatten();
        let mut init = Command::new(program);
        init.arg("init").arg("--dir").arg(&home).args(county.filter_map(toml::Value::as_str)).args(["--lang", "en"]);
        let out = init.output().map_err(|e| format!("{}: {e}", program.display()))?;
        let said = [out.stdout, out.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        let password =
            said.lines().find_map(|line| line.split_once("password: ")).map(|(_, own)| own.trim().to_owned());
        let password = password.ok_or_else(|| format!("init told no password:\n{said}"))?;
        let port = http::free_port()?;
        let mut serve = Command::new(program);
        serve
            .arg("--config")
            .arg(home.join("wanqi.toml"))
            .arg("serve")
            .env("WANQI_LISTEN", format!("127.0.0.1:{port}"));
        let server = Guarded::start(&serve, "TERM", Some(&folder), Some(&log))?;
        let url = format!("http://127.0.0.1:{port}");
        let end = Instant::now() + Duration::from_secs(60);
        while http::exchange("GET", &url, &[], b"", Duration::from_secs(5)).is_err() {
            if Instant::now() > end {
                let said = std::fs::read_to_string(&log).unwrap_or_default();
                return Err(format!("the new installation did not answer within a minute; it said:\n{said}"));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(Self {
            url,
            width: number(list, "width")?,
            tallest: number(list, "tallest")?,
            password: word(list, "password").to_owned(),
            passwords: [("admin".to_owned(), password)].into(),
            browser: Browser::start(Window { size: (1100, 900), lang: "zh-CN", javascript: true })?,
            who: String::new(),
            number: String::new(),
            _server: server,
        })
    }

    fn step(&mut self, step: &toml::Table, pictures: &Path) -> Res<()> {
        let who = word(step, "who");
        if self.who != who {
            self.browser.delete_cookies()?;
            if !who.is_empty() {
                self.sign_in(who, pictures)?;
            }
            who.clone_into(&mut self.who);
        }
        let browser = &self.browser;
        let phone = step.get("phone").is_some();
        let own = if step.contains_key("tallest") { number(step, "tallest")? } else { self.tallest };
        let (width, tallest) = if phone { PHONE } else { (self.width, own) };
        browser.set_viewport(width, tallest)?;
        if step.contains_key("page") {
            browser.goto(&format!("{}{}", self.url, word(step, "page").replace("{number}", &self.number)))?;
        }
        let within = if step.contains_key("within") { word(step, "within") } else { "main" };
        for (name, value) in step.get("fill").and_then(toml::Value::as_table).into_iter().flatten() {
            let value = value.as_str().unwrap_or_default();
            let wrong = browser.execute(FILL, &[within.into(), name.as_str().into(), value.into()])?;
            if wrong != "" {
                return Err(format!("{wrong}"));
            }
        }
        if step.contains_key("press") {
            browser.click(word(step, "press"))?;
            settled(browser)?;
        }
        if step.contains_key("picture") {
            self.picture(word(step, "picture"), tallest, pictures)?;
        }
        if step.contains_key("send") {
            sent(browser, word(step, "send"))?;
        }
        if step.contains_key("keep") {
            let code = browser.text(&browser.find("main code")?)?;
            self.passwords.insert(word(step, "keep").to_owned(), code);
        }
        if step.contains_key("number") {
            self.number = browser.text(&browser.find(word(step, "number"))?)?;
        }
        Ok(())
    }

    /// The first time with the one-time password, which has to be changed at once; then again with the new one.
    fn sign_in(&mut self, who: &str, pictures: &Path) -> Res<()> {
        let browser = &self.browser;
        let told = self.passwords.get(who).ok_or_else(|| format!("nobody told the password of {who}"))?;
        let enter = |password: &str| {
            browser.goto(&format!("{}/sign-in", self.url))?;
            browser.type_into("[name=login]", who)?;
            browser.type_into("[name=password]", password)?;
            sent(browser, "form[action='/sign-in'] .button.primary")
        };
        enter(told)?;
        if *told == self.password {
            return Ok(());
        }
        browser.goto(&format!("{}/account", self.url))?;
        if who == "admin" {
            self.picture("password", self.tallest, pictures)?;
        }
        for (name, value) in [("old", told), ("new", &self.password), ("again", &self.password)] {
            browser.type_into(&format!("[name={name}]"), value)?;
        }
        sent(browser, "form[action='/account'] .button.primary")?;
        browser.delete_cookies()?;
        enter(&self.password)?;
        self.passwords.insert(who.to_owned(), self.password.clone());
        Ok(())
    }

    /// As high as the page, and no higher than a screen.
    fn picture(&self, name: &str, tallest: u32, pictures: &Path) -> Res<()> {
        let browser = &self.browser;
        let width = if tallest == PHONE.1 { PHONE.0 } else { self.width };
        let high = browser.execute("scrollTo(0, 0); return document.body.scrollHeight", &[])?;
        let high = high.as_u64().and_then(|high| u32::try_from(high).ok()).unwrap_or(tallest);
        browser.set_viewport(width, high.min(tallest))?;
        browser.execute_async("document.fonts.ready.then(() => arguments[arguments.length - 1]())", &[])?;
        let png = browser.screenshot()?;
        let path = pictures.join(format!("{name}.png"));
        std::fs::write(&path, &png).map_err(|e| format!("{}: {e}", path.display()))?;
        println!("{FOLDER}/{name}.png  {} KiB", png.len() / 1024);
        browser.set_viewport(width, tallest)
    }
}

/// Clicks what sends a form and waits for the page that comes; a form that was not taken is an error.
fn sent(browser: &Browser, selector: &str) -> Res<()> {
    browser.execute("window.wanqiBefore = true", &[])?;
    browser.click(selector)?;
    let gone = "return !window.wanqiBefore && document.readyState === 'complete'";
    browser.wait("the page after sending", || Ok((browser.execute(gone, &[])? == true).then_some(())))?;
    let status = "return performance.getEntriesByType('navigation')[0].responseStatus";
    let status = browser.execute(status, &[])?;
    if status == 200 {
        return Ok(());
    }
    let alert = browser.execute("return document.querySelector('[role=alert]')?.innerText ?? ''", &[])?;
    Err(format!("{selector}: {status} {alert}"))
}

/// Lets what a click brings come.
fn settled(browser: &Browser) -> Res<()> {
    std::thread::sleep(Duration::from_millis(700));
    let ready = "return document.readyState === 'complete'";
    browser.wait("the page", || Ok((browser.execute(ready, &[])? == true).then_some(())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guide_shows_every_picture_that_is_taken() {
        let list: toml::Table = run::read(LIST).unwrap().parse().unwrap();
        let guide = run::read("docs/guide/operating.md").unwrap();
        let taken: Vec<&str> = steps(&list).map(|step| word(step, "picture")).filter(|name| !name.is_empty()).collect();
        assert!(taken.len() >= 6);
        for name in taken.into_iter().chain(["password"]) {
            assert_eq!(guide.matches(&format!("(pictures/{name}.png)")).count(), 2, "{name}: in both languages");
        }
    }
}
