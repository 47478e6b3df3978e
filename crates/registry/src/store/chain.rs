//! Industrial chains.

use db::{Conn, Tx, sql};
use kernel::{Error, Result, english_name};

use crate::chain::Kept;
use crate::enterprise::Chain;

/// Makes a chain, or gives it other names.
pub async fn put_chain(tx: &mut Tx, chain: &Chain) -> Result<()> {
    let text = "INSERT INTO chain (code, name, name_en, sort) VALUES ($1, $2, $3, $4) \
                ON CONFLICT (code) DO UPDATE SET name = excluded.name, name_en = excluded.name_en, sort = excluded.sort";
    let english = english_name(&chain.name_en, &chain.name);
    sql(text).bind(&chain.code).bind(&chain.name).bind(english).bind(chain.sort).run(tx).await?;
    Ok(())
}

/// Adds a chain, with `version` 0, or changes the one that still has `version`.
///
/// # Errors
/// `changed-meanwhile` if it is no longer there or somebody was faster.
pub(crate) async fn keep_chain(tx: &mut Tx, kept: &Kept) -> Result<()> {
    let text = "INSERT INTO chain (code, name, name_en, sort, active, version) VALUES ($1, $2, $3, $4, $5, 1) \
                ON CONFLICT (code) DO UPDATE SET name = excluded.name, name_en = excluded.name_en, sort = excluded.sort, \
                active = excluded.active, version = chain.version + 1 WHERE chain.version = $6";
    let chain = &kept.chain;
    let put = sql(text)
        .bind(&chain.code)
        .bind(&chain.name)
        .bind(english_name(&chain.name_en, &chain.name))
        .bind(chain.sort)
        .bind(kept.active)
        .bind(kept.version);
    if put.run(tx).await? == 0 { Err(Error::conflict("changed-meanwhile")) } else { Ok(()) }
}

/// The chains that can stand on a page, in their order: those the county works along, and closed ones that still have
/// enterprises.
pub async fn list_chains(conn: &mut Conn) -> Result<Vec<Chain>> {
    let text = "SELECT c.code, c.name, c.name_en, c.sort FROM chain c \
                WHERE c.active OR EXISTS (SELECT 1 FROM enterprise e WHERE e.chain = c.code) ORDER BY c.sort, c.code";
    let rows = sql(text).all(conn).await?;
    let read =
        |row: &db::Row| Ok(Chain { code: row.get(0)?, name: row.get(1)?, name_en: row.get(2)?, sort: row.get(3)? });
    rows.iter().map(read).collect()
}

/// All chains in their order, closed ones too, each with how many active enterprises belong to it.
pub async fn kept_chains(conn: &mut Conn) -> Result<Vec<Kept>> {
    let text = "SELECT c.code, c.name, c.name_en, c.sort, c.active, c.version, \
                (SELECT COUNT(*) FROM enterprise e WHERE e.chain = c.code AND e.status = 'active') \
                FROM chain c ORDER BY c.sort, c.code";
    let rows = sql(text).all(conn).await?;
    let read = |row: &db::Row| {
        let mut c = row.cursor();
        let chain = Chain { code: c.next()?, name: c.next()?, name_en: c.next()?, sort: c.next()? };
        Ok(Kept { chain, active: c.next()?, version: c.next()?, enterprises: c.next()? })
    };
    rows.iter().map(read).collect()
}
