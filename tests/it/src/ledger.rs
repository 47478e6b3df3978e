//! Ledgers as counties keep them: brought in once, refused as a whole, told where what is wrong.

use std::path::{Path, PathBuf};

use casework::Casework;
use casework::ledger::import_file;
use db::sql;
use identity::Actor;
use kernel::{Clock, CreditCode, FixedClock, OsRandom};
use std::sync::Arc;
use testkit::both_engines;

use crate::harness::book::book;
use crate::harness::engines::TestDb;

const HEADINGS: [&str; 15] = [
    "序号",
    "问题编号",
    "企业名称",
    "问题来源（走访/热线）",
    "反映日期",
    "问题类别",
    "问题描述(诉求)",
    "问题等级",
    "牵头单位",
    "配合单位",
    "交办日期",
    "办理时限",
    "办结日期",
    "企业评价",
    "是否销号",
];

fn sheet(folder: &Path, name: &str, rows: &[[&str; 15]]) -> PathBuf {
    let rows: Vec<&[&str]> = rows.iter().map(|row| row.as_slice()).collect();
    let path = folder.join(name);
    std::fs::write(&path, book("台账", "2026 年", &HEADINGS, &rows)).unwrap();
    path
}

async fn county(t: &TestDb) -> Casework {
    let clock = Arc::new(FixedClock::at("2026-11-20T10:00").unwrap());
    let mut tx = t.db.begin().await.unwrap();
    let unit = |parent, code: &str, name: &str| identity::NewUnit {
        parent,
        kind: identity::UnitKind::Department,
        code: code.to_owned(),
        name: name.to_owned(),
        name_en: String::from("Office"),
        sort: 0,
    };
    let root = identity::create_unit(&mut tx, clock.as_ref(), &OsRandom, unit(None, "c", "示范县")).await.unwrap().id;
    for (code, name) in [("land", "自然资源局"), ("power", "县供电公司")] {
        identity::create_unit(&mut tx, clock.as_ref(), &OsRandom, unit(Some(root), code, name)).await.unwrap();
    }
    let categories: Vec<_> = [("land", "用地"), ("util", "水电气热/要素保障"), ("other", "其他")]
        .into_iter()
        .map(|(code, name)| casework::Category {
            code: code.to_owned(),
            name: name.to_owned(),
            name_en: code.to_owned(),
            guidance: String::new(),
            guidance_en: String::new(),
            lead: None,
            sort: 0,
            active: true,
            version: 0,
        })
        .collect();
    let from = chrono::NaiveDate::from_ymd_opt(2019, 1, 1).unwrap();
    casework::seed::install(&mut tx, &categories, from, clock.now()).await.unwrap();
    let mut firm =
        registry::NewEnterprise::new(CreditCode::parse("91419981MA00000011").unwrap(), "示范恒达起重机械有限公司");
    firm.short_name = "示范恒达起重机械".to_owned();
    registry::seed::create(&mut tx, clock.as_ref(), &OsRandom, firm).await.unwrap();
    tx.commit().await.unwrap();
    Casework::new(t.db.clone(), clock, Arc::new(OsRandom), t.folder())
}

async fn requests(t: &TestDb) -> Vec<(String, String)> {
    let mut conn = t.db.read().await.unwrap();
    let rows = sql("SELECT number, state FROM need ORDER BY serial").all(&mut conn).await.unwrap();
    rows.iter().map(|row| (row.get(0).unwrap(), row.get(1).unwrap())).collect()
}

const GOOD: [[&str; 15]; 4] = [
    [
        "1",
        "A-1",
        "示范恒达起重机械有限公司",
        "走访",
        "2026年3月2日",
        "用地",
        "二期用地不动产证办理。等了半年",
        "重点",
        "自然资源局",
        "县供电公司",
        "2026/3/3",
        "10个工作日",
        "20260312",
        "满意",
        "是",
    ],
    [
        "2",
        "A-2",
        "示范恒达起重机械",
        "热线",
        "2026-11-05",
        "要素保障",
        "增容",
        "一般",
        "供电公司",
        "",
        "2026.11.6",
        "",
        "",
        "",
        "否",
    ],
    [
        "3",
        "",
        "示范恒达起重机械有限公司",
        "上级交办",
        "二〇二五年六月三日",
        "",
        "道路坑洼",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
    ],
    ["4", "", "", "", "", "", "", "", "", "", "", "", "", "", ""],
];

