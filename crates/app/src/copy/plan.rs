//! In which order tables and rows are copied so that no foreign key is ever broken.

use std::collections::BTreeSet;

use db::Value;
use kernel::{Error, Result};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Int,
    Text,
    Bool,
    Bytes,
    Uuid,
    Instant,
    Date,
}

#[derive(Clone, Debug)]
pub(super) struct Column {
    pub name: String,
    pub kind: Kind,
}

/// A foreign key of one column.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub column: String,
    pub to: String,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub name: String,
    pub columns: Vec<Column>,
    pub links: Vec<Link>,
}

impl Table {
    /// The column by which rows refer to other rows of the same table, and the key they refer to: (child, parent).
    pub fn own_link(&self) -> Option<(usize, usize)> {
        let link = self.links.iter().find(|link| link.to == self.name)?;
        let child = self.columns.iter().position(|column| column.name == link.column)?;
        let parent = self.columns.iter().position(|column| column.name == "id")?;
        Some((child, parent))
    }
}

/// The tables with those that others refer to first.
///
/// # Errors
/// `internal` when tables refer to each other in a circle, which no migration may do.
pub(super) fn in_order(mut tables: Vec<Table>) -> Result<Vec<Table>> {
    let mut ordered: Vec<Table> = Vec::with_capacity(tables.len());
    while !tables.is_empty() {
        let left: BTreeSet<String> = tables.iter().map(|table| table.name.clone()).collect();
        let free = |table: &Table| table.links.iter().all(|link| link.to == table.name || !left.contains(&link.to));
        let (ready, waiting): (Vec<Table>, Vec<Table>) = tables.into_iter().partition(free);
        if ready.is_empty() {
            let names: Vec<_> = waiting.iter().map(|table| table.name.as_str()).collect();
            return Err(Error::internal(format!("tables refer to each other in a circle: {}", names.join(", "))));
        }
        ordered.extend(ready);
        tables = waiting;
    }
    Ok(ordered)
}

/// The rows with parents before their children.
pub(super) fn parents_first(mut rows: Vec<Vec<Value>>, child: usize, parent: usize) -> Vec<Vec<Value>> {
    let name = |row: &[Value], at: usize| row.get(at).map(|value| format!("{value:?}"));
    let none = |row: &[Value]| matches!(row.get(child), None | Some(Value::Uuid(None) | Value::Bytes(None)));
    let mut ordered: Vec<Vec<Value>> = Vec::with_capacity(rows.len());
    let mut there: BTreeSet<Option<String>> = BTreeSet::new();
    loop {
        let before = rows.len();
        let (ready, waiting): (Vec<_>, Vec<_>) =
            rows.into_iter().partition(|row| none(row) || there.contains(&name(row, child)));
        there.extend(ready.iter().map(|row| name(row, parent)));
        ordered.extend(ready);
        rows = waiting;
        if rows.is_empty() || rows.len() == before {
            // Rows left over refer to nothing that is there; the target's foreign key will say so.
            ordered.extend(rows);
            return ordered;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str, to: &[&str]) -> Table {
        let links = to.iter().map(|to| Link { column: format!("{to}_id"), to: (*to).into() }).collect();
        Table { name: name.into(), links, ..Table::default() }
    }

    #[test]
    fn whoever_is_referred_to_comes_first() {
        let tables = vec![table("a", &["b", "c"]), table("b", &["c", "b"]), table("c", &[]), table("d", &["gone"])];
        let names: Vec<_> = in_order(tables).unwrap().into_iter().map(|table| table.name).collect();
        assert_eq!(names, ["c", "d", "b", "a"]);
        assert!(in_order(vec![table("a", &["b"]), table("b", &["a"])]).is_err());
    }

    #[test]
    fn parents_come_before_children_in_any_depth() {
        let id = |n: u128| Value::Uuid((n > 0).then(|| uuid::Uuid::from_u128(n)));
        let rows = [(4, 3), (3, 1), (1, 0), (2, 1)].map(|(own, above)| vec![id(own), id(above)]).to_vec();
        let ordered = parents_first(rows, 1, 0);
        let at = |n: u128| ordered.iter().position(|row| row[0] == id(n)).unwrap();
        assert!(at(1) < at(3) && at(3) < at(4) && at(1) < at(2));
        assert_eq!(ordered.len(), 4);
    }
}
