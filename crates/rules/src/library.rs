//! The packs shipped with the program, inside it, and the tables that lie beside them.

use std::sync::{Arc, LazyLock, Mutex};

use chrono::NaiveDate;
use rulepack::compile::{Program, compile};
use rulepack::diagnostic::{Diagnostic, Severity};
use rulepack::dictionary::Dictionary;
use rulepack::examples::{self, Outcome};
use rulepack::pack::{self, Pack};

/// A pack as it was shipped.
#[derive(Clone, Copy, Debug)]
pub struct Shipped {
    /// Its name in addresses and on the command line: the file's stem.
    pub code: &'static str,
    pub file: &'static str,
    pub text: &'static str,
}

/// A pack of `packs/`.
macro_rules! shipped {
    ($($code:literal),* $(,)?) => {
        &[$(Shipped {
            code: $code,
            file: concat!($code, ".md"),
            text: include_str!(concat!("../../../packs/", $code, ".md")),
        }),*]
    };
}

const PACKS: &[Shipped] = shipped![
    "size-class-2017",
    "four-ups",
    "ladder-2026",
    "ladder-2022",
    "permu-huangyan-2022",
    "permu-huaian-2024",
    "permu-shandong",
    "permu-henan-cluster",
    "three-batches",
];

/// Tables beside packs, csv or xlsx: file name and content.
const SIDES: &[(&str, &[u8])] =
    &[("permu-henan-cluster.example.csv", include_bytes!("../../../packs/permu-henan-cluster.example.csv"))];

/// A shipped pack that was read.
#[derive(Debug)]
pub struct Kept {
    pub shipped: Shipped,
    pub pack: Pack,
    /// What is wrong with it; a test proves that there is nothing.
    pub faults: Vec<Diagnostic>,
    /// What was made of it last, and for which day.
    program: Last<Program>,
    outcome: Last<Outcome>,
}

/// Packs are asked for the same day again and again.
type Last<T> = Mutex<Option<(NaiveDate, Arc<T>)>>;

static KEPT: LazyLock<Vec<Kept>> = LazyLock::new(|| PACKS.iter().map(keep).collect());

fn keep(shipped: &Shipped) -> Kept {
    let (pack, found) = pack::read(shipped.file, shipped.text, &mut side);
    let faults = found.into_iter().filter(|one| one.severity == Severity::Error).collect();
    Kept { shipped: *shipped, pack, faults, program: Mutex::default(), outcome: Mutex::default() }
}

/// All packs that come with the program, in the order in which people see them.
pub fn shipped() -> &'static [Shipped] {
    PACKS
}

/// The same, read once.
pub fn all() -> &'static [Kept] {
    &KEPT
}

/// The pack with this name.
pub fn find(code: &str) -> Option<&'static Kept> {
    KEPT.iter().find(|kept| kept.shipped.code == code)
}

/// The facts all packs may use.
pub fn dictionary() -> &'static Dictionary {
    registry::facts::dictionary()
}

/// Rows of a shipped table beside a pack, header first, by the name the pack uses.
///
/// # Errors
/// No such table was shipped, or it cannot be read.
pub fn side(name: &str) -> Result<Vec<Vec<String>>, String> {
    let file = name.split('#').next().unwrap_or(name);
    let (_, bytes) = SIDES.iter().find(|(known, _)| *known == file).ok_or_else(|| format!("{file}?"))?;
    crate::side::rows(name, bytes)
}

impl Kept {
    /// The pack alone as a graph, for one day.
    ///
    /// # Errors
    /// What its author has to correct.
    pub fn program(&self, on: NaiveDate) -> Result<Arc<Program>, Vec<Diagnostic>> {
        last(&self.program, on, || {
            if !self.faults.is_empty() {
                return Err(self.faults.clone());
            }
            compile(std::slice::from_ref(&self.pack), dictionary(), on)
        })
    }

    /// Its examples, run; those without a day of their own for the day in force nearest to `today`.
    ///
    /// # Errors
    /// What its author has to correct.
    pub fn examples(&self, today: NaiveDate) -> Result<Arc<Outcome>, Vec<Diagnostic>> {
        last(&self.outcome, self.pack.nearest_day(today), || {
            if !self.faults.is_empty() {
                return Err(self.faults.clone());
            }
            examples::run(&self.pack, dictionary(), today)
        })
    }
}

/// What was made for the same day before, or what `make` gives.
fn last<T>(
    kept: &Last<T>,
    on: NaiveDate,
    make: impl FnOnce() -> Result<T, Vec<Diagnostic>>,
) -> Result<Arc<T>, Vec<Diagnostic>> {
    if let Ok(kept) = kept.lock()
        && let Some((_, value)) = kept.as_ref().filter(|(day, _)| *day == on)
    {
        return Ok(value.clone());
    }
    let value = Arc::new(make()?);
    if let Ok(mut kept) = kept.lock() {
        *kept = Some((on, value.clone()));
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_shipped() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
        let mut packs = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            match name.strip_suffix(".md") {
                Some(code) => {
                    assert!(PACKS.iter().any(|pack| pack.code == code), "packs/{name} is not listed in library.rs");
                    packs += 1;
                }
                None => assert!(
                    !name.contains(".example.") || SIDES.iter().any(|(known, _)| *known == name),
                    "packs/{name} is not listed in library.rs"
                ),
            }
        }
        assert_eq!(packs, PACKS.len());
    }

    #[test]
    fn every_shipped_pack_is_without_fault() {
        for kept in all() {
            let day = kept.pack.nearest_day(NaiveDate::from_ymd_opt(2026, 11, 20).unwrap());
            let faults = kept.program(day).err().unwrap_or_default();
            let told: Vec<_> = faults.iter().map(|one| one.text(rulepack::diagnostic::Lang::En)).collect();
            assert!(told.is_empty(), "{}", told.join("\n"));
            let outcome = kept.examples(day).unwrap();
            let wrong: Vec<_> = outcome.rows.iter().filter(|row| !row.passed()).collect();
            assert!(wrong.is_empty() && !outcome.rows.is_empty(), "{}: {wrong:?}", kept.shipped.code);
            assert_eq!(kept.pack.code, kept.shipped.code);
            assert!(kept.pack.title.is_some() && kept.pack.from.is_some(), "{}", kept.shipped.code);
        }
        assert!(side("nothing.csv").is_err());
    }
}
