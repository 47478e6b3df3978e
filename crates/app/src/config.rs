//! The configuration of an installation: a commented TOML file, overridden by the environment, nothing guessed.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use kernel::{Error, ErrorKind, Result};
use toml::{Table, Value};
use web::{DemoSeat, Lang};

/// The file a new installation starts with; every field is documented in it.
pub const DEFAULT: &str = include_str!("../wanqi.toml");

/// Name of the file where nothing else is said.
pub const FILE: &str = "wanqi.toml";

const KEYS: [&str; 11] = [
    "database",
    "data_dir",
    "listen",
    "base_url",
    "county_zh",
    "county_en",
    "language",
    "secure_cookies",
    "trusted_proxies",
    "metrics_token",
    "log",
];

/// Everything an installation can be told.
#[derive(Clone, Debug)]
pub struct Config {
    /// `sqlite:PATH` (made absolute to the file's folder) or `postgres://…`.
    pub database: String,
    /// Attachments lie in `files` below it.
    pub data_dir: PathBuf,
    /// `ADDRESS:PORT`.
    pub listen: String,
    /// As people reach the server, no slash at the end.
    pub base_url: String,
    pub county_zh: String,
    pub county_en: String,
    /// `None` follows the browser.
    pub language: Option<Lang>,
    pub secure_cookies: bool,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Lets others than this machine read `/metrics`.
    pub metrics_token: Option<String>,
    /// A filter such as `info` or `warn,casework=debug`.
    pub log: String,
    /// Seats of the demo; never in a file.
    pub demo: Vec<DemoSeat>,
}

impl Config {
    /// Reads `file`; without one, `wanqi.toml` of the present folder if it is there, else the defaults.
    ///
    /// # Errors
    /// Names the file and the line, key or value that is wrong, and what was expected.
    pub fn load(file: Option<&Path>, env: impl Fn(&str) -> Option<String>) -> Result<Config> {
        let named = file.is_some();
        let file = file.unwrap_or(Path::new(FILE));
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound && !named => String::new(),
            Err(e) => {
                let error = Error::new(ErrorKind::Invalid, "config-unreadable");
                return Err(error.arg("file", file.display()).arg("reason", e));
            }
        };
        let folder = file.parent().unwrap_or(Path::new(""));
        Config::read(&text, folder, env).map_err(|e| e.arg("file", file.display()))
    }

    /// Reads the text of a file that lies in `folder`.
    ///
    /// # Errors
    /// As [`Config::load`], without the name of the file.
    pub fn read(text: &str, folder: &Path, env: impl Fn(&str) -> Option<String>) -> Result<Config> {
        let table: Table = text.parse().map_err(|e: toml::de::Error| {
            let line = e.span().map_or(1, |span| text.get(..span.start).unwrap_or("").lines().count().max(1));
            Error::invalid("config-syntax").arg("line", line).arg("reason", e.message())
        })?;
        if let Some(key) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
            return Err(Error::invalid("config-unknown-key").arg("key", key).arg("nearest", nearest(key)));
        }
        let source = Source { table, env };
        let database = match source.text("database")?.as_deref().unwrap_or("sqlite:wanqi-data/wanqi.db") {
            url if url.starts_with("postgres://") || url.starts_with("postgresql://") => url.to_owned(),
            url => match url.strip_prefix("sqlite:") {
                Some(path) => format!("sqlite:{}", folder.join(path.trim_start_matches("//")).display()),
                None => return Err(Error::invalid("database-address")),
            },
        };
        let listen = source.text("listen")?.unwrap_or_else(|| "127.0.0.1:8080".to_owned());
        if listen.rsplit_once(':').is_none_or(|(host, port)| host.is_empty() || port.parse::<u16>().is_err()) {
            return Err(wrong("listen", &listen, "127.0.0.1:8080"));
        }
        let language = match source.text("language")?.filter(|text| !text.is_empty()) {
            Some(tag) => Some(Lang::parse(&tag).ok_or_else(|| wrong("language", &tag, "zh-CN, en"))?),
            None => None,
        };
        let base_url = source.text("base_url")?.filter(|url| !url.is_empty());
        if let Some(url) = base_url.as_deref().filter(|url| !url.starts_with("http://") && !url.starts_with("https://"))
        {
            return Err(wrong("base_url", url, "https://wanqi.example.gov.cn"));
        }
        Ok(Config {
            database,
            data_dir: folder.join(source.text("data_dir")?.as_deref().unwrap_or("wanqi-data")),
            base_url: base_url.unwrap_or_else(|| format!("http://{listen}")).trim_end_matches('/').to_owned(),
            listen,
            county_zh: source.text("county_zh")?.unwrap_or_else(|| "示范县".to_owned()),
            county_en: source.text("county_en")?.unwrap_or_else(|| "Sample County".to_owned()),
            language,
            secure_cookies: source.switch("secure_cookies")?,
            trusted_proxies: source.addresses("trusted_proxies")?,
            metrics_token: source.text("metrics_token")?.filter(|token| !token.is_empty()),
            log: source.text("log")?.unwrap_or_else(|| "info".to_owned()),
            demo: Vec::new(),
        })
    }

    /// What pages need of it.
    pub fn for_pages(&self) -> web::Config {
        web::Config {
            county_zh: self.county_zh.clone(),
            county_en: self.county_en.clone(),
            data_dir: self.data_dir.clone(),
            base_url: self.base_url.clone(),
            secure_cookies: self.secure_cookies,
            demo: self.demo.clone(),
            lang: self.language,
        }
    }
}

