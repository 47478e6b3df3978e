//! Workbooks of the project's own making, as departments send them, and worse.

use std::io::{Cursor, Write};

use crate::{Book, Cell, Fault, Format, Value};
use rust_xlsxwriter::{ExcelDateTime, Format as Style, Formula, Workbook};
use zip::write::{SimpleFileOptions, ZipWriter};

fn archive(parts: &[(&str, &[u8], usize)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes, times) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        for _ in 0..*times {
            zip.write_all(bytes).unwrap();
        }
    }
    zip.finish().unwrap().into_inner()
}

const RELATED: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="/xl/worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;

/// A workbook of one sheet with the inside of its `worksheet`, attributes of `workbookPr`, and codes of formats (styles from 1).
pub(crate) fn by_hand(properties: &str, codes: &[&str], sheet: &str) -> Vec<u8> {
    let book = format!(
        r#"<workbook xmlns:r="r"><workbookPr {properties}/><sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>"#
    );
    let formats: String =
        (164..).zip(codes).map(|(id, code)| format!(r#"<numFmt numFmtId="{id}" formatCode="{code}"/>"#)).collect();
    let styles: String = (164..).zip(codes).map(|(id, _)| format!(r#"<xf numFmtId="{id}"/>"#)).collect();
    let styles = format!(
        r#"<styleSheet><numFmts>{formats}</numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>{styles}</cellXfs></styleSheet>"#
    );
    let sheet = format!("<worksheet>{sheet}</worksheet>");
    archive(&[
        ("xl/workbook.xml", book.as_bytes(), 1),
        ("xl/_rels/workbook.xml.rels", RELATED.as_bytes(), 1),
        ("xl/styles.xml", styles.as_bytes(), 1),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes(), 1),
    ])
}

/// All cells of the first sheet: `row: text|text`.
fn shown(bytes: &[u8]) -> Vec<String> {
    let mut all = Vec::new();
    let mut book = Book::of(bytes).unwrap();
    book.rows(0, |row| {
        let cells: Vec<_> = row.cells.iter().map(Cell::text).collect();
        all.push(format!("{}:{}", row.number, cells.join("|")));
        Ok(true)
    })
    .unwrap();
    all
}

fn refused(bytes: &[u8]) -> (String, Option<String>) {
    let error = Book::of(bytes).err().unwrap();
    (error.code.to_owned(), error.args.first().map(|(_, value)| value.clone()))
}

#[test]
fn bombs_and_what_is_no_workbook_are_refused() {
    let megabyte = vec![0_u8; 1 << 20];
    // Not to be packed, so that the file is large and only the bytes count.
    let mut state = 1_u64;
    let noise: Vec<u8> = (0..1 << 21)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 56) as u8
        })
        .collect();
    let workbook: (&str, &[u8], usize) = ("xl/workbook.xml", b"<workbook/>", 1);
    let ods = ("mimetype", &b"application/vnd.oasis.opendocument.spreadsheet"[..], 1);
    let cases = [
        (archive(&[("word/document.xml", b"<a/>", 1)]), "sheet-word", None),
        (archive(&[("a.txt", b"a", 1)]), "sheet-archive", None),
        (archive(&[ods]), "sheet-ods", None),
        (archive(&[("xl/workbook.bin", b"a", 1)]), "sheet-binary", None),
        (archive(&[workbook, ("xl/sharedStrings.xml", &megabyte, 64)]), "zip-bomb", Some("20 MB")),
        (archive(&[workbook, ("xl/media/image1.png", &noise, 1), ("a", &megabyte, 299)]), "zip-bomb", Some("300 MB")),
    ];
    for (bytes, code, limit) in cases {
        assert_eq!(refused(&bytes), (code.to_owned(), limit.map(str::to_owned)));
    }
    let mut old = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    old.resize(2048, 0);
    let mut locked = old.clone();
    locked.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    let cut = &by_hand("", &[], "<sheetData/>")[..600];
    let raw: [(&[u8], &str); 10] = [
        (&old, "old-xls"),
        (&locked, "sheet-locked"),
        (b"a,b\n1,2\n", "not-xlsx"),
        (b"", "sheet-empty"),
        (b"\xef\xbb\xbf <html xmlns:x=\"urn\"><table><tr>", "sheet-html"),
        (b"<?xml version=\"1.0\"?><?mso-application?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">", "sheet-xml"),
        (b"%PDF-1.7", "sheet-pdf"),
        (b"\x89PNG\r\n", "sheet-picture"),
        (cut, "sheet-cut"),
        (b"\x00\x01\x02\x03\x00\x00\x00\x00", "not-xlsx"),
    ];
    for (bytes, code) in raw {
        assert_eq!(refused(bytes).0, code, "{:?}", &bytes[..bytes.len().min(20)]);
    }
    // A text without end would be kept whole.
    let long = by_hand("", &[], &format!("<sheetData><row><c><v>{}</v></c></row></sheetData>", "1".repeat(9 << 20)));
    assert_eq!(Book::of(&long).unwrap().rows(0, |_| Ok(true)).unwrap_err().code, "not-xlsx");
}

#[test]
fn rows_come_with_their_numbers_and_a_cell_in_the_last_corner_costs_nothing() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("表").unwrap();
    sheet.write_string(2, 1, "甲").unwrap().write_number(4, 0, 7).unwrap();
    sheet.write_string(1_048_575, 16_383, "远").unwrap();
    let bytes = book.save_to_buffer().unwrap();
    assert_eq!(shown(&bytes), ["3:|甲", "5:7"]);
    let mut first = 0;
    let mut book = Book::of(&bytes).unwrap();
    book.rows(0, |row| {
        first = row.number;
        Ok(false)
    })
    .unwrap();
    assert_eq!((first, book.sheets()[0].name.as_str()), (3, "表"), "nothing more is read than is wanted");
}

