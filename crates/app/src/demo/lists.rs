//! The word lists and texts of the demo, read from `data/demo/`.

use std::collections::BTreeMap;

use casework::event::Grade;
use kernel::{Error, Result};
use web::Lang;

const DEPARTMENTS: &str = include_str!("../../data/demo/departments.txt");
const TOWNS: &str = include_str!("../../data/demo/towns.txt");
const CHAINS: &str = include_str!("../../data/demo/chains.txt");
const NAMES: &str = include_str!("../../data/demo/names.txt");
const PHRASES: &str = include_str!("../../data/demo/phrases.txt");
const MATTERS: [(&str, &str); 12] = [
    ("fin", include_str!("../../data/demo/matters/fin.txt")),
    ("lab", include_str!("../../data/demo/matters/lab.txt")),
    ("land", include_str!("../../data/demo/matters/land.txt")),
    ("permit", include_str!("../../data/demo/matters/permit.txt")),
    ("util", include_str!("../../data/demo/matters/util.txt")),
    ("infra", include_str!("../../data/demo/matters/infra.txt")),
    ("policy", include_str!("../../data/demo/matters/policy.txt")),
    ("logi", include_str!("../../data/demo/matters/logi.txt")),
    ("market", include_str!("../../data/demo/matters/market.txt")),
    ("tax", include_str!("../../data/demo/matters/tax.txt")),
    ("tech", include_str!("../../data/demo/matters/tech.txt")),
    ("env", include_str!("../../data/demo/matters/env.txt")),
];

/// A name in both languages.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) code: String,
    pub(super) zh: String,
    pub(super) en: String,
}

/// A township, park or district.
#[derive(Clone, Debug)]
pub(super) struct Town {
    /// As [`identity::UnitKind`] spells it.
    pub(super) kind: String,
    pub(super) name: Named,
}

/// An industry chain with what its firms are called and make.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    pub(super) name: Named,
    /// How many of a hundred firms belong to it.
    pub(super) weight: u64,
    pub(super) industries: Vec<String>,
    pub(super) trades: Vec<String>,
    pub(super) products: Vec<String>,
}

/// Something an enterprise may raise, with what becomes of it.
#[derive(Clone, Debug)]
pub(super) struct Matter {
    pub(super) code: String,
    pub(super) category: &'static str,
    /// Code of the unit that leads.
    pub(super) lead: String,
    /// Code of a unit that supports, `{townunit}` for the enterprise's township, empty for none.
    pub(super) co: String,
    pub(super) grade: Grade,
    pub(super) title: String,
    pub(super) body: String,
    pub(super) note: String,
    pub(super) answer: String,
}

/// All lists in one language.
pub(super) struct Lists {
    pub(super) departments: Vec<Named>,
    pub(super) towns: Vec<Town>,
    pub(super) chains: Vec<Chain>,
    pub(super) matters: Vec<Matter>,
    names: BTreeMap<String, Vec<String>>,
    phrases: BTreeMap<String, Vec<String>>,
}

impl Lists {
    /// Reads everything for a scenario (`county` or `city`) and language.
    ///
    /// # Errors
    /// `internal` naming the line that is wrong; a test reads every file, so not in a released program.
    pub(super) fn read(scenario: &str, lang: Lang) -> Result<Self> {
        let mut towns = Vec::new();
        for cells in table(TOWNS) {
            let [wanted, code, kind, zh, en] = exactly(cells)?;
            if wanted == scenario {
                towns.push(Town { kind, name: Named { code, zh, en } });
            }
        }
        let mut departments = Vec::new();
        for cells in table(DEPARTMENTS) {
            let [code, zh, en] = exactly(cells)?;
            let (zh, en) = if scenario == "city" {
                (zh.replace("{c}", "市"), en.replace("{C}", "City"))
            } else {
                (zh.replace("{c}", "县"), en.replace("{C}", "County"))
            };
            departments.push(Named { code, zh, en });
        }
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let parts = |text: &str| text.split(';').map(|part| part.trim().to_owned()).collect::<Vec<_>>();
        let mut chains = Vec::new();
        for cells in table(CHAINS) {
            let [code, zh, en, weight, industries, trades_zh, trades_en, products_zh, products_en] = exactly(cells)?;
            let (trades, products) = match lang {
                Lang::Zh => (words(&trades_zh), words(&products_zh)),
                Lang::En => (parts(&trades_en), parts(&products_en)),
            };
            let weight = weight.parse().map_err(Error::internal)?;
            chains.push(Chain {
                name: Named { code, zh, en },
                weight,
                industries: words(&industries),
                trades,
                products,
            });
        }
        let mut names = BTreeMap::new();
        for cells in table(NAMES) {
            let [key, list] = exactly(cells)?;
            let list = if list.contains(';') { parts(&list) } else { words(&list) };
            names.insert(key, list);
        }
        let tag = &lang.tag()[..2];
        let mut phrases: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for line in lines(PHRASES) {
            let mut cells = line.splitn(3, ' ');
            if let (Some(key), Some(own), Some(text)) = (cells.next(), cells.next(), cells.next())
                && own == tag
            {
                phrases.entry(key.to_owned()).or_default().push(text.to_owned());
            }
        }
        Ok(Self { departments, towns, chains, matters: matters(lang)?, names, phrases })
    }

