//! What a test reads off a page of the desk: its count, its facets, its spreadsheet.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use crate::harness::html;

/// `共 N 件` in the line under the title.
pub fn counted(page: &str) -> usize {
    let text = html::text(page);
    let (_, rest) = text.split_once("共 ").expect("a count");
    rest.split_once(" 件").unwrap().0.replace(',', "").parse().unwrap()
}

/// Rows of the spreadsheet below its two title lines and the head.
pub fn exported(bytes: &[u8]) -> usize {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.to_vec())).unwrap();
    let range = book.worksheet_range("诉求").unwrap();
    range.rows().skip(3).filter(|row| matches!(&row[0], Data::String(text) if text.starts_with("2026-"))).count()
}

/// Links of the panel with the counts beside them.
pub fn facets(page: &str) -> Vec<(String, usize)> {
    let panel = page.split("class=\"card filters\"").nth(1).unwrap().split("</nav>").next().unwrap();
    let items = panel.split("<li><a href=\"").skip(1).filter_map(|item| {
        let (href, rest) = item.split_once('"')?;
        // An active one leads away from itself: its count is of this page.
        if rest.starts_with(" class=\"active\"") {
            return None;
        }
        let n = rest.split("<span class=\"count\">").nth(1)?.split('<').next()?;
        Some((href.replace("&#38;", "&").replace("&amp;", "&"), n.replace(',', "").parse().ok()?))
    });
    items.collect()
}
