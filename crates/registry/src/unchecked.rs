//! An enterprise that somebody speaks for and the register does not have: which ones may be meant, and what is noted of it
//! until the desk registers it or says which one it is.

use db::Conn;
use events::{EnterpriseEvent, EnterpriseTold};
use identity::{Change, Done, Reached};
use kernel::{Clock, EnterpriseId, Error, Pairs, Random, Result, UnitId, name_key};
use serde_json::json;

use crate::access;
use crate::enterprise::{Brief, NewEnterprise, Status, stem};
use crate::keep::told;
use crate::store::{self, AliasKind, Filter};

/// So many that may be meant are offered; more would not be read.
const OFFERED: usize = 6;
/// So many are looked at for each part of the name.
const LOOKED_AT: usize = 60;
/// From this share of common character pairs on a name may be meant by another.
const ALIKE: f64 = 0.45;
/// Fewest letters or characters of what may be taken for a name.
const SHORTEST: usize = 2;
/// Most characters of a name that is noted as it was typed.
pub const LONGEST: usize = 120;

/// An enterprise as it was named by somebody, who knew no better.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unregistered {
    /// As it was typed.
    pub name: String,
    /// Where it is, if the form was that township's.
    pub township: Option<UnitId>,
    pub contact_name: String,
    pub contact_phone: String,
}

/// Why a text cannot be a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoName {
    Short,
    Long,
    /// A credit code, a telephone number.
    Number,
}

/// Whether a text can be a name of an enterprise.
///
/// # Errors
/// What it is instead.
pub fn as_name(text: &str) -> std::result::Result<(), NoName> {
    let key = name_key(text);
    let (length, digits) = (key.chars().count(), key.chars().filter(char::is_ascii_digit).count());
    if digits > 0 && digits * 2 >= length {
        return Err(NoName::Number);
    }
    if length < SHORTEST {
        return Err(NoName::Short);
    }
    if text.chars().count() > LONGEST { Err(NoName::Long) } else { Ok(()) }
}

/// As [`as_name`], where only whether is asked.
pub fn can_be_name(text: &str) -> bool {
    as_name(text).is_ok()
}

/// The whole register: its names are no secret, and whoever speaks for an enterprise may be nobody the program knows.
pub fn all_names() -> Reached {
    Reached { all: true, ..Reached::default() }
}

