//! Files as departments send them, each the smallest of a kind that goes wrong elsewhere: what is right for it.

use std::io::{Cursor, Write};
use std::path::PathBuf;

use rust_xlsxwriter::{Format, Workbook};
use testkit::both_engines;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::*;
use crate::facts::Reported;
use crate::store;
use crate::testing::{Bench, code, enterprise};

fn file(b: &Bench, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = b.folder().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

async fn enterprises(b: &Bench, name: &str, bytes: impl AsRef<[u8]>) -> Result<Report> {
    let path = file(b, name, bytes);
    import_enterprises(&b.db, &b.clock, &b.random, &path, name, Options::default(), &|_| {}, &b.desk()).await
}

async fn facts(b: &Bench, name: &str, bytes: impl AsRef<[u8]>) -> Result<Report> {
    let path = file(b, name, bytes);
    let given = Given { period: "2025".into(), ..Given::default() };
    import_facts(&b.db, &b.clock, &b.random, &path, name, &given, &|_| {}, &b.desk()).await
}

async fn found(b: &Bench, n: u32) -> Option<crate::Enterprise> {
    store::find_by_code(&mut b.db.read().await.unwrap(), code(n).as_str()).await.unwrap()
}

async fn kept(b: &Bench, n: u32) -> Vec<String> {
    let id = found(b, n).await.unwrap().id;
    let facts: Vec<Reported> = store::facts_of(&mut b.db.read().await.unwrap(), id).await.unwrap();
    facts.into_iter().map(|fact| format!("{}={}", fact.code, fact.value)).collect()
}

async fn filled(b: &Bench, n: u32) {
    let mut tx = b.db.begin().await.unwrap();
    let news: Vec<_> = (1..=n).map(|n| enterprise(n, &format!("示范第{n}机械有限公司"))).collect();
    store::create_many(&mut tx, &b.clock, &b.random, &news).await.unwrap();
    tx.commit().await.unwrap();
}

/// A workbook of one sheet by hand: what `workbookPr` and `sheetData` hold, and the formats of the styles from 1.
fn by_hand(properties: &str, formats: &[u32], rows: &str) -> Vec<u8> {
    let styles: String = formats.iter().map(|id| format!("<xf numFmtId=\"{id}\"/>")).collect();
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let parts = [
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns:r=\"r\"><workbookPr {properties}/><sheets><sheet name=\"数据\" r:id=\"a\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships><Relationship Id=\"a\" Type=\"{kind}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"b\" Type=\"{kind}/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        ),
        ("xl/styles.xml", format!("<styleSheet><cellXfs><xf numFmtId=\"0\"/>{styles}</cellXfs></styleSheet>")),
        ("xl/worksheets/sheet1.xml", format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A row of texts; what begins with `<` is a cell as it stands.
fn row(cells: &[&str]) -> String {
    let cell = |text: &&str| match text.starts_with('<') {
        true => (*text).to_owned(),
        false => format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>"),
    };
    format!("<row>{}</row>", cells.iter().map(cell).collect::<String>())
}

both_engines! {
    async fn a_merged_township_holds_for_all_its_rows_and_hidden_sheets_for_none(b: Bench) {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet().set_name("名录").unwrap();
        sheet.write_row(0, 0, ["乡镇", "统一社会信用代码", "企业名称", "产业链", "负责人"]).unwrap();
        sheet.merge_range(1, 0, 3, 0, "城关镇", &Format::new()).unwrap();
        sheet.merge_range(1, 3, 7, 3, "起重装备", &Format::new()).unwrap();
        for n in 1..=3 {
            sheet.write_string(n, 1, code(n).as_str()).unwrap().write_string(n, 2, format!("合并{n}公司")).unwrap();
        }
        sheet.set_row_hidden(2).unwrap();
        sheet.merge_range(9, 0, 9, 3, "制表人：李明", &Format::new()).unwrap();
        let hidden = book.add_worksheet().set_name("上月").unwrap();
        hidden.write_row(0, 0, ["统一社会信用代码", "企业名称"]).unwrap();
        hidden.write_row(1, 0, [code(9).as_str(), "旧公司"]).unwrap();
        hidden.set_hidden(true);
        let report = enterprises(b, "a.xlsx", book.save_to_buffer().unwrap()).await.unwrap();
        assert_eq!((report.added, report.errors_total), (3, 0), "{report:?}");
        for n in 1..=3 {
            let one = found(b, n).await.unwrap();
            assert_eq!((one.facts.township, one.facts.chain.as_deref()), (Some(b.town), Some("crane")), "{n}");
        }
        assert!(found(b, 9).await.is_none());
        let told = &report.told;
        assert_eq!((&told.read[..], &told.hidden[..]), (&["名录".to_owned()][..], &["上月".to_owned()][..]));
        assert_eq!((&told.unused[..], told.hidden_rows, told.notes.len()), (&["负责人".to_owned()][..], 1, 1));
    }

    async fn texts_are_read_as_they_are_meant_or_refused_with_the_place(b: Bench) {
        let scope = "一般项目:机械制造;零件加工;五金制造;技术服务;货物进出口;普通仓储";
        let text = format!("统一社会信用代码,企业名称,地址,经营范围\n{},分隔公司,工业路0号,\"{scope}\"\n", code(1));
        let report = enterprises(b, "a.csv", &text).await.unwrap();
        assert_eq!((report.added, &report.told.unused[..]), (1, &["经营范围".to_owned()][..]));
        assert_eq!(found(b, 1).await.unwrap().facts.address, "工业路0号");

        let mut cut = format!("统一社会信用代码,企业名称,地址\r\n{},甲,工业路1号\r\n\r\n{},乙,工业路2号", code(2), code(3))
            .into_bytes();
        cut.pop();
        let report = enterprises(b, "b.csv", &cut).await.unwrap();
        let wrong = &report.errors[0];
        assert_eq!((wrong.row, wrong.column.as_str(), wrong.code.as_str()), (4, "address", "import-characters"));
        assert_eq!((&wrong.args[0].1[..], report.errors_total), ("E5 8F", 1), "UTF-8 stays UTF-8");

        let quote = format!(
            "统一社会信用代码,企业名称,地址\r\n{},甲,5\"管道路\r\n{},\"乙,工业路\r\n{},丙,工业路\r\n",
            code(4),
            code(5),
            code(6)
        );
        let refused = enterprises(b, "c.csv", &quote).await.unwrap_err();
        assert_eq!((refused.code, &refused.args[0].1[..]), ("sheet-quote", "3"));
        let lines =
            format!("统一社会信用代码,企业名称,地址\r\n{},\"甲\r\n公司\",\"一号\r\n楼\"\r\n坏代码,乙,二号\r\n", code(7));
        let report = enterprises(b, "d.csv", &lines).await.unwrap();
        assert_eq!(report.errors[0].row, 3, "cells of several lines are one row, as the spreadsheet shows them");
        let nothing = format!("{},甲,—,无,/,-\n", code(8));
        let text = format!("统一社会信用代码,企业名称,乡镇,产业链,联系电话,职工人数\n{nothing}");
        let report = enterprises(b, "n.csv", text).await.unwrap();
        assert_eq!((report.added, report.errors_total), (1, 0), "marks for no data are none: {report:?}");
        let identity = "统一社会信用代码,企业名称\n11010519491231002X,某个体户\n";
        let report = enterprises(b, "e.csv", identity).await.unwrap();
        let told: Vec<_> = report.warnings.iter().map(|w| (w.code.as_str(), w.value.as_str())).collect();
        assert_eq!(told, [("import-code-identity", "110***********002X")]);
    }

    async fn facts_are_what_their_cells_show(b: Bench) {
        filled(b, 3).await;
        let head = row(&["统一社会信用代码", "成立日期", "主导产品市场占有率（%）", "营业收入（万元）", "从业人员"]);
        let first = row(&[
            code(1).as_str(),
            "<c s=\"1\"><v>41759</v></c>",
            "<c s=\"2\"><v>0.305</v></c>",
            "<c><f>2000+2000</f><v>4000</v></c>",
        ]);
        let book = by_hand("date1904=\"1\"", &[14, 10], &format!("{head}{first}"));
        let report = facts(b, "a.xlsx", book).await.unwrap();
        assert_eq!(report.errors_total, 0, "{report:?}");
        assert_eq!(kept(b, 1).await, ["founded_on=2018-05-01", "market_share=0.305", "revenue=40000000"]);

        let none = row(&[code(2).as_str(), "", "", "<c><f>2000+2000</f><v/></c>", "<c><v>120</v></c>"]);
        let report = facts(b, "b.xlsx", by_hand("", &[], &format!("{head}{none}"))).await.unwrap();
        let wrong = &report.errors[0];
        assert_eq!((&wrong.code[..], wrong.row, &wrong.value[..]), ("sheet-no-value", 2, "=2000+2000"));
        assert_eq!((&wrong.column[..], report.written), ("营业收入（万元）", false));
        let both = row(&[code(2).as_str(), "长期", "", "<c><f>2000+2000</f><v/></c>"]);
        let report = facts(b, "b.xlsx", by_hand("", &[], &format!("{head}{both}"))).await.unwrap();
        let told: Vec<&str> = report.errors.iter().map(|wrong| wrong.code.as_str()).collect();
        assert_eq!(told, ["import-fact-endless", "sheet-no-value"], "one fault hides no other");

        let text = format!(
            "信用代码,营业收入（万元）,从业人员,成立日期,已上市\n{},\"１，２００.５\",1.2万,2018年5月1日 星期二,无\n{},/,－,—,是\n",
            code(2),
            code(3)
        );
        let report = facts(b, "c.csv", text).await.unwrap();
        assert_eq!(report.errors_total, 0, "{report:?}");
        assert_eq!(kept(b, 2).await, ["employees=12000", "founded_on=2018-05-01", "listed=false", "revenue=12005000"]);
        assert_eq!(kept(b, 3).await, ["listed=true"]);
        for endless in ["长期", "9999-12-31"] {
            let text = format!("信用代码,成立日期\n{},{endless}\n", code(3));
            let report = facts(b, "d.csv", text).await.unwrap();
            assert_eq!(report.errors[0].code, "import-fact-endless", "nothing is founded without end");
        }
    }

    async fn rows_that_sum_up_others_are_checked_and_left_out(b: Bench) {
        filled(b, 3).await;
        let text = |total: &str| {
            format!(
                "统一社会信用代码,企业名称,营业收入（万元）\n{},甲,100\n{},乙,200.5\n城关镇小计,,300.5\n{},丙,7\n,合计,{total}\n",
                code(1),
                code(2),
                code(3)
            )
        };
        let report = facts(b, "a.csv", text("307.5")).await.unwrap();
        assert_eq!((report.added, report.errors_total, report.warnings_total), (3, 0, 0), "{report:?}");
        let rows: Vec<u32> = report.told.totals.iter().map(|place| place.row).collect();
        assert_eq!(rows, [4, 6]);
        let report = facts(b, "b.csv", text("370.5")).await.unwrap();
        let wrong = &report.warnings[0];
        assert_eq!((&wrong.code[..], wrong.row, &wrong.value[..]), ("import-sum", 6, "370.5"));
        assert_eq!(wrong.args[0].1, "307.5");
        let text = text("370.5").replace("200.5", "200.5万元");
        let report = facts(b, "c.csv", text).await.unwrap();
        assert_eq!((report.warnings_total, report.told.totals_checked), (0, false), "what is no plain number is not zero");
    }
}
