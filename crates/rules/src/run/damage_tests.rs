//! Damaged and hostile files: a bit that was turned never changes an answer, a small file never takes all memory or time.

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use parquet::data_type::Int64Type;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use rulepack::diagnostic::Lang;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::tests::{Folder, facts, go, graph};
use super::*;

/// Every fact of the graph, plain and by dictionary, with gaps; answers are what is read of it.
fn facts_file(folder: &Folder) -> Vec<u8> {
    let csv = folder.file("facts.csv");
    let mut text = String::from("id,revenue,employees,industry,founded_on,listed\n");
    for row in 0..300 {
        let staff = if row % 7 == 0 { String::new() } else { (row % 5).to_string() };
        text.push_str(&format!(
            "{row},{}.{:02},{staff},C{},2020-01-{:02},是\n",
            row * 37_123,
            row % 99,
            row % 4,
            row % 9 + 1
        ));
    }
    std::fs::write(&csv, text).unwrap();
    let (dag, _) = graph();
    let outputs = dag.facts().iter().map(|fact| (fact.code.clone(), fact.node)).collect();
    let task = Task { dag: &dag, facts: facts(&dag), outputs };
    let options = Options { threads: 1, progress: &|_| {}, cancel: &std::sync::atomic::AtomicBool::new(false) };
    let parquet = folder.file("facts.parquet");
    write(&task, &csv, &parquet, &options).unwrap();
    std::fs::read(parquet).unwrap()
}

/// What a run says of these bytes.
fn answers(folder: &Folder, bytes: &[u8]) -> Result<String, FileError> {
    let (input, output) = (folder.file("flipped.parquet"), folder.file("answers.csv"));
    std::fs::write(&input, bytes).unwrap();
    go(&input, Some(&output), false).map(|_| std::fs::read_to_string(&output).unwrap())
}

#[test]
fn a_bit_that_was_turned_is_refused_or_changes_nothing() {
    let folder = Folder::new("flips");
    let bytes = facts_file(&folder);
    let sound = answers(&folder, &bytes).unwrap();
    let reader = SerializedFileReader::new(std::fs::File::open(folder.file("facts.parquet")).unwrap()).unwrap();
    let read: Vec<_> = reader
        .metadata()
        .row_group(0)
        .columns()
        .iter()
        .filter(|column| !column.column_path().string().contains('.'))
        .map(|column| column.byte_range())
        .collect();
    assert_eq!(read.len(), 6);
    let (mut refused, mut by_checksum, mut same) = (0, 0, 0);
    let mut try_bit = |at: usize, bit: usize| {
        let mut turned = bytes.clone();
        turned[at] ^= 1 << bit;
        match answers(&folder, &turned) {
            Ok(told) => {
                assert_eq!(told, sound, "byte {at}, bit {bit}");
                same += 1;
                false
            }
            Err(error) => {
                refused += 1;
                let told = error.text(Lang::Zh).contains("校验和");
                by_checksum += usize::from(told);
                told
            }
        }
    };
    for (start, length) in &read {
        // The head of the first page, every bit.
        for at in *start..start + 24.min(*length) {
            (0..8).for_each(|bit| {
                try_bit(at as usize, bit);
            });
        }
    }
    // Of the ids and revenues, which are of one page each, 120 bits of the body.
    for (start, length) in &read[..2] {
        for place in 0..60 {
            let at = start + 40 + (length - 41) * place / 60;
            assert!(try_bit(at as usize, place as usize % 8), "byte {at} was not refused by its checksum");
        }
    }
    assert!(by_checksum >= 120 && refused > same, "{refused} refused, {by_checksum} by checksum, {same} the same");
}

#[test]
fn files_of_writers_that_give_no_checksum_are_read() {
    let folder = Folder::new("no-crc");
    let path = folder.file("facts.parquet");
    let schema = parse_message_type("message facts { required int64 id; required int64 employees; }").unwrap();
    let file = std::fs::File::create(&path).unwrap();
    let mut writer =
        SerializedFileWriter::new(file, schema.into(), WriterProperties::builder().build().into()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for values in [[1, 2, 3], [10, 20, 2000]] {
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<Int64Type>().write_batch(&values, None, None).unwrap();
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    assert_eq!(go(&path, None, false).unwrap().rows, 3);
}

/// A workbook whose parts unfold to far more than they take.
fn bomb(path: &Path, part: &str, piece: &[u8]) {
    let mut zip = ZipWriter::new(std::fs::File::create(path).unwrap());
    for (name, bytes, times) in [("xl/workbook.xml", &b"<workbook/>"[..], 1), (part, piece, 400)] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        for _ in 0..times {
            zip.write_all(bytes).unwrap();
        }
    }
    zip.finish().unwrap();
}

#[test]
fn workbooks_that_unfold_without_end_are_refused_before_they_are_read() {
    let folder = Folder::new("bombs");
    let piece = " ".repeat(200_000);
    for part in ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"] {
        let path = folder.file("bomb.xlsx");
        bomb(&path, part, piece.as_bytes());
        let before = Instant::now();
        let error = go(&path, None, false).unwrap_err().text(Lang::En);
        assert!(error.contains("bomb.xlsx") && error.contains("unpacks to more than"), "{error}");
        let side = crate::side::rows("bomb.xlsx", &std::fs::read(&path).unwrap()).unwrap_err();
        assert!(side.contains("解压后超过") && side.contains("unpacks to more than"), "{side}");
        assert!(before.elapsed().as_secs() < 5, "{:?}", before.elapsed());
    }
    assert!(go(&folder.file("none.xlsx"), None, false).unwrap_err().text(Lang::En).contains("No such file"));
}

#[test]
fn a_number_of_endless_digits_is_refused_at_once_and_its_cell_is_named() {
    let folder = Folder::new("digits");
    let csv = folder.file("facts.csv");
    let nines = "9".repeat(300_000);
    for (long, column) in [
        (format!("1,{nines},1"), "revenue"),
        (format!("1,0.{nines}x,1"), "revenue"),
        (format!("1,{nines} 万元,1"), "revenue"),
        (format!("1,1,-{nines}"), "employees"),
    ] {
        std::fs::write(&csv, format!("id,revenue,employees\n{long}\n")).unwrap();
        let before = Instant::now();
        let error = go(&csv, None, false).unwrap_err().text(Lang::Zh);
        assert!(before.elapsed().as_millis() < 2_000, "{:?}", before.elapsed());
        assert!(error.contains("第 2 行") && error.contains(column) && error.contains('…'), "{error}");
        assert!(error.chars().count() < 300, "{} characters", error.chars().count());
    }
}
