//! Which column of a file of facts holds what: facts by any of their names, with a unit in brackets if bare numbers are in it.

use rulepack::unit::Unit;

use super::columns::Column;
use super::rows::Header;
use crate::facts::{CREDIT_CODE, Reading, dictionary};

/// What a column holds.
#[derive(Clone, Debug)]
pub enum Held {
    CreditCode,
    Period,
    Source,
    AsOf,
    Fact(Box<Reading>),
    /// The name of the enterprise, which helps people read the file, and what is wrong with the header.
    Aside,
}

/// Something wrong with a header: its text, the code of what was expected, values named in that.
pub type WrongHeader = (String, &'static str, Vec<(&'static str, String)>);

/// The header of a sheet of facts.
#[derive(Clone, Debug, Default)]
pub struct FactHeader {
    columns: Vec<Held>,
    titles: Vec<String>,
    pub wrong: Vec<WrongHeader>,
}

const PERIOD: [&str; 4] = ["期间", "所属期", "报告期", "period"];
const SOURCE: [&str; 3] = ["来源", "数据来源", "source"];
const AS_OF: [&str; 5] = ["截至", "截至日期", "截止日期", "as_of", "as of"];

/// What exported facts, and the files that rule packs run over, call the credit code.
const ID: &str = "id";

impl FactHeader {
    /// What a column (from 0) holds, with its title.
    pub fn columns(&self) -> impl Iterator<Item = (&Held, &str)> {
        self.columns.iter().zip(self.titles.iter().map(String::as_str))
    }

    /// Whether a row of the other header may say the same again.
    pub fn shares_facts(&self, other: &FactHeader) -> bool {
        other.facts().any(|code| self.facts().any(|own| own == code))
    }

    fn facts(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().filter_map(|held| match held {
            Held::Fact(reading) => Some(reading.fact().code.as_str()),
            _ => None,
        })
    }

    fn understand(&mut self, title: &str) -> Held {
        if title.is_empty() {
            return Held::Aside;
        }
        let held = match known(title) {
            Ok(held) => held,
            Err((code, args)) => {
                self.wrong.push((title.to_owned(), code, args));
                return Held::Aside;
            }
        };
        let twice = self.columns.iter().position(|other| match (other, &held) {
            (Held::Fact(one), Held::Fact(two)) => one.fact().code == two.fact().code,
            (Held::Aside, _) => false,
            (one, two) => std::mem::discriminant(one) == std::mem::discriminant(two),
        });
        match twice {
            Some(place) => {
                let other = self.titles.get(place).cloned().unwrap_or_default();
                self.wrong.push((title.to_owned(), "import-fact-twice", vec![("other", other)]));
                Held::Aside
            }
            None => held,
        }
    }
}

impl sheets::Header for FactHeader {
    fn knows(title: &str) -> bool {
        let is = |all: &[&str]| all.iter().any(|one| title.eq_ignore_ascii_case(one));
        is(&PERIOD)
            || is(&SOURCE)
            || is(&AS_OF)
            || is(&[ID])
            || dictionary().get(title).is_some()
            || matches!(Column::read(title), Some(Column::CreditCode | Column::Name))
            || dictionary().get(&split(title).0).is_some()
    }

    /// `None` unless it names the credit code.
    fn read(cells: &[String]) -> Option<FactHeader> {
        let is_code =
            |cell: &String| Column::read(cell) == Some(Column::CreditCode) || cell.trim().eq_ignore_ascii_case(ID);
        if !cells.iter().any(is_code) {
            return None;
        }
        let mut header = FactHeader::default();
        for cell in cells {
            let title: String = cell.trim().chars().take(60).collect();
            let held = header.understand(&title);
            header.columns.push(held);
            header.titles.push(title);
        }
        if header.facts().next().is_none() && header.wrong.is_empty() {
            header.wrong.push((Column::CreditCode.headers()[0].to_owned(), "import-fact-none", Vec::new()));
        }
        Some(header)
    }
}

impl Header for FactHeader {
    fn needed() -> String {
        Column::CreditCode.headers()[0].to_owned()
    }

    fn slot(&self, place: usize) -> Option<usize> {
        self.columns.get(place).filter(|held| !matches!(held, Held::Aside)).map(|_| place)
    }

    fn width(&self) -> usize {
        self.columns.len()
    }

    fn key(&self) -> Option<usize> {
        self.columns.iter().position(|held| matches!(held, Held::CreditCode))
    }

    fn summed(&self, slot: usize) -> Option<&str> {
        match self.columns.get(slot)? {
            Held::Fact(reading) if reading.is_summed() => self.titles.get(slot).map(String::as_str),
            _ => None,
        }
    }
}

/// Why a title means nothing: the key of the words that say so, and what they name.
type Strange = (&'static str, Vec<(&'static str, String)>);

