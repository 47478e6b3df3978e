//! Files good and bad: what comes in, what is told, and that nothing comes in half.

use std::io::Write;
use std::path::PathBuf;

use rust_xlsxwriter::{Formula, Workbook};
use testkit::both_engines;

use super::*;
use crate::testing::{Bench, code};
use crate::{access, store};

const HEAD: &str = "序号,企业名称,统一社会信用代码,乡镇,行业代码,产业链,规模,联系人,联系电话,职工人数,行政区划";

fn row(n: u32, rest: &str) -> String {
    format!("{n},示范第{n}机械有限公司,{},{rest}", code(n))
}

fn file(b: &Bench, name: &str, bytes: &[u8]) -> PathBuf {
    let path = b.folder().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

async fn import(b: &Bench, path: &Path) -> Result<Report> {
    let name = path.file_name().unwrap().to_str().unwrap();
    import_enterprises(&b.db, &b.clock, &b.random, path, name, Options::default(), &|_| {}, &b.desk()).await
}

async fn enterprises(b: &Bench) -> i64 {
    let reach = identity::reached(&b.desk(), &access::READ);
    store::count(&mut b.db.read().await.unwrap(), &reach, &store::Filter::default()).await.unwrap()
}

fn counts(report: &Report) -> (u64, u64, u64, u64, bool) {
    (report.added, report.changed, report.unchanged, report.errors_total, report.written)
}

both_engines! {
    async fn the_same_file_twice_changes_nothing_and_a_corrected_one_what_was_corrected(b: Bench) {
        let rows: Vec<String> =
            (1..=950).map(|n| row(n, "城关,C3432,起重装备,规上,李明,0373-8812345,\"1,200\",410728")).collect();
        let text = format!("示范县企业名录\n\n{HEAD}\n{}\n,,,\n", rows.join("\n"));
        let path = file(b, "a.csv", text.as_bytes());
        let first = import(b, &path).await.unwrap();
        assert_eq!(counts(&first), (950, 0, 0, 0, true), "{first:?}");
        assert_eq!((first.rows, first.told.unused.as_slice()), (950, ["序号".to_owned()].as_slice()));
        let second = import(b, &path).await.unwrap();
        assert_eq!(counts(&second), (0, 0, 950, 0, false));

        let mut conn = b.db.read().await.unwrap();
        let one = store::find_by_code(&mut conn, code(500).as_str()).await.unwrap().unwrap();
        assert_eq!(one.facts.township, Some(b.town));
        assert_eq!((one.facts.chain.as_deref(), one.facts.staff, one.version), (Some("crane"), Some(1200), 1));
        assert_eq!(one.facts.division.unwrap().to_string(), "410783");

        let text = format!("name,credit_code,staff\n示范第7机械有限公司,{},\n改名公司,{},99\n", code(7), code(8));
        let third = import(b, &file(b, "b.csv", text.as_bytes())).await.unwrap();
        assert_eq!(counts(&third), (0, 1, 1, 0, true), "an empty cell leaves what is there");
        let eight = store::find_by_code(&mut conn, code(8).as_str()).await.unwrap().unwrap();
        assert_eq!((eight.facts.name.as_str(), eight.facts.staff, eight.version), ("改名公司", Some(99), 2));
        assert_eq!(eight.facts.contact_name, "李明", "a column that is not there leaves what is there");
        assert!(identity::verify(&mut conn).await.unwrap().is_whole());
    }
}

both_engines! {
    async fn every_error_is_told_with_its_place_and_nothing_comes_in(b: Bench) {
        let bad_check = {
            let good = code(3);
            let last = if good.as_str().ends_with('0') { '1' } else { '0' };
            format!("{}{last}", &good.as_str()[..17])
        };
        let lines = [
            (row(1, "城关镇,,,,,,,"), "", ""),
            (format!("2,,{},,,,,,,,", code(2)), "name", "required"),
            (format!("3,三号公司,{bad_check},,,,,,,,"), "credit_code", "import-code-check"),
            ("4,四号公司,91419981,,,,,,,,".to_owned(), "credit_code", "credit-code-length"),
            ("5,五号公司,9.14199E+17,,,,,,,,".to_owned(), "credit_code", "import-code-number"),
            (row(6, "火星镇,,,,,,,"), "township", "import-township"),
            (row(7, ",9999,,,,,,"), "industry", "industry-unknown"),
            (row(8, ",,火箭,,,,,"), "chain", "import-chain"),
            (row(9, ",,,巨型,,,,"), "scale", "import-scale"),
            (row(10, ",,,,,8812345,,"), "contact_phone", "phone-no-area-code"),
            (row(11, ",,,,,,许多,"), "staff", "import-staff"),
            (row(12, ",,,,,,,41"), "division", "division-form"),
            (row(1, ",,,,,,,"), "credit_code", "import-code-twice"),
            (format!("14,{},{},,,,,,,,", "长".repeat(10_000), code(14)), "name", "too-long"),
            (row(15, ",,,,#REF!,,,"), "contact_name", "import-formula"),
            (format!("16,,,,,,,{},,,", "李明"), "credit_code", "credit-code-empty"),
        ];
        let text = format!("{HEAD}\n{}", lines.iter().map(|(line, _, _)| line.as_str()).collect::<Vec<_>>().join("\n"));
        let report = import(b, &file(b, "bad.csv", text.as_bytes())).await.unwrap();
        for (at, (line, column, code)) in (2..).zip(&lines) {
            let told = report.errors.iter().find(|p| p.row == at);
            assert_eq!(told.map_or(("", ""), |p| (p.column.as_str(), p.code.as_str())), (*column, *code), "{:.80}", line);
        }
        let check = report.errors.iter().find(|p| p.code == "import-code-check").unwrap();
        assert_eq!(check.args, [("expected".to_owned(), code(3).as_str()[17..].to_owned())]);
        assert!(report.errors.iter().find(|p| p.code == "too-long").unwrap().value.chars().count() < 50);
        assert!(!report.written && enterprises(b).await == 0);

        let text = format!("{HEAD}\n3,三号公司,{bad_check},,,,,,,,\n4,三号 公司,{},,,,,,,,", code(4));
        let path = file(b, "warned.csv", text.as_bytes());
        let options = Options { override_code_check: true };
        let report =
            import_enterprises(&b.db, &b.clock, &b.random, &path, "x.csv", options, &|_| {}, &b.desk()).await.unwrap();
        let codes: Vec<_> = report.warnings.iter().map(|p| p.code.as_str()).collect();
        assert_eq!((counts(&report), codes), ((2, 0, 0, 0, true), vec!["import-code-check", "import-name-twice"]));
    }
}

both_engines! {
    async fn text_of_every_encoding_and_separator_is_read(b: Bench) {
        let text = |n: u32| format!("{HEAD}\n{}\n", row(n, "城关镇,,,,李明,,,"));
        let gbk = encoding_rs::GB18030.encode(&text(1)).0.into_owned();
        let bom = format!("\u{feff}{}", text(2)).into_bytes();
        let tabs = text(3).replace(',', "\t").into_bytes();
        let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text(4).encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let crlf = text(5).replace('\n', "\r\n").into_bytes();
        for (n, bytes) in (1..).zip([gbk, bom, tabs, utf16, crlf]) {
            let report = import(b, &file(b, "enc.csv", &bytes)).await.unwrap();
            assert_eq!(counts(&report), (1, 0, 0, 0, true), "{n}: {report:?}");
            let one = store::find_by_code(&mut b.db.read().await.unwrap(), code(n).as_str()).await.unwrap().unwrap();
            assert_eq!(
                (one.facts.name.as_str(), one.facts.contact_name.as_str()),
                (&*format!("示范第{n}机械有限公司"), "李明")
            );
        }
    }
}

both_engines! {
    async fn workbooks_give_the_values_of_their_formulas(b: Bench) {
        let mut book = Workbook::new();
        book.add_worksheet().set_name("说明").unwrap().write_string(0, 0, "请填写下表").unwrap();
        let sheet = book.add_worksheet().set_name("企业").unwrap();
        for (c, title) in (0..).zip(["企业名称", "统一社会信用代码", "职工人数", "联系电话"]) {
            sheet.write_string(2, c, title).unwrap();
        }
        sheet.write_string(3, 0, "甲公司").unwrap().write_string(3, 1, code(1).as_str()).unwrap();
        sheet
            .write_formula(3, 2, Formula::new("=100+42").set_result("142"))
            .unwrap()
            .write_number(3, 3, 13_800_000_000.0)
            .unwrap();
        let path = b.folder().join("a.xlsx");
        book.save(&path).unwrap();
        let report = import(b, &path).await.unwrap();
        assert_eq!(counts(&report), (1, 0, 0, 0, true), "{report:?}");
        assert_eq!(report.told.no_header, ["说明"]);
        let one = store::find_by_code(&mut b.db.read().await.unwrap(), code(1).as_str()).await.unwrap().unwrap();
        assert_eq!((one.facts.staff, one.facts.contact_phone.as_str()), (Some(142), "13800000000"));

        sheet_with(b, "digits.xlsx", 914_199_810_000_000_012.0);
        let report = import(b, &b.folder().join("digits.xlsx")).await.unwrap();
        assert_eq!(report.errors[0].code, "import-code-number");
        assert_eq!((report.errors[0].sheet.as_str(), report.errors[0].row), ("Sheet1", 2));
    }
}

fn sheet_with(b: &Bench, name: &str, code: f64) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "名称").unwrap().write_string(0, 1, "信用代码").unwrap();
    sheet.write_string(1, 0, "乙公司").unwrap().write_number(1, 1, code).unwrap();
    book.save(b.folder().join(name)).unwrap();
}

