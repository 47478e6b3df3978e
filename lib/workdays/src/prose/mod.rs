//! A notice in the State Council's own prose, as it is copied from its page, and the faults of it, all at once.

mod dates;

use std::fmt;

use chrono::{NaiveDate, Weekday};

use crate::notice::{Notice, NoticeProblem, SpecialDay, SpecialKind};
use crate::statutory::Festival;
use dates::Token;

/// A notice in parts, as prose or a form gives it; [`NoticeDraft::finish`] makes it whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoticeDraft {
    /// The document number (`国办发明电〔2025〕7号`).
    pub id: Option<String>,
    pub title: Option<String>,
    pub published: Option<NaiveDate>,
    pub year: Option<i32>,
    pub source: Option<String>,
    /// What is said about each festival or group of festivals.
    pub parts: Vec<Part>,
    /// Sentences with dates that neither name days off nor days worked, for people to look at.
    pub unused: Vec<String>,
    /// What was found wrong so far; [`NoticeDraft::finish`] adds what is missing.
    pub faults: Vec<ProseFault>,
}

/// One paragraph: a festival, or several that are taken together (`国庆节、中秋节`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub festivals: Vec<Festival>,
    pub off: Vec<NaiveDate>,
    pub work: Vec<NaiveDate>,
}

/// What is wrong with a notice as it was given in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProseFault {
    /// No `关于2027年…`, `现将2027年…` or year of a form.
    NoYear,
    /// No document number such as `国办发明电〔2026〕5号`.
    NoNumber,
    /// No date of publication below the text.
    NoPublished,
    /// Not one festival with its days was found: this is not the text of a notice, or only its beginning.
    NoFestival,
    /// All seven must be named; this one is not.
    Missing(Festival),
    Twice(Festival),
    /// The festival is named without a day off.
    NoDaysOff(Festival),
    NoSuchDay {
        festival: Festival,
        written: String,
    },
    Weekday {
        date: NaiveDate,
        said: Weekday,
    },
    /// `共8天`, but the days named are not so many.
    Count {
        festival: Festival,
        said: i64,
        found: i64,
    },
    /// Off by law, but not in this notice.
    StatutoryWorked {
        date: NaiveDate,
        festival: Festival,
    },
    Notice(NoticeProblem),
}

impl fmt::Display for ProseFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoYear => f.write_str("the year is missing; expected words such as `关于2027年部分节假日安排的通知`"),
            Self::NoNumber => {
                f.write_str("the document number is missing; expected one such as `国办发明电〔2026〕5号`")
            }
            Self::NoPublished => {
                f.write_str("the date of publication is missing; expected one such as `2026年11月5日`")
            }
            Self::NoFestival => {
                f.write_str("no festival with its days was found; expected lines such as `一、元旦：1月1日至3日放假`")
            }
            Self::Missing(festival) => write!(f, "{} is missing; a notice names all seven festivals", festival.name()),
            Self::Twice(festival) => write!(f, "{} is named a second time; expected once", festival.name()),
            Self::NoDaysOff(festival) => {
                write!(f, "{} has no day off; expected dates before `放假`", festival.name())
            }
            Self::NoSuchDay { festival, written } => {
                write!(f, "{}: `{written}` is not a date; expected one such as `2月15日`", festival.name())
            }
            Self::Weekday { date, said } => write!(f, "{date} is said to be {said}; it is {}", date.format("%a")),
            Self::Count { festival, said, found } => {
                write!(f, "{}: said to be {said} days, but {found} are named", festival.name())
            }
            Self::StatutoryWorked { date, festival } => {
                write!(f, "{date} is off by law ({}), but not in this notice", festival.name())
            }
            Self::Notice(problem) => problem.fmt(f),
        }
    }
}

