//! Names and codes an enterprise had before, by which people still look for it.

use std::collections::HashMap;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use db::{Conn, Tx, Value, sql, sql_text};
use kernel::{EnterpriseId, Error, Result};

/// What kind of former word it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AliasKind {
    FormerName,
    /// A credit code it had before.
    FormerCode,
    /// Code of a division that has another one today: 410728 for 410783.
    FormerDivision,
    /// What people wrote for it who did not know its name.
    AlsoCalled,
}

impl AliasKind {
    pub const ALL: [AliasKind; 4] =
        [AliasKind::FormerName, AliasKind::FormerCode, AliasKind::FormerDivision, AliasKind::AlsoCalled];

    pub const fn as_str(self) -> &'static str {
        match self {
            AliasKind::FormerName => "former-name",
            AliasKind::FormerCode => "former-code",
            AliasKind::FormerDivision => "former-division",
            AliasKind::AlsoCalled => "also-called",
        }
    }
}

impl FromStr for AliasKind {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let found = AliasKind::ALL.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| Error::invalid("bad-request").arg("kind", text))
    }
}

/// A former word of an enterprise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    pub kind: AliasKind,
    pub value: String,
    pub created_at: DateTime<Utc>,
}

/// Notes a former word; once is enough.
pub async fn add_alias(tx: &mut Tx, id: EnterpriseId, kind: AliasKind, value: &str, now: DateTime<Utc>) -> Result<()> {
    let text = "INSERT INTO enterprise_alias (enterprise_id, kind, value, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    sql(text).bind(id).bind(kind.as_str()).bind(value).bind(now).run(tx).await?;
    Ok(())
}

/// The former words of an enterprise, newest first.
pub async fn aliases(conn: &mut Conn, id: EnterpriseId) -> Result<Vec<Alias>> {
    let text =
        "SELECT kind, value, created_at FROM enterprise_alias WHERE enterprise_id = $1 ORDER BY created_at DESC, value";
    let rows = sql(text).bind(id).all(conn).await?;
    let read =
        |row: &db::Row| Ok(Alias { kind: row.get::<String>(0)?.parse()?, value: row.get(1)?, created_at: row.get(2)? });
    rows.iter().map(read).collect()
}

/// Today's code of each code that is a former one.
pub(crate) async fn by_former_codes(conn: &mut Conn, codes: &[&str]) -> Result<HashMap<String, String>> {
    let mut found = HashMap::new();
    for some in codes.chunks(500) {
        let names: Vec<_> = (1..=some.len()).map(|n| format!("${n}")).collect();
        let text = format!(
            "SELECT a.value, e.credit_code FROM enterprise_alias a JOIN enterprise e ON e.id = a.enterprise_id \
             WHERE a.value IN ({}) AND a.kind = 'former-code'",
            names.join(", ")
        );
        let rows = sql_text(text).bind_all(some.iter().map(|code| Value::from(*code))).all(conn).await?;
        for row in rows {
            found.insert(row.get(0)?, row.get(1)?);
        }
    }
    Ok(found)
}