    /// A list of names such as `surnames`, in the language.
    pub(super) fn names(&self, key: &str, lang: Lang) -> &[String] {
        let key = format!("{key}.{}", &lang.tag()[..2]);
        self.names.get(&key).map_or(&[], Vec::as_slice)
    }

    /// What people say in a situation.
    pub(super) fn phrases(&self, key: &str) -> &[String] {
        self.phrases.get(key).map_or(&[], Vec::as_slice)
    }
}

fn matters(lang: Lang) -> Result<Vec<Matter>> {
    let prefix = match lang {
        Lang::Zh => 'z',
        Lang::En => 'e',
    };
    let mut all: Vec<Matter> = Vec::new();
    for (category, text) in MATTERS {
        for line in lines(text) {
            let Some((key, rest)) = line.split_once(' ') else { return Err(wrong(line)) };
            let slot = match (key.len(), all.last_mut()) {
                (2, Some(_)) if !key.starts_with(prefix) => continue,
                (2, Some(last)) => match &key[1..] {
                    "t" => &mut last.title,
                    "b" => &mut last.body,
                    "n" => &mut last.note,
                    "a" => &mut last.answer,
                    _ => return Err(wrong(line)),
                },
                _ => {
                    all.push(head(category, line)?);
                    continue;
                }
            };
            rest.clone_into(slot);
        }
    }
    Ok(all)
}

fn head(category: &'static str, line: &str) -> Result<Matter> {
    let [code, lead, co, grade] = exactly(cells(line))?;
    let grade = match grade.as_str() {
        "ordinary" => Grade::Ordinary,
        "key" => Grade::Key,
        "hard" => Grade::Hard,
        _ => return Err(wrong(line)),
    };
    let empty = String::new;
    Ok(Matter { code, category, lead, co, grade, title: empty(), body: empty(), note: empty(), answer: empty() })
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn table(text: &str) -> impl Iterator<Item = Vec<String>> {
    lines(text).map(cells)
}

fn cells(line: &str) -> Vec<String> {
    line.split('|').map(|cell| cell.trim().to_owned()).collect()
}

fn exactly<const N: usize>(cells: Vec<String>) -> Result<[String; N]> {
    cells.try_into().map_err(|cells: Vec<String>| wrong(&cells.join(" | ")))
}

fn wrong(line: &str) -> Error {
    Error::internal(format!("demo data: {line}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_texts_are_complete_in_both_languages() {
        for lang in Lang::ALL {
            let lists = Lists::read("county", lang).unwrap();
            assert_eq!(lists.departments.len(), 57);
            assert_eq!(lists.towns.iter().filter(|town| town.kind == "park").count(), 2);
            assert_eq!(lists.chains.len(), 9);
            assert!(lists.matters.len() >= 60);
            let units: BTreeSet<&str> = lists.departments.iter().map(|own| own.code.as_str()).collect();
            let mut titles = BTreeSet::new();
            for matter in &lists.matters {
                assert!(units.contains(matter.lead.as_str()), "{}", matter.code);
                assert!(matter.co.is_empty() || matter.co == "{townunit}" || units.contains(matter.co.as_str()));
                assert_ne!(matter.co, matter.lead, "{}", matter.code);
                for text in [&matter.title, &matter.body, &matter.note, &matter.answer] {
                    assert!(!text.is_empty(), "{} {lang:?}", matter.code);
                }
                assert!(titles.insert(&matter.title), "{}", matter.title);
                let han = matter.body.chars().any(kernel::text::is_han);
                assert_eq!(han, lang == Lang::Zh, "{}", matter.code);
            }
            for chain in &lists.chains {
                for code in &chain.industries {
                    assert!(code.parse::<kernel::IndustryCode>().is_ok(), "{code}");
                }
            }
        }
        let [zh, en] = Lang::ALL.map(|lang| Lists::read("city", lang).unwrap());
        assert_eq!(zh.phrases.keys().collect::<Vec<_>>(), en.phrases.keys().collect::<Vec<_>>());
        assert_eq!(zh.towns.len(), 12);
    }
}
