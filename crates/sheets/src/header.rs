//! Finding the header of a list: one row, or up to three under merged titles, below titles and notes.

use crate::cell::{Cell, Value};

/// A header is looked for in so many rows: titles and notes may stand above it.
pub const HEAD_ROWS: usize = 20;
/// Most rows of one header.
const MOST: usize = 3;

/// A header of one kind of list.
pub trait Header: Sized {
    /// Whether a title means a column of the list.
    fn knows(title: &str) -> bool;

    /// Reads titles, from column A on, as a header; `None` if they are none.
    fn read(titles: &[String]) -> Option<Self>;
}

/// A row that may belong to a header.
#[derive(Clone, Debug)]
pub(crate) struct HeadRow {
    pub number: u32,
    pub hidden: bool,
    pub cells: Vec<Cell>,
    pub is_note: bool,
}

pub(crate) enum Found<H> {
    /// The header, and how many of the rows it and what stands above it are.
    Header(H, usize),
    /// More rows must be seen.
    More,
    None,
}

/// Looks for the header in the first rows of a sheet. `is_all`: no more rows come.
pub(crate) fn find<H: Header>(rows: &[HeadRow], is_all: bool) -> Found<H> {
    for first in 0..rows.len().min(HEAD_ROWS) {
        if !is_all && rows.len() < first + MOST {
            return Found::More;
        }
        if let Some((header, height)) = begins_at(&rows[first..]) {
            return Found::Header(header, first + height);
        }
    }
    if is_all || rows.len() >= HEAD_ROWS + MOST { Found::None } else { Found::More }
}

/// How many columns the header of these rows has that are understood.
pub(crate) fn columns<H: Header>(head: &crate::text::Head) -> usize {
    let rows: Vec<HeadRow> = head
        .iter()
        .map(|(number, cells)| HeadRow { number: *number, hidden: false, cells: cells.clone(), is_note: false })
        .collect();
    for first in 0..rows.len().min(HEAD_ROWS) {
        if let Some((_, height)) = begins_at::<H>(&rows[first..]) {
            return known::<H>(&titles::<H>(&rows[first..first + height])).max(1);
        }
    }
    0
}

fn begins_at<H: Header>(rows: &[HeadRow]) -> Option<(H, usize)> {
    let most = rows.len().min(MOST);
    let read = |height: usize| H::read(&titles::<H>(&rows[..height]));
    let merged = tallest(rows).min(most);
    let Some(one) = read(1) else {
        // Columns of a list that stand partly in the upper row, unless the lower row alone says it all.
        return (2..=most)
            .filter(|height| merged >= *height || H::read(&titles::<H>(&rows[1..*height])).is_none())
            .find_map(|height| read(height).map(|header| (header, height)));
    };
    let (mut best, mut height) = (one, 1);
    if merged > 1
        && let Some(header) = read(merged)
    {
        (best, height) = (header, merged);
    }
    for taller in height + 1..=most {
        let (now, then) = (titles::<H>(&rows[..height]), titles::<H>(&rows[..taller]));
        if known::<H>(&then) > known::<H>(&now)
            && is_below::<H>(&now, &rows[taller - 1])
            && let Some(header) = read(taller)
        {
            (best, height) = (header, taller);
        }
    }
    Some((best, height))
}

/// So many rows the merged titles that begin in the first of these rows go down.
fn tallest(rows: &[HeadRow]) -> usize {
    let Some(first) = rows.first() else { return 1 };
    let down = first.cells.iter().filter_map(|cell| cell.area).filter(|area| area.first_row == first.number);
    let last = down.map(|area| area.last_row).max().unwrap_or(first.number);
    rows.iter().take_while(|row| row.number <= last).count()
}

/// Whether a row goes on with a header and is no row of the list: it says nothing under the columns that are understood already,
/// and texts under the others.
fn is_below<H: Header>(titles: &[String], row: &HeadRow) -> bool {
    !row.is_note
        && row.cells.iter().enumerate().all(|(at, cell)| {
            cell.is_empty()
                || cell.is_filled(row.number, at)
                || matches!(cell.value, Value::Text(_)) && !titles.get(at).is_some_and(|title| H::knows(title))
        })
}

fn known<H: Header>(titles: &[String]) -> usize {
    titles.iter().filter(|title| !title.is_empty() && H::knows(title)).count()
}

/// One title for each column: what stands above each other read as one, or the lower alone if only that is understood.
fn titles<H: Header>(rows: &[HeadRow]) -> Vec<String> {
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    (0..width).map(|column| title::<H>(rows, column)).collect()
}