/// What a title means, or why nothing.
fn known(title: &str) -> Result<Held, Strange> {
    let is = |all: &[&str]| all.iter().any(|one| title.eq_ignore_ascii_case(one));
    if is(&PERIOD) {
        return Ok(Held::Period);
    }
    if is(&SOURCE) {
        return Ok(Held::Source);
    }
    if is(&AS_OF) {
        return Ok(Held::AsOf);
    }
    if title.eq_ignore_ascii_case(ID) {
        return Ok(Held::CreditCode);
    }
    if let Some(fact) = dictionary().get(title).filter(|fact| fact.code != CREDIT_CODE) {
        return Ok(Held::Fact(Box::new(Reading::new(fact))));
    }
    match Column::read(title) {
        Some(Column::CreditCode) => return Ok(Held::CreditCode),
        Some(Column::Name) => return Ok(Held::Aside),
        _ => {}
    }
    let (name, unit) = split(title);
    let Some(fact) = dictionary().get(&name).filter(|fact| fact.code != CREDIT_CODE) else {
        return Err(match dictionary().suggest(&name).filter(|near| !near.eq_ignore_ascii_case(CREDIT_CODE)) {
            Some(near) => ("import-fact-unknown", vec![("near", near.to_owned())]),
            None => ("import-fact-unknown-far", Vec::new()),
        });
    };
    let Some(unit) = unit else { return Ok(Held::Fact(Box::new(Reading::new(fact)))) };
    let reading = Unit::parse(&unit).and_then(|unit| Reading::in_unit(fact, unit));
    reading.map(|reading| Held::Fact(Box::new(reading))).ok_or_else(|| {
        use rulepack::diagnostic::Lang;
        match crate::facts::unit(fact, Lang::Zh) {
            "" => ("import-fact-no-unit", Vec::new()),
            zh => {
                let en = crate::facts::unit(fact, Lang::En).to_owned();
                ("import-fact-unit", vec![("unit", zh.to_owned()), ("unit_en", en)])
            }
        }
    })
}

/// `营业收入（万元）` as name and unit, with brackets of either width; spaces within a Chinese name are forgiven.
fn split(title: &str) -> (String, Option<String>) {
    let plain: String = title.chars().map(rulepack::number::narrow).collect();
    let (name, unit) = match plain.trim().strip_suffix(')').and_then(|text| text.rsplit_once('(')) {
        Some((name, unit)) => (name.trim().to_owned(), Some(unit.trim().to_owned())),
        None => (plain.trim().to_owned(), None),
    };
    let tight: String = name.split_whitespace().collect();
    let name = if dictionary().get(&name).is_none() && dictionary().get(&tight).is_some() { tight } else { name };
    (name, unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sheets::Header as _;

    #[test]
    fn headers_name_facts_in_either_language_with_or_without_a_unit() {
        let row = |text: &str| text.split('|').map(str::to_owned).collect::<Vec<_>>();
        let line = "统一社会信用代码|企业名称|营业收入（万元）|land_area(亩)|Employees| 用电量 ( 万千瓦时 ) |期间|来源|截至||营业 收 入|营收|天气|能耗(亩)|上市企业（家）";
        let header = FactHeader::read(&row(line)).unwrap();
        let seen: Vec<String> = header
            .columns()
            .map(|(held, _)| match held {
                Held::Fact(reading) => reading.fact().code.clone(),
                other => format!("{other:?}"),
            })
            .collect();
        let wanted =
            ["CreditCode", "Aside", "revenue", "land_area", "employees", "electricity_kwh", "Period", "Source", "AsOf"];
        assert_eq!(seen[..9], wanted);
        let wrong: Vec<_> =
            header.wrong.iter().map(|(title, code, args)| (title.as_str(), *code, args.clone())).collect();
        assert_eq!(
            wrong,
            [
                ("营业 收 入", "import-fact-twice", vec![("other", "营业收入（万元）".to_owned())]),
                ("营收", "import-fact-twice", vec![("other", "营业收入（万元）".to_owned())]),
                ("天气", "import-fact-unknown-far", vec![]),
                ("能耗(亩)", "import-fact-unit", vec![("unit", "吨标准煤".to_owned()), ("unit_en", "tce".to_owned())]),
                ("上市企业（家）", "import-fact-no-unit", vec![]),
            ]
        );
        assert!(FactHeader::read(&row("企业名称|营业收入")).is_none());
        assert!(FactHeader::read(&row("id|revenue")).is_some(), "an export comes in again");
        let near = FactHeader::read(&row("credit_code|营业收人")).unwrap();
        assert_eq!(near.wrong[0].2, [("near", "营业收入".to_owned())]);
        assert_eq!(FactHeader::read(&row("credit_code|期间")).unwrap().wrong[0].1, "import-fact-none");
    }
}