#[test]
fn cells_say_what_people_see() {
    let sheet = r#"<sheetData><row r="1"><c r="A1" s="1"><v>0.305</v></c><c r="B1" s="2"><v>43221</v></c><c s="3"><v>46331.5</v></c><c s="4"><v>12345</v></c><c s="5"><v>0.375</v></c><c s="6"><v>46084</v></c></row>
        <row hidden="1"><c t="b"><v>1</v></c><c t="e"><v>#REF!</v></c><c t="str"><f>A1&amp;"x"</f><v>a&amp;b &#20013;_x4E2D__x</v></c><c t="d"><v>2026-11-05T00:00:00Z</v></c><c t="str"><f>IF(1,"")</f><v></v></c></row>
        <row r="7"><c><f>2000+2000</f><v/></c><c><f t="shared" si="0"/></c><c t="inlineStr"><is><r><t xml:space="preserve"> 甲</t></r><r><t>乙</t></r><rPh><t>yi</t></rPh></is></c><c t="n"><v>不是数</v></c></row></sheetData>"#;
    let codes = [
        "0.00%",
        "yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;",
        "[$-804]yyyy/m/d 上午/下午h:mm",
        "0.00,&quot;万&quot;",
        "h:mm",
        "aaaa",
    ];
    let bytes = by_hand("", &codes, sheet);
    assert_eq!(
        shown(&bytes),
        [
            "1:30.5%|2018-05-01|2026-11-05 12:00|12345|09:00|2026-03-03",
            "2:是|#REF!|a&b 中中_x|2026-11-05|",
            "7:=2000+2000|=| 甲乙|不是数"
        ]
    );
    let mut faults = Vec::new();
    let (mut formats, mut hidden) = (Vec::new(), Vec::new());
    Book::of(&bytes)
        .unwrap()
        .rows(0, |row| {
            faults.extend(row.cells.iter().filter_map(Cell::fault));
            formats.extend(row.cells.iter().map(|cell| cell.format));
            hidden.push(row.hidden);
            Ok(true)
        })
        .unwrap();
    assert_eq!(faults, [Fault::Formula, Fault::NoValue, Fault::NoValue]);
    assert_eq!(formats[..5], [Format::Percent, Format::Date, Format::Date, Format::Scaled, Format::Time]);
    assert_eq!(hidden, [false, true, false]);
    for on in ["date1904=\"1\"", "date1904=\"true\""] {
        let bytes = by_hand(
            on,
            &["yyyy-mm-dd"],
            r#"<sheetData><row><c s="1"><v>41759</v></c><c><v>41759</v></c></row></sheetData>"#,
        );
        assert_eq!(shown(&bytes), ["1:2018-05-01|41759"]);
        assert!(Book::of(&bytes).unwrap().is_1904());
    }
}