impl NoticeDraft {
    /// Reads prose. Faults in it are kept until [`NoticeDraft::finish`], so that a form can still complete what it lacks.
    pub fn from_prose(text: &str) -> Self {
        let text = dates::plain(text);
        let joined = text.replace('\n', "");
        let year = year(&joined);
        let mut draft = NoticeDraft { year, id: number(&text), title: title(&joined), ..NoticeDraft::default() };
        let headings = headings(&text);
        let end_of_head = headings.first().map_or(text.len(), |first| first.start);
        for (index, heading) in headings.iter().enumerate() {
            let end = headings.get(index + 1).map_or(text.len(), |next| next.start);
            let body = text.get(heading.body..end).unwrap_or_default();
            draft.read_part(&heading.festivals, body, year.unwrap_or_default());
        }
        let tail = headings.last().and_then(|last| text.get(last.body..)).unwrap_or_default();
        let head = text.get(..end_of_head).unwrap_or_default();
        // Below the text stands the date alone; a page of the government has it above as well, after a label.
        let alone = |line: &&str| line.ends_with('日') && line.chars().count() <= 12;
        let labelled =
            |line: &&str| line.contains("成文日期") || line.contains("发布日期") || line.contains("发布时间");
        draft.published = tail
            .lines()
            .rfind(alone)
            .or_else(|| head.lines().find(labelled))
            .or_else(|| tail.split_once("国务院办公厅").map(|(_, after)| after))
            .and_then(dates::last_full_date);
        draft
    }

    /// Adds a festival of a form: days off and days worked as people write dates.
    pub fn put(&mut self, festival: Festival, off: &str, work: &str) {
        let year = self.year.unwrap_or_default();
        let days = |text: &str, faults: &mut Vec<ProseFault>| {
            let tokens = dates::tokens(&dates::plain(text), year, festival, faults);
            if tokens.is_empty() && !text.trim().is_empty() {
                faults.push(ProseFault::NoSuchDay { festival, written: text.trim().to_owned() });
            }
            tokens
                .into_iter()
                .flat_map(|token| match token {
                    Token::Days(from, to) => span(from, to),
                    _ => Vec::new(),
                })
                .collect::<Vec<_>>()
        };
        let (off, work) = (days(off, &mut self.faults), days(work, &mut self.faults));
        self.parts.push(Part { festivals: vec![festival], off, work });
    }

    /// A festival of a form without days of its own, whose days by law lie in the holiday of another, is a part of that one.
    fn join(&mut self) {
        let is_empty = |part: &Part| part.off.is_empty() && part.work.is_empty();
        let (empty, parts) = std::mem::take(&mut self.parts).into_iter().partition::<Vec<_>, _>(is_empty);
        self.parts = parts;
        for part in empty {
            let by_law: Vec<NaiveDate> = match (self.year, part.festivals.as_slice()) {
                (Some(year), [alone]) => alone.statutory(year),
                _ => Vec::new(),
            };
            let wider = self.parts.iter_mut().find(|own| by_law.iter().all(|day| own.off.contains(day)));
            match wider.filter(|_| !by_law.is_empty()) {
                Some(wider) => wider.festivals.extend(part.festivals),
                None => self.parts.push(part),
            }
        }
    }

    fn read_part(&mut self, festivals: &[Festival], body: &str, year: i32) {
        let Some(about) = festivals.first().copied() else { return };
        let mut part = Part { festivals: festivals.to_vec(), off: Vec::new(), work: Vec::new() };
        let mut said = None;
        for sentence in body.split(['。', '；', ';', '\n']).map(str::trim).filter(|sentence| !sentence.is_empty()) {
            let mut pending = Vec::new();
            let mut faults = Vec::new();
            for token in dates::tokens(sentence, year, about, &mut faults) {
                match token {
                    Token::Days(from, to) => pending.extend(span(from, to)),
                    Token::Off => part.off.append(&mut pending),
                    Token::Work => part.work.append(&mut pending),
                    Token::Count(n) => said = said.or(Some(n)),
                    Token::WithWeekend => said = Some(-1),
                }
            }
            let names_days = sentence.contains("放假") || sentence.contains("上班");
            if names_days {
                self.faults.append(&mut faults);
            }
            // The signature below the last paragraph is a date too; it is read as the date of publication.
            if !pending.is_empty() && !sentence.chars().next().is_some_and(|c| c.is_ascii_digit()) {
                self.unused.push(sentence.to_owned());
            }
        }
        let found = i64::try_from(part.off.len()).unwrap_or(i64::MAX);
        if let Some(said) = said.filter(|said| *said > 0 && *said != found && found > 0) {
            self.faults.push(ProseFault::Count { festival: about, said, found });
        }
        self.parts.push(part);
    }

