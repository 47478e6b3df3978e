//! A minimal W3C WebDriver client: one window of a headless Chromium and what a person does in it.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::chromium::Chromium;
pub use super::chromium::Window;
use super::http::{self, Res};

/// The key under which WebDriver hands out an element, fixed by the standard.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser with one window. Dropping it closes the session and stops chromedriver and Chromium.
pub struct Browser {
    session: String,
    chromium: Chromium,
}

/// An element of the page as the driver names it; it goes stale when the page changes.
#[derive(Debug, Clone)]
pub struct Element(String);

impl Browser {
    /// Starts chromedriver (`WANQI_CHROMEDRIVER`, else the one on the path) and a new Chromium (`WANQI_CHROMIUM`).
    ///
    /// # Errors
    /// Either does not start; the driver's log is part of the message.
    pub fn start(window: Window) -> Res<Self> {
        let chromium = Chromium::start(window)?;
        let browser = Self { session: chromium.session().to_owned(), chromium };
        browser.set_viewport(window.size.0, window.size.1)?;
        Ok(browser)
    }

    fn get(&self, path: &str) -> Res<Value> {
        call("GET", &format!("{}{path}", self.session), &Value::Null)
    }

    fn post(&self, path: &str, body: &Value) -> Res<Value> {
        call("POST", &format!("{}{path}", self.session), body)
    }

    /// Opens an address and waits for its load event.
    ///
    /// # Errors
    /// The page cannot be reached. An error page of the server is no error here.
    pub fn goto(&self, url: &str) -> Res<()> {
        self.post("/url", &json!({ "url": url })).map(drop)
    }

    /// The address shown now.
    ///
    /// # Errors
    /// The browser is gone.
    pub fn url(&self) -> Res<String> {
        self.get("/url").map(text_of)
    }

    /// The title of the page.
    ///
    /// # Errors
    /// The browser is gone.
    pub fn title(&self) -> Res<String> {
        self.get("/title").map(text_of)
    }

    /// The page as HTML, as it stands now.
    ///
    /// # Errors
    /// The browser is gone.
    pub fn source(&self) -> Res<String> {
        self.get("/source").map(text_of)
    }

    /// All elements matching a CSS selector, now.
    ///
    /// # Errors
    /// The selector is no CSS.
    pub fn all(&self, css: &str) -> Res<Vec<Element>> {
        let found = self.post("/elements", &json!({ "using": "css selector", "value": css }))?;
        let list = found.as_array().cloned().unwrap_or_default();
        Ok(list.iter().filter_map(|e| e[ELEMENT].as_str()).map(|id| Element(id.to_owned())).collect())
    }

    /// The first element matching a CSS selector; waits for it up to five seconds.
    ///
    /// # Errors
    /// It does not come. The message shows the address and the beginning of the page's text.
    pub fn find(&self, css: &str) -> Res<Element> {
        self.wait(&format!("an element {css}"), || Ok(self.all(css)?.into_iter().next()))
    }