#[test]
fn what_another_reader_reads_is_read_the_same() {
    use calamine::{Data, Reader, Xlsx};
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let day = Style::new().set_num_format("yyyy/m/d");
    for row in 0..200_u32 {
        sheet.write_string(row, 0, format!("文字 <{row}> & \"引号\"\n第二行")).unwrap();
        sheet.write_number(row, 1, f64::from(row) / 7.0).unwrap().write_boolean(row, 2, row % 2 == 0).unwrap();
        sheet.write_formula(row, 3, Formula::new("=1+1").set_result("2")).unwrap();
        sheet
            .write_datetime_with_format(row, 4, ExcelDateTime::from_ymd(2026, 3, 1 + (row % 28) as u8).unwrap(), &day)
            .unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    let mut other = Xlsx::new(Cursor::new(&bytes)).unwrap();
    let range = other.worksheet_range("Sheet1").unwrap();
    let mut rows = range.rows();
    Book::of(&bytes)
        .unwrap()
        .rows(0, |row| {
            for (one, two) in row.cells.iter().zip(rows.next().unwrap()) {
                let same = match (&one.value, two) {
                    (Value::Text(one), Data::String(two)) => **one == **two,
                    (Value::Number(one), Data::Float(two)) => one == two,
                    (Value::Boolean(one), Data::Bool(two)) => one == two,
                    (Value::Moment(one), Data::DateTime(two)) => Some(*one) == two.as_datetime(),
                    _ => false,
                };
                assert!(same, "{one:?} {two:?}");
            }
            Ok(true)
        })
        .unwrap();
    assert!(rows.next().is_none());
}

#[test]
fn the_value_of_a_merged_area_holds_for_all_of_it() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let plain = Style::new();
    sheet.merge_range(0, 0, 0, 3, "标题", &plain).unwrap();
    sheet.merge_range(1, 1, 3, 1, "双堤乡", &plain).unwrap();
    sheet.merge_range(2, 2, 3, 3, "两列", &plain).unwrap();
    sheet.merge_range(1, 4, 9, 4, "到底", &plain).unwrap();
    for row in 1..4 {
        sheet.write_number(row, 0, row).unwrap();
    }
    sheet.merge_range(12, 0, 12, 4, "填表人：张三", &plain).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let wanted = [
        "1:标题|标题|标题|标题",
        "2:1|双堤乡||||到底",
        "3:2|双堤乡|两列|两列|到底",
        "4:3|双堤乡|两列|两列|到底",
        "13:填表人：张三|填表人：张三|填表人：张三|填表人：张三|填表人：张三",
    ];
    assert_eq!(shown(&bytes), wanted.map(|line| line.replace("||||", "|||")));
    let mut filled = Vec::new();
    let mut notes = Vec::new();
    Book::of(&bytes)
        .unwrap()
        .rows(0, |row| {
            filled.push(row.cells.iter().enumerate().filter(|(at, cell)| cell.is_filled(row.number, *at)).count());
            notes.extend(row.is_note.then_some(row.number));
            Ok(true)
        })
        .unwrap();
    assert_eq!((filled, notes), (vec![3, 0, 3, 5 - 1, 4], vec![1, 13]));
    let heap = "<mergeCell ref=\"A1:XFD1048576\"/>".repeat(2000);
    let bytes =
        by_hand("", &[], &format!("<sheetData><row><c><v>1</v></c></row></sheetData><mergeCells>{heap}</mergeCells>"));
    assert_eq!(Book::of(&bytes).unwrap().rows(0, |_| Ok(true)).unwrap_err().code, "not-xlsx");
}
