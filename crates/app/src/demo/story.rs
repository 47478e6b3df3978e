//! Who and what one case is about: its enterprise, matter, officials and the words they use.

use std::collections::BTreeMap;

use casework::Settings;
use casework::event::{Actor, Classification, Level, Source};
use casework::limits::ClockKind;
use chrono::{DateTime, Utc};
use kernel::{Error, Result, UnitId};
use web::Lang;

use super::draw::Draw;
use super::firms::Firm;
use super::lists::{Lists, Matter};
use super::office::Office;
use super::place::Units;
use super::shape::Shape;

/// Departments that share in many things, for co-units and for a first lead that turns out to be the wrong one.
const MANY_SIDED: [&str; 5] = ["industry", "sme", "development-reform", "market", "office"];
/// Sums in 10,000 yuan with the same in millions.
const SUMS: [(i64, &str); 9] = [
    (80, "0.8"),
    (120, "1.2"),
    (150, "1.5"),
    (200, "2"),
    (260, "2.6"),
    (300, "3"),
    (480, "4.8"),
    (600, "6"),
    (800, "8"),
];

/// Everything there is before the first case.
pub(super) struct World<'a> {
    pub(super) lang: Lang,
    pub(super) shape: &'a Shape,
    pub(super) now: DateTime<Utc>,
    pub(super) settings: &'a Settings,
    pub(super) office: Office<'a>,
    pub(super) lists: &'a Lists,
    pub(super) units: &'a Units,
    pub(super) desk: &'a [Actor],
    /// By unit.
    pub(super) handlers: BTreeMap<UnitId, Actor>,
    pub(super) firms: &'a [Firm],
}

/// How one case goes otherwise than straight.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Way {
    pub(super) late: bool,
    pub(super) paused: bool,
    pub(super) extended: bool,
    pub(super) reopened: bool,
    pub(super) refused: bool,
    pub(super) with_co_unit: bool,
    pub(super) accepted_late: bool,
}

/// What is settled of a case before its days are drawn.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) firm: usize,
    pub(super) matter: usize,
    pub(super) source: Source,
    pub(super) origin: Option<Level>,
    pub(super) way: Way,
}

/// One case with its people and words.
pub(super) struct Story<'a> {
    pub(super) world: &'a World<'a>,
    pub(super) draw: Draw,
    pub(super) plan: &'a Plan,
    pub(super) firm: &'a Firm,
    pub(super) matter: &'a Matter,
    pub(super) class: Classification,
    /// Who accepts and assigns, and who calls back.
    pub(super) desk: Actor,
    pub(super) caller: Actor,
    pub(super) helper: Actor,
    pub(super) lead: Actor,
    pub(super) co: Actor,
    pub(super) wrong: Actor,
    words: Vec<(&'static str, String)>,
}

impl<'a> Story<'a> {
    /// Casts a case; `seed` settles all that is left to chance.
    ///
    /// # Errors
    /// `internal` where the lists name what is not there.
    pub(super) fn cast(world: &'a World<'a>, plan: &'a Plan, seed: u64) -> Result<Self> {
        let draw = Draw::new(seed);
        let firm = world.firms.get(plan.firm).ok_or_else(|| missing("firm"))?;
        let matter = world.lists.matters.get(plan.matter).ok_or_else(|| missing("matter"))?;
        let lead = world.handler(&matter.lead)?;
        let named_co = if matter.co == "{townunit}" { &firm.town.code } else { &matter.co };
        let others: Vec<&str> =
            MANY_SIDED.into_iter().filter(|code| *code != matter.lead && code != named_co).collect();
        let other = |draw: &Draw| world.handler(draw.pick(&others).copied().unwrap_or("office"));
        let co = if named_co.is_empty() { other(&draw)? } else { world.handler(named_co)? };
        let wrong = loop {
            let wrong = other(&draw)?;
            if wrong.unit != co.unit {
                break wrong;
            }
        };
        let person = |list: &[Actor]| draw.pick(list).cloned().ok_or_else(|| missing("desk"));
        let (desk, caller) = (person(world.desk)?, person(world.desk)?);
        let helper = firm.helpers.first().cloned().ok_or_else(|| missing("helper"))?;
        let level = match (world.shape.key, plan.origin.is_some(), draw.range(0, 99)) {
            ("city", _, 0..80) => Level::City,
            ("city", ..) => Level::County,
            (_, false, 0..8) => Level::Township,
            (_, false, 8..14) => Level::City,
            _ => Level::County,
        };
        let class = Classification { category: matter.category.to_owned(), grade: matter.grade, level };
        let words = words(world, &draw, firm);
        Ok(Self { world, plan, firm, matter, class, desk, caller, helper, lead, co, wrong, words, draw })
    }