/// Writes a new configuration that only its owner may read, because it may come to hold a password.
///
/// # Errors
/// `file-exists`, `folder`, `disk-full`.
pub fn write(file: &Path, text: &str) -> Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|e| crate::serve::storage(folder, e))?;
    let mut options = std::fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(file).and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()));
    written.map_err(|e| match e.kind() {
        std::io::ErrorKind::AlreadyExists => Error::conflict("file-exists").arg("file", file.display()),
        _ => crate::serve::storage(file, e),
    })
}

/// A table with the environment in front of it.
struct Source<E> {
    table: Table,
    env: E,
}

impl<E: Fn(&str) -> Option<String>> Source<E> {
    fn env(&self, key: &str) -> Option<String> {
        (self.env)(&format!("WANQI_{}", key.to_uppercase()))
    }

    fn text(&self, key: &'static str) -> Result<Option<String>> {
        match (self.env(key), self.table.get(key)) {
            (Some(text), _) => Ok(Some(text)),
            (None, Some(Value::String(text))) => Ok(Some(text.trim().to_owned())),
            (None, Some(other)) => Err(wrong(key, &shown(other), "\"…\"")),
            (None, None) => Ok(None),
        }
    }

    fn switch(&self, key: &'static str) -> Result<bool> {
        match (self.env(key), self.table.get(key)) {
            (Some(text), _) => text.parse().map_err(|_| wrong(key, &text, "true, false")),
            (None, Some(Value::Boolean(on))) => Ok(*on),
            (None, Some(other)) => Err(wrong(key, &shown(other), "true, false")),
            (None, None) => Ok(false),
        }
    }

    fn addresses(&self, key: &'static str) -> Result<Vec<IpAddr>> {
        let texts: Vec<String> = match (self.env(key), self.table.get(key)) {
            (Some(text), _) => text.split([',', ' ']).filter(|part| !part.is_empty()).map(str::to_owned).collect(),
            (None, Some(Value::Array(items))) => {
                items.iter().map(|item| item.as_str().map_or_else(|| shown(item), str::to_owned)).collect()
            }
            (None, Some(other)) => return Err(wrong(key, &shown(other), "[\"10.0.0.2\"]")),
            (None, None) => Vec::new(),
        };
        texts.iter().map(|text| text.parse().map_err(|_| wrong(key, text, "10.0.0.2"))).collect()
    }
}

fn wrong(key: &'static str, value: &str, expected: &str) -> Error {
    Error::invalid("config-value").arg("key", key).arg("value", value).arg("expected", expected)
}

/// A value as it stands in the file, as far as that helps to find it.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => format!("\"{text}\""),
        Value::Integer(n) => n.to_string(),
        Value::Boolean(on) => on.to_string(),
        other => other.type_str().to_owned(),
    }
}

/// The known key that is most like `key`, by letters to change.
fn nearest(key: &str) -> &'static str {
    KEYS.into_iter().min_by_key(|known| distance(known, key)).unwrap_or("")
}

fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut last = i;
        let mut next = vec![i + 1];
        for (y, above) in b.iter().zip(row.iter().skip(1)) {
            let cost = last + usize::from(x != *y);
            last = *above;
            next.push(cost.min(above + 1).min(next.last().copied().unwrap_or(0) + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config> {
        Config::read(text, Path::new("/srv/wanqi"), |_| None)
    }

    #[test]
    fn the_shipped_file_says_the_defaults() {
        let uncommented: String = DEFAULT
            .lines()
            .filter_map(|line| line.strip_prefix('#').filter(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase())))
            .map(|line| format!("{line}\n"))
            .collect();
        assert_eq!(uncommented.lines().count(), KEYS.len(), "every key stands in the file");
        let (written, implied) = (read(&uncommented).unwrap(), read(DEFAULT).unwrap());
        assert_eq!(format!("{written:?}"), format!("{implied:?}"));
        assert_eq!(implied.database, "sqlite:/srv/wanqi/wanqi-data/wanqi.db");
        assert_eq!(implied.base_url, "http://127.0.0.1:8080");
    }

    #[test]
    fn what_is_wrong_is_named_with_what_was_expected() {
        let cases = [
            ("listne = \"x\"", "config unknown key (key: listne, nearest: listen)"),
            ("a = 1\nlisten = ", "config syntax (line: 2, reason: "),
            ("listen = \"8080\"", "config value (key: listen, value: 8080, expected: 127.0.0.1:8080)"),
            ("secure_cookies = \"yes\"", "config value (key: secure_cookies, value: \"yes\", expected: true, false)"),
            ("language = \"fr\"", "config value (key: language, value: fr, expected: zh-CN, en)"),
            ("trusted_proxies = [\"proxy\"]", "config value (key: trusted_proxies, value: proxy, expected: 10.0.0.2)"),
            ("database = \"mysql://x\"", "database address"),
            ("base_url = \"wanqi.cn\"", "config value (key: base_url, value: wanqi.cn, "),
        ];
        for (text, said) in cases {
            let error = read(text).unwrap_err().to_string();
            assert!(error.starts_with(said), "{text}: {error}");
        }
    }

    #[test]
    fn the_environment_wins() {
        let env = |key: &str| match key {
            "WANQI_DATABASE" => Some("postgres://db/wanqi".to_owned()),
            "WANQI_TRUSTED_PROXIES" => Some("10.0.0.1, ::1".to_owned()),
            "WANQI_SECURE_COOKIES" => Some("true".to_owned()),
            _ => None,
        };
        let config = Config::read("database = \"sqlite:x.db\"", Path::new(""), env).unwrap();
        assert_eq!(config.database, "postgres://db/wanqi");
        assert!(config.secure_cookies && config.trusted_proxies.len() == 2);
    }
}