    /// The notice, or everything that is wrong with it.
    ///
    /// # Errors
    /// All faults found, in the order of the text; never an empty list.
    pub fn finish(mut self) -> Result<Notice, Vec<ProseFault>> {
        self.join();
        let mut faults = Vec::new();
        let missing = |faults: &mut Vec<ProseFault>, fault| faults.push(fault);
        if self.year.is_none() {
            missing(&mut faults, ProseFault::NoYear);
        }
        if self.id.is_none() {
            missing(&mut faults, ProseFault::NoNumber);
        }
        if self.published.is_none() {
            missing(&mut faults, ProseFault::NoPublished);
        }
        faults.extend(self.faults);
        let named: Vec<Festival> = self.parts.iter().flat_map(|part| part.festivals.iter().copied()).collect();
        if named.is_empty() {
            faults.push(ProseFault::NoFestival);
            return Err(faults);
        }
        for festival in Festival::ALL {
            match named.iter().filter(|own| **own == festival).count() {
                0 => faults.push(ProseFault::Missing(festival)),
                1 => {}
                _ => faults.push(ProseFault::Twice(festival)),
            }
        }
        for part in self.parts.iter().filter(|part| part.off.is_empty()) {
            faults.extend(part.festivals.first().copied().map(ProseFault::NoDaysOff));
        }
        let (Some(year), Some(id), Some(published)) = (self.year, self.id, self.published) else { return Err(faults) };
        let title = self.title.unwrap_or_else(|| format!("国务院办公厅关于{year}年部分节假日安排的通知"));
        let mut days: Vec<SpecialDay> = self.parts.iter().flat_map(Part::days).collect();
        days.sort_by_key(|day| day.date);
        let notice = Notice { id, title, published, year, amends: None, source: self.source, note: None, days };
        if let Err((_, problem)) = notice.check() {
            faults.push(ProseFault::Notice(problem));
        }
        // A festival without days is said once, not again for each of its days.
        let said = |festival: Festival| {
            !named.contains(&festival)
                || self.parts.iter().any(|part| part.off.is_empty() && part.festivals.contains(&festival))
        };
        faults.extend(notice.gaps().into_iter().filter(|gap| match gap {
            ProseFault::StatutoryWorked { festival, .. } => !said(*festival),
            _ => false,
        }));
        if faults.is_empty() { Ok(notice) } else { Err(faults) }
    }
}

impl Part {
    fn days(&self) -> impl Iterator<Item = SpecialDay> {
        let name = self.festivals.iter().map(|festival| festival.name()).collect::<Vec<_>>().join("、");
        let day = |kind, date: &NaiveDate| SpecialDay { date: *date, kind, name: name.clone() };
        let off: Vec<_> = self.off.iter().map(|date| day(SpecialKind::Off, date)).collect();
        let work: Vec<_> = self.work.iter().map(|date| day(SpecialKind::MakeUp, date)).collect();
        off.into_iter().chain(work)
    }
}

