//! Columns in layers: every shared piece of SQL is computed once, in a sub-select above the columns it reads.

use std::collections::HashMap;
use std::fmt::Write;

/// A piece of SQL that can stand in one layer: its text and the columns it reads.
#[derive(Clone, Debug)]
pub struct Piece {
    pub sql: String,
    /// The lowest layer in which it can stand: one above the columns it reads; 0 reads only the input.
    layer: usize,
    reads: Vec<usize>,
}

impl Piece {
    /// Text that reads no column.
    pub fn constant(sql: impl Into<String>) -> Piece {
        Piece { sql: sql.into(), layer: 0, reads: Vec::new() }
    }

    /// Text made of other pieces, which it must contain.
    pub fn of<'a>(sql: String, parts: impl IntoIterator<Item = &'a Piece>) -> Piece {
        let mut piece = Piece { sql, layer: 0, reads: Vec::new() };
        for part in parts {
            piece.layer = piece.layer.max(part.layer);
            piece.reads.extend_from_slice(&part.reads);
        }
        piece
    }
}

struct Column {
    sql: String,
    layer: usize,
    reads: Vec<usize>,
}

/// All columns of one statement.
#[derive(Default)]
pub struct Layers {
    columns: Vec<Column>,
    known: HashMap<String, usize>,
}

impl Layers {
    /// The piece as a column of its own, to be read by later layers; equal pieces are one column, a column or constant stays itself.
    pub fn column(&mut self, piece: Piece) -> Piece {
        if piece.reads.is_empty() && piece.layer == 0 && is_atom(&piece.sql) || self.is_column(&piece) {
            return piece;
        }
        let index = match self.known.get(&piece.sql) {
            Some(index) => *index,
            None => {
                let index = self.columns.len();
                self.known.insert(piece.sql.clone(), index);
                self.columns.push(Column { sql: piece.sql, layer: piece.layer, reads: piece.reads });
                index
            }
        };
        Piece { sql: format!("c{index}"), layer: self.columns[index].layer + 1, reads: vec![index] }
    }

    /// A column of the input, read by the first layer only: later layers see what it became.
    pub fn input(&mut self, sql: String) -> Piece {
        let index = self.columns.len();
        self.columns.push(Column { sql, layer: 0, reads: Vec::new() });
        Piece { sql: format!("c{index}"), layer: 1, reads: vec![index] }
    }

    fn is_column(&self, piece: &Piece) -> bool {
        matches!(piece.reads.as_slice(), [index] if piece.sql == format!("c{index}"))
    }

    /// The statement: `results` (name, piece) over the rows of `source`; each layer carries on only what a later one reads.
    ///
    /// `barrier`: what stands between AS and the parenthesis. PostgreSQL puts a sub-select that is read once into its reader, and every
    /// column as often as it is mentioned: without `MATERIALIZED` twelve layers never end.
    pub fn statement(&self, key: &str, source: &str, results: &[(String, Piece)], barrier: &str) -> String {
        let top = self
            .columns
            .iter()
            .map(|column| column.layer + 1)
            .chain(results.iter().map(|(_, piece)| piece.layer))
            .max()
            .unwrap_or(0);
        let mut needed_until = vec![0; self.columns.len()];
        for (_, piece) in results {
            piece.reads.iter().for_each(|&index| needed_until[index] = top);
        }
        for (index, column) in self.columns.iter().enumerate().rev() {
            if needed_until[index] > column.layer {
                column.reads.iter().for_each(|&read| needed_until[read] = needed_until[read].max(column.layer));
            }
        }
        let mut sql = format!("WITH l0 AS {barrier}({source})");
        for layer in 0..top {
            let _ = write!(sql, ",\nl{} AS {barrier}(SELECT {key}", layer + 1);
            for (index, column) in self.columns.iter().enumerate() {
                if column.layer > layer || needed_until[index] <= layer {
                    continue;
                }
                if column.layer == layer {
                    let _ = write!(sql, ",\n  {} AS c{index}", column.sql);
                } else {
                    let _ = write!(sql, ", c{index}");
                }
            }
            let _ = write!(sql, " FROM l{layer})");
        }
        let _ = write!(sql, "\nSELECT {key}");
        for (name, piece) in results {
            let _ = write!(sql, ",\n  {} AS {name}", piece.sql);
        }
        let _ = write!(sql, "\nFROM l{top}");
        sql
    }
}

/// A literal that is not worth a column.
fn is_atom(sql: &str) -> bool {
    sql.len() < 12 && !sql.contains(' ') || sql.starts_with("CAST(") && sql.matches('(').count() == 1
}