fn title<H: Header>(rows: &[HeadRow], column: usize) -> String {
    let mut levels: Vec<String> = Vec::new();
    let mut last_area = None;
    // A title over several columns names the first of them, unless titles of their own stand below it.
    let mut is_shared = false;
    for row in rows {
        let Some(cell) = row.cells.get(column).filter(|cell| !cell.is_empty()) else { continue };
        if cell.area.is_some() && cell.area == last_area {
            continue;
        }
        last_area = cell.area;
        is_shared = cell.area.is_some_and(|area| usize::from(area.first_column) != column);
        levels.push(cell.text().trim().to_owned());
    }
    if is_shared {
        return String::new();
    }
    if levels.len() < 2 {
        return levels.pop().unwrap_or_default();
    }
    let joined = (0..levels.len()).map(|from| levels[from..].concat());
    joined.into_iter().find(|title| H::knows(title)).or_else(|| levels.pop()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::Area;

    struct Names(Vec<String>);

    impl Header for Names {
        fn knows(title: &str) -> bool {
            ["序号", "名称", "代码", "牵头单位", "交办日期", "联系人姓名", "联系人电话"].contains(&title)
        }

        fn read(titles: &[String]) -> Option<Names> {
            let has = |wanted: &str| titles.iter().any(|title| title == wanted);
            (has("名称") && has("代码")).then(|| Names(titles.to_vec()))
        }
    }

    fn rows(lines: &[&str], areas: &[(u32, u32, u16, u16)]) -> Vec<HeadRow> {
        let mut all: Vec<HeadRow> = (1..)
            .zip(lines)
            .map(|(number, line)| HeadRow {
                number,
                hidden: false,
                cells: line.split('|').map(Cell::text_of).collect(),
                is_note: false,
            })
            .collect();
        for (first_row, last_row, first_column, last_column) in areas.iter().copied() {
            let area = Area { first_row, last_row, first_column, last_column };
            let value = all[first_row as usize - 1].cells[usize::from(first_column)].value.clone();
            for row in &mut all[first_row as usize - 1..last_row as usize] {
                for cell in &mut row.cells[usize::from(first_column)..=usize::from(last_column)] {
                    *cell = Cell { value: value.clone(), area: Some(area), ..Cell::default() };
                }
            }
        }
        all
    }

    fn found(lines: &[&str], areas: &[(u32, u32, u16, u16)]) -> (String, usize) {
        match find::<Names>(&rows(lines, areas), true) {
            Found::Header(names, rows) => (names.0.join("|"), rows),
            _ => (String::new(), 0),
        }
    }

    #[test]
    fn headers_of_one_to_three_rows_are_read_as_one() {
        assert_eq!(found(&["标题||", "名称|代码|备注", "甲|1|"], &[]), ("名称|代码|备注".into(), 2));
        let lines = ["名称|代码|交办情况|||联系人|", "||牵头单位|交办日期|说明|姓名|电话", "甲|1|乙|2|3|丙|4"];
        let wanted = ("名称|代码|牵头单位|交办日期|说明|联系人姓名|电话".to_owned(), 2);
        assert_eq!(found(&lines, &[]), wanted, "as text, where merged areas are lost");
        let areas = [(1, 2, 0, 0), (1, 2, 1, 1), (1, 1, 2, 4), (1, 1, 5, 6)];
        assert_eq!(found(&lines, &areas), ("名称|代码|牵头单位|交办日期|说明|联系人姓名|联系人电话".into(), 2));
        let lines = ["台账|||", "基本信息||情况|", "名称|代码|交办|", "||牵头单位|交办日期", "甲|1|乙|2"];
        let areas = [(1, 1, 0, 3), (2, 2, 0, 1), (2, 2, 2, 3), (3, 4, 0, 0), (3, 4, 1, 1), (3, 3, 2, 3)];
        assert_eq!(found(&lines, &areas), ("名称|代码|牵头单位|交办日期".into(), 4));
    }

    #[test]
    fn the_first_row_of_the_list_is_no_second_row_of_the_header() {
        assert_eq!(found(&["名称|代码|类型", "甲|1|牵头单位"], &[]), ("名称|代码|类型".into(), 1));
        assert_eq!(found(&["名称|代码|类型", "||牵头单位", "甲|1|乙"], &[]).1, 2);
        let merged = found(&["名称|代码|电话|", "甲|1|2|"], &[(1, 1, 2, 3), (2, 2, 2, 3)]);
        assert_eq!(merged, ("名称|代码|电话|".into(), 1));
    }
}