    /// A text with its blanks filled.
    pub(super) fn fill(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (blank, word) in &self.words {
            if text.contains(blank) {
                text = text.replace(blank, word);
            }
        }
        capitals(&text)
    }

    /// Something people say in a situation.
    pub(super) fn say(&self, key: &str) -> String {
        self.draw.pick(self.world.lists.phrases(key)).cloned().unwrap_or_default()
    }

    /// What people say in the nth of the situations a key tells apart.
    pub(super) fn say_nth(&self, key: &str, nth: usize) -> String {
        self.world.lists.phrases(key).get(nth).cloned().unwrap_or_default()
    }

    /// Who hands it in: the enterprise itself, its helper on a visit, or the desk for what reached it otherwise.
    pub(super) fn submitter(&self) -> &Actor {
        match self.plan.source {
            Source::Visit => &self.helper,
            Source::Hotline | Source::Platform | Source::HandedDown => &self.desk,
            _ => &self.firm.contact,
        }
    }

    /// Working days of the promise to the enterprise.
    pub(super) fn limit(&self) -> u32 {
        let class = &self.class;
        let row = self.world.settings.limits.find(
            ClockKind::Resolve,
            Some(&class.category),
            Some(class.grade),
            Some(class.level),
        );
        row.map_or(5, |row| row.n)
    }
}

impl World<'_> {
    /// The handler of a unit.
    pub(super) fn handler(&self, code: &str) -> Result<Actor> {
        let unit = self.units.by_code.get(code).ok_or_else(|| missing("unit"))?;
        self.handlers.get(&unit.id).cloned().ok_or_else(|| missing("handler"))
    }
}

/// A sentence begins with a capital, also where it begins with a blank that was filled. Chinese has none.
fn capitals(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut begins = true;
    for letter in text.chars() {
        if begins && letter.is_alphanumeric() {
            out.extend(letter.to_uppercase());
            begins = false;
        } else {
            out.push(letter);
            begins = (begins && letter == ' ') || matches!(letter, '.' | '?' | '!');
        }
    }
    out
}

fn words(world: &World<'_>, draw: &Draw, firm: &Firm) -> Vec<(&'static str, String)> {
    let (wan, million) = draw.pick(&SUMS).copied().unwrap_or((200, "2"));
    let capacities = [315, 400, 630, 800, 1_000, 1_250];
    let kva: i64 = draw.pick(&capacities).copied().unwrap_or(630);
    let town = match world.lang {
        Lang::Zh => &firm.town.name,
        Lang::En => &firm.town.name_en,
    };
    let place = if world.shape.key == "city" { "市" } else { "县" };
    let road = draw.pick(world.lists.names("roads", world.lang)).cloned().unwrap_or_default();
    vec![
        ("{n}", draw.range(2, 9).to_string()),
        ("{staff}", draw.range(12, 60).to_string()),
        ("{wan}", wan.to_string()),
        ("{million}", million.to_owned()),
        ("{kva}", kva.to_string()),
        ("{product}", firm.product.clone()),
        ("{town}", town.clone()),
        ("{road}", road),
        ("{c}", place.to_owned()),
    ]
}

fn missing(what: &'static str) -> Error {
    Error::internal(format!("demo data: no {what}"))
}
