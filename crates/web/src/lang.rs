//! The two languages of the face and how a visitor's is chosen.

/// A language pages are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lang {
    #[default]
    Zh,
    En,
}

/// Name of the cookie that remembers the switch; its value is `Lang::tag`.
pub const LANG_COOKIE: &str = "lang";

impl Lang {
    pub const ALL: [Lang; 2] = [Lang::Zh, Lang::En];

    /// BCP 47 tag for the `lang` attribute, the cookie and word files: `zh-CN` or `en`.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::Zh => "zh-CN",
            Lang::En => "en",
        }
    }

    /// Reads a tag such as `zh`, `zh-Hans-CN` or `en-GB`, in any case.
    pub fn parse(tag: &str) -> Option<Lang> {
        match tag.trim().split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "zh" => Some(Lang::Zh),
            "en" => Some(Lang::En),
            _ => None,
        }
    }

    /// The cookie wins over `Accept-Language`; of that the highest `q`, first on a tie; Chinese when nothing fits.
    pub fn negotiate(cookie: Option<&str>, accept: Option<&str>) -> Lang {
        if let Some(lang) = cookie.and_then(Lang::parse) {
            return lang;
        }
        let mut best = (0.0_f32, Lang::default());
        for part in accept.unwrap_or_default().split(',') {
            let mut bits = part.split(';');
            let Some(lang) = bits.next().and_then(Lang::parse) else { continue };
            let weight = bits
                .find_map(|bit| bit.trim().strip_prefix("q="))
                .map_or(1.0, |q| q.trim().parse::<f32>().unwrap_or(0.0));
            if weight > best.0 {
                best = (weight, lang);
            }
        }
        best.1
    }

    /// The other language, for the switch.
    pub fn other(self) -> Lang {
        match self {
            Lang::Zh => Lang::En,
            Lang::En => Lang::Zh,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Lang::{self, En, Zh};

    #[test]
    fn negotiation() {
        let cases: [(Option<&str>, Option<&str>, Lang); 8] = [
            (None, None, Zh),
            (None, Some("en-GB,en;q=0.9"), En),
            (None, Some("zh-CN,zh;q=0.9,en;q=0.8"), Zh),
            (None, Some("fr, en;q=0.5, zh;q=0.7"), Zh),
            (None, Some("en;q=0, de"), Zh),
            (Some("en"), Some("zh-CN"), En),
            (Some("zh-CN"), Some("en"), Zh),
            (Some("xx"), Some("en"), En),
        ];
        for (cookie, accept, want) in cases {
            assert_eq!(Lang::negotiate(cookie, accept), want, "{cookie:?} {accept:?}");
        }
    }
}