impl Notice {
    /// What a notice for a year must have and this one lacks: each of the seven festivals, and every day off by law.
    /// Empty for an amendment, which only names what it changes.
    pub fn gaps(&self) -> Vec<ProseFault> {
        if self.amends.is_some() {
            return Vec::new();
        }
        let off: Vec<&SpecialDay> = self.days.iter().filter(|day| day.kind == SpecialKind::Off).collect();
        let named =
            |festival: &Festival| off.iter().any(|day| Festival::named_in(&day.name).any(|own| own == *festival));
        let mut gaps: Vec<_> =
            Festival::ALL.into_iter().filter(|festival| !named(festival)).map(ProseFault::Missing).collect();
        let worked = |date: NaiveDate| {
            let own = self.days.iter().find(|day| day.date == date).map(|day| day.kind);
            own.map_or_else(|| crate::notice::is_weekday(date), |kind| kind != SpecialKind::Off)
        };
        let by_law = crate::statutory::statutory_days(self.year);
        gaps.extend(
            by_law
                .into_iter()
                .filter(|(date, festival)| worked(*date) && named(festival))
                .map(|(date, festival)| ProseFault::StatutoryWorked { date, festival }),
        );
        gaps
    }
}

struct Heading {
    festivals: Vec<Festival>,
    /// Where its words begin and where what it says begins, in bytes.
    start: usize,
    body: usize,
}

/// `一、元旦:` and `七、国庆节、中秋节:`, at the beginning of a line or after a sentence.
fn headings(text: &str) -> Vec<Heading> {
    let colons = text.char_indices().filter(|(_, c)| *c == ':');
    let heading = |(at, _): (usize, char)| {
        let before = text.get(..at)?;
        let start = before
            .rfind(['。', '\n', '；'])
            .map_or(0, |cut| cut + before[cut..].chars().next().map_or(0, char::len_utf8));
        let words = before.get(start..)?;
        let words = match words.split_once('、') {
            Some((ordinal, rest)) if ordinal.chars().all(|c| "一二三四五六七八九十".contains(c)) => rest,
            _ => words.trim_start_matches(|c: char| c.is_ascii_digit() || ".、()".contains(c)),
        };
        let festivals: Option<Vec<Festival>> = words.split(['、', '和', '与']).map(one_festival).collect();
        Some(Heading { festivals: festivals.filter(|found| !found.is_empty())?, start, body: at + 1 })
    };
    colons.filter_map(heading).collect()
}

/// A name alone: `元旦`, `清明`, `“五一”国际劳动节`.
fn one_festival(words: &str) -> Option<Festival> {
    let found = Festival::named_in(words).next()?;
    (words.chars().count() <= 10).then_some(found)
}

fn year(text: &str) -> Option<i32> {
    ["关于", "现将", "关于调整"].iter().find_map(|before| {
        let after = text.split_once(before)?.1;
        let (digits, _) = after.split_once('年')?;
        (digits.len() == 4).then(|| digits.parse().ok())?
    })
}

/// `国办发明电(2025)7号` in a line of its own or after other words, written with its usual brackets.
fn number(text: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let (before, after) = line.split_once('(')?;
        let (year, after) = after.split_once(')')?;
        let (n, _) = after.split_once('号')?;
        let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
        let from = before
            .rfind(|c: char| !c.is_alphabetic())
            .map_or(0, |at| at + before[at..].chars().next().map_or(0, char::len_utf8));
        let issuer = before.get(from..).filter(|issuer| !issuer.is_empty())?;
        (digits(year) && year.len() == 4 && digits(n)).then(|| format!("{issuer}〔{year}〕{n}号"))
    })
}

/// The title may be broken over lines.
fn title(joined: &str) -> Option<String> {
    let at = joined.find("国务院办公厅关于")?;
    let (title, _) = joined.get(at..)?.split_once("的通知")?;
    (title.chars().count() <= 40).then(|| format!("{title}的通知"))
}

/// The days of a span; a reversed one gives none, one of more than a month its first month.
fn span(from: NaiveDate, to: NaiveDate) -> Vec<NaiveDate> {
    from.iter_days().take(31).take_while(|day| *day <= to).collect()
}