both_engines! {
    async fn a_ledger_comes_in_once(t: TestDb) {
        let casework = county(t).await;
        let actor = Actor::program("cli");
        let file = sheet(t.folder(), "good.xlsx", &GOOD);
        let done = import_file(&casework, &actor, &file).await.unwrap().unwrap();
        assert_eq!((done.added, done.known), (3, 0));
        assert_eq!(done.told.read, ["台账"]);
        let state = |n: &str, s: &str| (n.to_owned(), s.to_owned());
        let want = [state("2026-000001", "closed"), state("2026-000002", "assigned"), state("2025-000001", "submitted")];
        assert_eq!(requests(t).await, want);
        let again = import_file(&casework, &actor, &file).await.unwrap().unwrap();
        assert_eq!((again.added, again.known), (0, 3));
        assert_eq!(requests(t).await, want, "a second import changes nothing");
    }

    async fn one_fault_and_nothing_is_written(t: TestDb) {
        let casework = county(t).await;
        let actor = Actor::program("cli");
        let mut bad = GOOD;
        bad[0][4] = "2026-13-02";
        bad[0][14] = "大概";
        bad[1][2] = "没有这家公司";
        bad[1][8] = "供电局";
        bad[2][4] = "2027-01-01";
        let file = sheet(t.folder(), "bad.xlsx", &bad);
        let faults = import_file(&casework, &actor, &file).await.unwrap().unwrap_err().faults;
        let found: Vec<_> = faults.iter().map(|f| (f.row, f.column.as_str(), f.expected.as_str())).collect();
        let first = found.first().map(|(row, _, _)| *row).unwrap();
        let want = [
            (first, "反映日期", "date"),
            (first, "是否销号", "one-of"),
            (first + 2, "反映日期", "not-future"),
            (first + 1, "企业名称", "enterprise"),
            (first + 1, "牵头单位", "unit"),
        ];
        for place in want {
            assert!(found.contains(&place), "{place:?} in {found:?}");
        }
        assert_eq!(requests(t).await, []);
        let text = t.folder().join("no.xlsx");
        std::fs::write(&text, "企业名称,反映日期").unwrap();
        assert_eq!(import_file(&casework, &actor, &text).await.unwrap_err().code, "ledger-no-heading");
    }

    async fn merged_units_headers_of_two_rows_and_hidden_sheets(t: TestDb) {
        use rust_xlsxwriter::{Format, Workbook};
        let (casework, actor, plain) = (county(t).await, Actor::program("cli"), Format::new());
        let mut book = Workbook::new();
        let sheet = book.add_worksheet().set_name("台账").unwrap();
        sheet.merge_range(0, 0, 0, 8, "示范县问题台账", &plain).unwrap();
        for (column, title) in (0..).zip(["序号", "企业名称", "反映日期", "问题类别", "问题描述"]) {
            sheet.merge_range(1, column, 2, column, title, &plain).unwrap();
        }
        sheet.merge_range(1, 5, 1, 7, "交办情况", &plain).unwrap();
        sheet.write_row(2, 5, ["承办单位", "交办日期", "完成时限"]).unwrap().write_string(1, 8, "分管领导签字").unwrap();
        sheet.merge_range(3, 5, 5, 5, "自然资源局", &plain).unwrap();
        sheet.merge_range(3, 6, 9, 6, "2026/3/3", &plain).unwrap();
        for row in 3..6 {
            sheet.write_number(row, 0, row - 2).unwrap().write_string(row, 1, "示范恒达起重机械").unwrap();
            sheet.write_row(row, 2, ["2026年3月2日 星期一", "用地"]).unwrap();
            sheet.write_string(row, 4, format!("扩建用地{row}")).unwrap().write_string(row, 7, "10个工作日").unwrap();
        }
        sheet.write_number(6, 0, 4).unwrap().write_string(7, 0, "合计").unwrap().write_number(7, 4, 3).unwrap();
        let hidden = book.add_worksheet().set_name("上月").unwrap();
        hidden.write_row(0, 0, ["企业名称", "反映日期", "问题描述"]).unwrap();
        hidden.write_row(1, 0, ["示范恒达起重机械", "2026-03-01", "作废"]).unwrap();
        hidden.set_hidden(true);
        let path = t.folder().join("office.xlsx");
        book.save(&path).unwrap();
        let done = import_file(&casework, &actor, &path).await.unwrap().unwrap();
        assert_eq!(done.added, 3, "{:?}", done.told);
        let told = &done.told;
        assert_eq!((&told.hidden[..], &told.unused[..]), (&["上月".to_owned()][..], &["分管领导签字".to_owned()][..]));
        assert_eq!(told.totals.iter().map(|place| place.row).collect::<Vec<_>>(), [8]);
        let text = "SELECT COUNT(*) FROM assignment a JOIN unit u ON u.id = a.unit_id WHERE u.code = 'land'";
        let count: i64 = sql(text).one(&mut t.db.read().await.unwrap()).await.unwrap().get(0).unwrap();
        assert_eq!(count, 3, "the merged unit is asked in every row");
        assert_eq!(requests(t).await.len(), 3);
    }

    async fn a_ledger_as_text_names_rows_as_the_spreadsheet_does(t: TestDb) {
        let (casework, actor) = (county(t).await, Actor::program("cli"));
        let path = t.folder().join("ledger.csv");
        let text = "企业名称;反映日期;问题描述;牵头单位\r\n\r\n示范恒达起重机械;2026-03-02;\"道路\r\n坑洼\";—\r\n示范恒达起重机械;3月;断电;无\r\n";
        std::fs::write(&path, text).unwrap();
        let refused = import_file(&casework, &actor, &path).await.unwrap().unwrap_err();
        let places: Vec<_> = refused.faults.iter().map(|f| (f.row, f.column.as_str(), f.expected.as_str())).collect();
        assert_eq!(places, [(4, "反映日期", "date")]);
        std::fs::write(&path, text.replace("3月;", "2026年3月3日;")).unwrap();
        assert_eq!(import_file(&casework, &actor, &path).await.unwrap().unwrap().added, 2);
    }
}