/// Enterprises within reach that may be meant by a short, former, half or misspelt name, or by pinyin; those most alike first.
///
/// # Errors
/// What the database says.
pub async fn similar(conn: &mut Conn, reached: &Reached, typed: &str) -> Result<Vec<Brief>> {
    let own = core(typed);
    let mut found: Vec<(f64, Brief)> = Vec::new();
    for part in parts(typed, &own) {
        let filter = Filter { text: part.text, status: Some(Status::Active), ..Filter::default() };
        for row in store::list(conn, reached, &filter, None, LOOKED_AT).await? {
            if found.iter().any(|(_, other)| other.id == row.id) {
                continue;
            }
            let pairs = Pairs::of(&own);
            let like = |name: &str| pairs.likeness(&Pairs::of(&core(name)));
            let likeness = like(&row.name).max(like(&row.short_name));
            if part.whole || likeness >= ALIKE {
                found.push((likeness, row));
            }
        }
        if part.whole && !found.is_empty() {
            break;
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.truncate(OFFERED);
    Ok(found.into_iter().map(|(_, row)| row).collect())
}

/// What is looked for.
struct Part {
    text: String,
    /// All of what tells this name from others: whoever has it may be meant, however long the whole name is.
    whole: bool,
}

/// The name as typed, then what tells it from others, then ever less from its beginning.
fn parts(typed: &str, own: &str) -> Vec<Part> {
    let letters: Vec<char> = own.chars().collect();
    let begin = |n: usize| Part { text: letters.iter().take(n).collect(), whole: false };
    let mut parts = vec![Part { text: typed.to_owned(), whole: true }];
    if letters.len() >= SHORTEST {
        parts.push(Part { text: own.to_owned(), whole: true });
    }
    parts.extend([4, 3, 2].into_iter().filter(|n| *n < letters.len()).map(begin));
    parts
}

/// A name without the place it begins with and the legal form it ends with.
fn core(name: &str) -> String {
    let stem = stem(name);
    let letters: Vec<char> = stem.chars().collect();
    let place = letters.iter().take(9).rposition(|c| "省市县区".contains(*c));
    let rest = place.map_or(&letters[..], |at| &letters[at + 1..]);
    if rest.len() < SHORTEST { stem } else { rest.iter().collect() }
}

/// Under which id a problem of an enterprise that is not in the register is raised, and what is to be noted with it: nothing
/// where one waits under the same name already.
///
/// # Errors
/// What the database says.
pub async fn raising(
    conn: &mut Conn,
    clock: &dyn Clock,
    random: &dyn Random,
    named: Unregistered,
) -> Result<(EnterpriseId, Option<Unregistered>)> {
    Ok(match store::unchecked_like(conn, &named.name).await? {
        Some(waiting) => (waiting, None),
        None => (EnterpriseId::new(clock.now(), random), Some(named)),
    })
}

/// Notes an enterprise as it was named, in the change that raises something for it; the caller has asked for the right to raise.
///
/// # Errors
/// `invalid-fields` for a name that cannot be kept.
pub async fn note(change: &mut Change<'_>, id: EnterpriseId, named: Unregistered) -> Result<NewEnterprise> {
    let now = change.at();
    let noted = store::insert_unchecked(
        change,
        id,
        |code| NewEnterprise {
            township: named.township,
            contact_name: named.contact_name,
            contact_phone: named.contact_phone,
            ..NewEnterprise::new(code, named.name)
        },
        now,
    );
    let noted = noted.await?;
    let done = Done { action: "note", resource: "enterprise", resource_id: id.to_string(), detail: json!({}) };
    change.tell(done, &told(EnterpriseEvent::Noted, id, &noted, 1)).await?;
    Ok(noted)
}

/// Says that a noted enterprise is one the register has, in the change that has moved what was raised for it. The name
/// it was noted under is kept among those by which the other is found, if that is wished.
///
/// # Errors
/// `forbidden`; `enterprise-not-unchecked` (conflict) if somebody registered or linked it meanwhile.
pub async fn replace(change: &mut Change<'_>, from: EnterpriseId, to: EnterpriseId, remember: bool) -> Result<()> {
    for id in [from, to] {
        let subject = store::subject(change, id).await?;
        change.require(&access::CHANGE, &subject)?;
    }
    let noted = waiting(change, from).await?;
    let other = store::find(change, to).await?.filter(|other| other.facts.status != Status::Unchecked);
    let other = other.ok_or_else(|| Error::not_found("enterprise"))?;
    let now = change.at();
    store::drop_unchecked(change, &noted).await?;
    let known = [&other.facts.name, &other.facts.short_name].iter().any(|n| name_key(n) == name_key(&noted.facts.name));
    if remember && !known {
        store::add_alias(change, to, AliasKind::AlsoCalled, &noted.facts.name, now).await?;
        store::refresh_search(change, to).await?;
    }
    let done = Done {
        action: "link",
        resource: "enterprise",
        resource_id: to.to_string(),
        detail: json!({ "noted_as": from.to_string(), "remembered": remember && !known }),
    };
    let linked =
        EnterpriseTold { instead_of: Some(from), ..told(EnterpriseEvent::Linked, to, &other.facts, other.version) };
    change.tell(done, &linked).await
}

/// The enterprise with this id, if it is still waiting to be looked at.
///
/// # Errors
/// `enterprise-not-unchecked` (conflict) if not.
pub async fn waiting(conn: &mut Conn, id: EnterpriseId) -> Result<crate::Enterprise> {
    let found = store::find(conn, id).await?.filter(|found| found.facts.status == Status::Unchecked);
    found.ok_or_else(|| Error::conflict("enterprise-not-unchecked"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_a_name_from_others_is_found() {
        for (name, own) in [
            ("安阳市恒达起重机械有限公司", "恒达起重机械"),
            ("河南省长垣市卫华重型机械股份有限公司", "卫华重型机械"),
            ("恒达起重", "恒达起重"),
            ("开封市区", "开封市区"),
            ("hdqz", "hdqz"),
        ] {
            assert_eq!(core(name), own, "{name}");
        }
    }

    #[test]
    fn codes_and_numbers_are_no_names() {
        let long = "恒".repeat(LONGEST + 1);
        for (text, found) in [
            ("恒达起重", Ok(())),
            ("3M中国", Ok(())),
            ("91419981MA0000000X", Err(NoName::Number)),
            ("13800000000", Err(NoName::Number)),
            ("。", Err(NoName::Short)),
            ("恒", Err(NoName::Short)),
            (long.as_str(), Err(NoName::Long)),
        ] {
            assert_eq!((as_name(text), can_be_name(text)), (found, found.is_ok()), "{text}");
        }
    }
}
