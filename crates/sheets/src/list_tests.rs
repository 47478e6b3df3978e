//! Lists out of files of every kind: what is read, what is left out and told, and that no file makes the reader fall over.

use std::io::Cursor;
use std::path::PathBuf;

use rust_xlsxwriter::{Format as Style, Workbook};

use crate::tests::by_hand;
use crate::{Book, Cell, Fault, Header, Kind, Visibility, Why};

struct Names(Vec<String>);

impl Header for Names {
    fn knows(title: &str) -> bool {
        ["名称", "代码", "乡镇"].contains(&title)
    }

    fn read(titles: &[String]) -> Option<Names> {
        let has = |wanted: &str| titles.iter().any(|title| title == wanted);
        (has("名称") && has("代码")).then(|| Names(titles.to_vec()))
    }
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

/// The lines of a list, and what was told; or the code of the error.
fn list(path: &std::path::Path) -> Result<(Vec<String>, crate::Told<Names>), kernel::Error> {
    let mut lines = Vec::new();
    let told = crate::read::<Names>(path, &mut |line| {
        let cells: Vec<_> = line.row.cells.iter().map(Cell::text).collect();
        lines.push(format!("{}{}:{}", line.sheet, line.row.number, cells.join("|")));
        Ok(true)
    })?;
    Ok((lines, told))
}

#[test]
fn sheets_read_and_left_out_are_told() {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("说明").unwrap().write_string(0, 0, "请填下表").unwrap();
    let write = |sheet: &mut rust_xlsxwriter::Worksheet, name: &str| {
        sheet.set_name(name).unwrap();
        for (row, line) in (0..).zip([["名称", "代码"], ["甲", "1"], ["乙", "2"]]) {
            sheet.write_row(row, 0, line).unwrap();
        }
    };
    let seen = book.add_worksheet();
    write(seen, "名录");
    seen.set_row_hidden(1).unwrap();
    seen.merge_range(5, 0, 5, 1, "制表：丙", &Style::new()).unwrap();
    let hidden = book.add_worksheet();
    write(hidden, "上月");
    hidden.set_hidden(true);
    let very = book.add_worksheet();
    write(very, "旧");
    very.set_very_hidden(true);
    book.add_worksheet().set_name("空").unwrap();
    let folder = Folder::new();
    let bytes = book.save_to_buffer().unwrap();
    let (lines, told) = list(&folder.file("a.csv", &bytes)).unwrap();
    assert_eq!(lines, ["名录2:甲|1", "名录3:乙|2"], "what it is is told by what stands in it");
    assert_eq!(told.left_out(Why::Hidden), ["上月", "旧"]);
    assert_eq!(told.left_out(Why::NoHeader), ["说明"]);
    assert_eq!((told.hidden_rows, told.notes.len(), told.headers[0].1), (1, 1, 1));
    assert_eq!(told.headers[0].2.0, ["名称", "代码"]);
    let seen: Vec<_> = Book::of(&bytes).unwrap().sheets().into_iter().map(|sheet| sheet.visibility).collect();
    assert_eq!(seen[2..4], [Visibility::Hidden, Visibility::VeryHidden]);
}

#[test]
fn the_separator_is_the_one_under_which_the_header_is_understood() {
    let folder = Folder::new();
    let long = "一般项目:机械设备制造;零件加工;五金制造;技术服务;货物进出口";
    for (text, wanted) in [
        (format!("代码,名称,范围\r\n1,甲,\"{long}\"\r\n"), format!("2:1|甲|{long}")),
        ("代码;名称;范围\n1;甲;\"a,b,c,d,e\"\n".to_owned(), "2:1|甲|a,b,c,d,e".to_owned()),
        ("说明：请勿改动，多谢，再见\n代码|名称\n1|甲,乙,丙\n".to_owned(), "3:1|甲,乙,丙".to_owned()),
        ("代码，名称\n1，甲\n".to_owned(), "2:1|甲".to_owned()),
        ("代码\t名称\n1\t甲,乙\n".to_owned(), "2:1|甲,乙".to_owned()),
        ("sep=;\r\n代码;名称\r\n1;甲\r\n".to_owned(), "2:1|甲".to_owned()),
    ] {
        let (lines, _) = list(&folder.file("a.txt", text.as_bytes())).unwrap();
        assert_eq!(lines, [wanted], "{text}");
    }
    let cut = [b"\xe4\xbb\xa3\xe7\xa0\x81,\xe5\x90\x8d\xe7\xa7\xb0\n1,\xe7\x94".as_slice(), b"\n"].concat();
    let mut broken = None;
    crate::read::<Names>(&folder.file("b.csv", &cut), &mut |line| {
        broken = Some((line.row.number, line.row.cells[1].fault(), line.row.cells[1].broken_bytes().to_owned()));
        Ok(true)
    })
    .unwrap();
    assert_eq!(broken, Some((2, Some(Fault::Characters), "E7 94".to_owned())));
}

/// What is wrong with a file is said, in a moment, and nothing falls over.
#[test]
fn files_cut_and_changed_anywhere_give_a_message() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, title) in (0..).zip(["名称", "代码", "乡镇"]) {
        sheet.write_string(0, column, title).unwrap();
    }
    for row in 1..40 {
        sheet.write_string(row, 0, format!("企业{row}")).unwrap().write_number(row, 1, row).unwrap();
    }
    sheet.merge_range(1, 2, 30, 2, "双堤乡", &Style::new()).unwrap();
    let xlsx = book.save_to_buffer().unwrap();
    // Stored and not packed, so that what is changed reaches the reader of the parts.
    let plain = by_hand(
        "date1904=\"1\"",
        &["0%"],
        "<sheetData><row r=\"1\"><c t=\"inlineStr\"><is><t>名称</t></is></c><c t=\"str\"><v>代码</v></c></row><row r=\"2\"><c r=\"A2\" s=\"1\"><v>1</v></c><c><f>1</f></c></row></sheetData><mergeCells><mergeCell ref=\"A2:A4\"/></mergeCells>",
    );
    let csv = "名称,代码\r\n\"甲\r\n乙\",\"1\"\"2\"\r\n丙,3\r\n".repeat(20).into_bytes();
    let folder = Folder::new();
    let began = std::time::Instant::now();
    let mut state = 7_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize % below
    };
    for bytes in [&xlsx, &plain, &csv] {
        for turn in 0..300 {
            let mut changed = bytes.clone();
            if turn % 2 == 0 {
                changed.truncate(random(bytes.len()));
            } else {
                for _ in 0..1 + turn % 5 {
                    let at = random(changed.len());
                    changed[at] ^= 1 << random(8);
                }
            }
            // Read or refused: either is an answer.
            match list(&folder.file("x", &changed)) {
                Ok((lines, _)) => assert!(lines.len() < 10_000),
                Err(error) => assert_eq!(error.kind, kernel::ErrorKind::Invalid, "{error:?}"),
            }
        }
    }
    assert!(began.elapsed().as_secs() < 30, "{:?}", began.elapsed());
    assert_eq!(Kind::of(&mut Cursor::new(&xlsx)).unwrap(), Kind::Workbook);
}