    /// Waits up to five seconds until `look` sees something.
    ///
    /// # Errors
    /// It sees nothing in that time, or fails.
    pub fn wait<T>(&self, what: &str, mut look: impl FnMut() -> Res<Option<T>>) -> Res<T> {
        let end = Instant::now() + Duration::from_secs(5);
        loop {
            if let Some(seen) = look()? {
                return Ok(seen);
            }
            if Instant::now() > end {
                let page: String = self.page_text()?.chars().take(600).collect();
                return Err(format!("{}: waited 5 s for {what}; the page says:\n{page}", self.url()?));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until the page shows this text.
    ///
    /// # Errors
    /// It does not within five seconds.
    pub fn wait_for_text(&self, text: &str) -> Res<()> {
        self.wait(&format!("the text {text:?}"), || Ok(self.page_text()?.contains(text).then_some(())))
    }

    /// All text a person sees on the page.
    ///
    /// # Errors
    /// The browser is gone.
    pub fn page_text(&self) -> Res<String> {
        self.execute("return document.body ? document.body.innerText : ''", &[]).map(text_of)
    }

    /// Clicks the first element matching the selector, as a person would: it must be visible and not covered.
    ///
    /// # Errors
    /// It is not there, hidden or covered.
    pub fn click(&self, css: &str) -> Res<()> {
        let element = self.find(css)?;
        self.click_element(&element).map_err(|e| format!("{css}: {e}"))
    }

    /// Clicks an element found before.
    ///
    /// # Errors
    /// It is stale, hidden or covered.
    pub fn click_element(&self, element: &Element) -> Res<()> {
        self.post(&format!("/element/{}/click", element.0), &json!({})).map(drop)
    }

    /// Clicks the first link or button whose visible text contains `text`.
    ///
    /// # Errors
    /// None shows it.
    pub fn click_text(&self, text: &str) -> Res<()> {
        let element = self.wait(&format!("a link or button {text:?}"), || {
            for element in self.all("a, button, [role=button], summary, label")? {
                if self.text(&element)?.contains(text) {
                    return Ok(Some(element));
                }
            }
            Ok(None)
        })?;
        self.click_element(&element)
    }

    /// Types into the first field matching the selector, replacing what stood there.
    /// A file field takes the absolute path of the file to upload.
    ///
    /// # Errors
    /// There is no such field, or it cannot be typed into.
    pub fn type_into(&self, css: &str, text: &str) -> Res<()> {
        let Element(id) = self.find(css)?;
        let is_file = self.execute("return arguments[0].type === 'file'", &[json!({ ELEMENT: id })])? == json!(true);
        if !is_file {
            self.post(&format!("/element/{id}/clear"), &json!({})).map_err(|e| format!("{css}: {e}"))?;
        }
        self.post(&format!("/element/{id}/value"), &json!({ "text": text })).map_err(|e| format!("{css}: {e}"))?;
        Ok(())
    }

    /// Presses keys on whatever has the focus. Special keys are the private characters of WebDriver:
    /// Tab `\u{E004}`, Enter `\u{E007}`, Escape `\u{E00C}`.
    ///
    /// # Errors
    /// The browser is gone.
    pub fn press(&self, keys: &str) -> Res<()> {
        let mut actions = Vec::new();
        for key in keys.chars() {
            actions.push(json!({ "type": "keyDown", "value": key }));
            actions.push(json!({ "type": "keyUp", "value": key }));
        }
        self.post("/actions", &json!({ "actions": [{ "type": "key", "id": "keys", "actions": actions }] })).map(drop)
    }

    /// The visible text of an element.
    ///
    /// # Errors
    /// It is stale.
    pub fn text(&self, element: &Element) -> Res<String> {
        self.get(&format!("/element/{}/text", element.0)).map(text_of)
    }

    /// Runs a script in the page and returns what it returns. The page's CSP does not apply to it.
    ///
    /// # Errors
    /// The script throws.
    pub fn execute(&self, script: &str, args: &[Value]) -> Res<Value> {
        self.post("/execute/sync", &json!({ "script": script, "args": args }))
    }

    /// Runs a script that ends by calling its last argument with the result.
    ///
    /// # Errors
    /// The script throws, or does not call back within 30 seconds.
    pub fn execute_async(&self, script: &str, args: &[Value]) -> Res<Value> {
        self.post("/execute/async", &json!({ "script": script, "args": args }))
    }

    /// A PNG of what the window shows.
    ///
    /// # Errors
    /// The browser is gone.
    pub fn screenshot(&self) -> Res<Vec<u8>> {
        base64(&text_of(self.get("/screenshot")?))
    }

    /// Makes the page, not the window with its frame, this wide and high in CSS pixels.
    ///
    /// # Errors
    /// The browser is gone.
    pub fn set_viewport(&self, width: u32, height: u32) -> Res<()> {
        // Emulation, because a headless window of Chromium does not become narrower than 500 pixels.
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", &metrics).map(drop)
    }

    /// One command of Chromium's own protocol, for what WebDriver has no word for.
    ///
    /// # Errors
    /// Chromium refuses it.
    pub fn devtools(&self, command: &str, params: &Value) -> Res<Value> {
        self.post("/goog/cdp/execute", &json!({ "cmd": command, "params": params }))
    }

    /// The cookies of the page as name and value.
    ///
    /// # Errors
    /// The browser is gone.
    pub fn cookies(&self) -> Res<Vec<(String, String)>> {
        let cookies = self.get("/cookie")?;
        let list = cookies.as_array().cloned().unwrap_or_default();
        Ok(list.iter().map(|c| (text_of(c["name"].clone()), text_of(c["value"].clone()))).collect())
    }

    /// Forgets all cookies of the page: signed out, as far as the browser knows.
    ///
    /// # Errors
    /// The browser is gone.
    pub fn delete_cookies(&self) -> Res<()> {
        call("DELETE", &format!("{}/cookie", self.session), &Value::Null).map(drop)
    }

    /// What the page wrote to the console as errors, CSP violations and failed loads included; asking empties it.
    ///
    /// # Errors
    /// The browser is gone.
    pub fn console_errors(&self) -> Res<Vec<String>> {
        let entries = self.post("/se/log", &json!({ "type": "browser" }))?;
        let list = entries.as_array().cloned().unwrap_or_default();
        Ok(list.iter().filter(|e| e["level"] == "SEVERE").map(|e| text_of(e["message"].clone())).collect())
    }

    /// The folder of this browser's profile, removed when it ends; a place for files to upload.
    pub fn folder(&self) -> &Path {
        self.chromium.folder()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Asking first lets Chromium end in peace; the guard stops whatever is left.
        let _ = call("DELETE", &self.session, &Value::Null);
    }
}

/// One command; the answer's `value`, or WebDriver's error as a sentence.
pub(super) fn call(method: &str, url: &str, body: &Value) -> Res<Value> {
    let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    let headers = [("Content-Type".to_owned(), "application/json; charset=utf-8".to_owned())];
    let answer = http::exchange(method, url, &headers, &bytes, Duration::from_secs(60))?;
    let mut value: Value =
        serde_json::from_slice(&answer.body).map_err(|e| format!("WebDriver: {e} in {}", answer.text()))?;
    let value = value["value"].take();
    match value["error"].as_str() {
        Some(error) if answer.status >= 400 => {
            let message = value["message"].as_str().unwrap_or_default();
            Err(format!("{error}: {}", message.lines().next().unwrap_or_default()))
        }
        _ => Ok(value),
    }
}

fn text_of(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Base64 with padding, as screenshots come.
fn base64(text: &str) -> Res<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.bytes().filter(|b| !b.is_ascii_whitespace() && *b != b'=') {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            other => return Err(format!("{:?} is no base64", other as char)),
        };
        bits = (bits << 6) | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    Ok(out)
}