both_engines! {
    async fn files_that_are_no_list_are_refused_with_a_reason(b: Bench) {
        let bomb = {
            let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
            let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
            zip.start_file("xl/workbook.xml", stored).unwrap();
            zip.start_file("xl/sharedStrings.xml", stored).unwrap();
            let block = vec![b' '; 1 << 20];
            for _ in 0..64 {
                zip.write_all(&block).unwrap();
            }
            zip.finish().unwrap().into_inner()
        };
        assert!(bomb.len() < 200_000);
        let cases: [(&str, Vec<u8>, &str); 7] = [
            ("a.pdf", b"%PDF".to_vec(), "sheet-pdf"),
            ("noending", vec![], "sheet-empty"),
            ("a.csv", "企业名称,地址\n甲,乙\n".into(), "import-header"),
            ("blank.csv", b"\r\n\r\n".to_vec(), "import-header"),
            ("a.xlsx", b"PK not a workbook".to_vec(), "import-header"),
            ("a.xls", vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0], "old-xls"),
            ("bomb.xlsx", bomb, "zip-bomb"),
        ];
        for (name, bytes, code) in cases {
            let error = import(b, &file(b, name, &bytes)).await.unwrap_err();
            assert_eq!(error.code, code, "{name}");
        }
        assert_eq!(enterprises(b).await, 0);
        let leader = b.actor(identity::Role::Leader, b.county, "/c/");
        let path = file(b, "ok.csv", format!("{HEAD}\n{}\n", row(1, ",,,,,,,")).as_bytes());
        let refused =
            import_enterprises(&b.db, &b.clock, &b.random, &path, "ok.csv", Options::default(), &|_| {}, &leader).await;
        assert_eq!(refused.unwrap_err().kind, kernel::ErrorKind::Forbidden);
    }
}

both_engines! {
    /// `cargo test -p registry --lib a_city -- --ignored --nocapture`: 200,000 rows; time and memory are printed.
    #[ignore = "takes a while; run it when the import is changed"]
    async fn a_city_of_two_hundred_thousand_comes_in(b: Bench) {
        let path = b.folder().join("city.csv");
        let mut out = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
        writeln!(out, "{HEAD}").unwrap();
        for n in 1..=200_000 {
            writeln!(out, "{}", row(n, "城关镇,C3432,起重装备,规上,李明,0373-8812345,120,410728")).unwrap();
        }
        drop(out);
        for want in [(200_000, 0), (0, 200_000)] {
            let began = std::time::Instant::now();
            let report = import(b, &path).await.unwrap();
            assert_eq!((report.added, report.unchanged), want);
            let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
            let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default().to_owned();
            println!("{want:?} in {:.1} s, {peak}", began.elapsed().as_secs_f64());
        }
    }
}
