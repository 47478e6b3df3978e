//! Industrial chains.

use db::{Conn, Tx, sql};
use kernel::Result;

use crate::enterprise::Chain;

/// Makes a chain, or gives it other names.
pub async fn put_chain(tx: &mut Tx, chain: &Chain) -> Result<()> {
    let text = "INSERT INTO chain (code, name, name_en, sort) VALUES ($1, $2, $3, $4) \
                ON CONFLICT (code) DO UPDATE SET name = excluded.name, name_en = excluded.name_en, sort = excluded.sort";
    sql(text).bind(&chain.code).bind(&chain.name).bind(&chain.name_en).bind(chain.sort).run(tx).await?;
    Ok(())
}

/// All chains in their order.
pub async fn list_chains(conn: &mut Conn) -> Result<Vec<Chain>> {
    let rows = sql("SELECT code, name, name_en, sort FROM chain ORDER BY sort, code").all(conn).await?;
    let read =
        |row: &db::Row| Ok(Chain { code: row.get(0)?, name: row.get(1)?, name_en: row.get(2)?, sort: row.get(3)? });
    rows.iter().map(read).collect()
}
