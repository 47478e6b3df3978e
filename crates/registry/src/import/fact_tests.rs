//! Files of facts good and bad: what is kept, what is told, that the same file changes nothing and a bad one neither.

use std::io::Write;
use std::path::PathBuf;

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use testkit::both_engines;

use super::*;
use crate::enterprise::{NewEnterprise, Scale};
use crate::facts::{Asked, Elsewhere, FactRows, Period, Reported};
use crate::store;
use crate::testing::{Bench, code, enterprise};

async fn filled(b: &Bench, n: u32) {
    let mut tx = b.db.begin().await.unwrap();
    let news: Vec<NewEnterprise> = (1..=n)
        .map(|n| NewEnterprise {
            staff: Some(100 + i64::from(n)),
            industry: "3432".parse().ok(),
            scale: Scale::Above,
            ..enterprise(n, &format!("示范第{n}机械有限公司"))
        })
        .collect();
    store::create_many(&mut tx, &b.clock, &b.random, &news).await.unwrap();
    tx.commit().await.unwrap();
}

async fn import_with(b: &Bench, name: &str, bytes: impl AsRef<[u8]>, given: &Given) -> Result<Report> {
    let path: PathBuf = b.folder().join(name);
    std::fs::write(&path, bytes).unwrap();
    import_facts(&b.db, &b.clock, &b.random, &path, name, given, &|_| {}, &b.desk()).await
}

fn of(period: &str) -> Given {
    Given { period: period.into(), ..Given::default() }
}

fn counts(report: &Report) -> (u64, u64, u64, u64, bool) {
    (report.added, report.changed, report.unchanged, report.errors_total, report.written)
}

async fn facts(b: &Bench, n: u32) -> Vec<Reported> {
    let mut conn = b.db.read().await.unwrap();
    let found = store::find_by_code(&mut conn, code(n).as_str()).await.unwrap().unwrap();
    store::facts_of(&mut conn, found.id).await.unwrap()
}

fn brief(facts: &[Reported]) -> Vec<String> {
    facts.iter().map(|f| format!("{} {} {} {} {}", f.code, f.period, f.value, f.source, f.as_of)).collect()
}

both_engines! {
    async fn facts_come_in_by_name_and_unit_and_the_same_file_changes_nothing(b: Bench) {
        filled(b, 950).await;
        let rows: String = (1..=950).map(|n| format!("{},公司{n},{n}.5,20,2011-05-30,是\n", code(n).as_str())).collect();
        let text =
            format!("2025 年数据\n\n统一社会信用代码,企业名称,营业收入（万元）,land_area(亩),成立日期,listed\n{rows}");
        let first = import_with(b, "a.csv", &text, &of("2025年度")).await.unwrap();
        assert_eq!(counts(&first), (3800, 0, 0, 0, true), "{first:?}");
        assert_eq!((first.rows, first.columns.len()), (950, 4));
        let second = import_with(b, "a.csv", &text, &of("2025")).await.unwrap();
        assert_eq!(counts(&second), (0, 0, 3800, 0, false));
        let wanted = [
            "founded_on 2025 2011-05-30 市场监管局 2025-12-31",
            "land_area 2025 13333.3333 自然资源局 2025-12-31",
            "listed 2025 true 上市办 2025-12-31",
            "revenue 2025 5005000 统计局 2025-12-31",
        ];
        assert_eq!(brief(&facts(b, 500).await), wanted);

        // The year counts, not the quarter that ends with it. What rows say comes before what was given; another period stands beside, a later one counts.
        let text = format!(
            "期间,信用代码,revenue,来源,截至\n2025,{one},6000000,审计报告,2026-03-01\n2025Q4,{one},1000000,,2026-04-01\n2024,{two},7,,\n,{two},?,,",
            one = code(1).as_str(),
            two = code(2).as_str()
        );
        let given = Given { source: "统计局".into(), ..of("2026-10") };
        let third = import_with(b, "b.csv", &text, &given).await.unwrap();
        assert_eq!(counts(&third), (2, 1, 0, 0, true), "{third:?}");
        let again = import_with(b, "b.csv", &text, &given).await.unwrap();
        assert_eq!(counts(&again), (0, 0, 3, 0, false), "{again:?}");
        assert_eq!(brief(&facts(b, 1).await)[3], "revenue 2025 6000000 审计报告 2026-03-01");
        assert_eq!(brief(&facts(b, 2).await)[3], "revenue 2025 25000 统计局 2025-12-31", "2024 does not count");

        let mut conn = b.db.read().await.unwrap();
        assert!(identity::verify(&mut conn).await.unwrap().is_whole());
        let codes = ["revenue", "employees", "industry", "above_scale", "credit_code", "listed", "assets"];
        let on = |day: &str| Asked::On(day.parse().unwrap());
        let FactRows { rows: all, elsewhere } = store::facts_for(&mut conn, &codes, on("2026-10-01")).await.unwrap();
        assert_eq!(all.len(), 950);
        assert!(all.is_sorted_by_key(|row| row.credit_code.clone()));
        let values: Vec<&str> = all[1].values.iter().map(|value| value.as_deref().unwrap_or("-")).collect();
        assert_eq!(values, ["25000", "-", "3432", "true", code(2).as_str(), "true", "-"]);
        assert_eq!(
            elsewhere[1],
            Elsewhere { enterprises: 950, period: String::new() },
            "staff of the register are of no year"
        );
        let next = store::facts_for(&mut conn, &codes, on("2027-01-01")).await.unwrap();
        assert_eq!((next.rows[1].values[0].as_deref(), next.elsewhere[0].period.as_str()), (None, "2025"));
        let asked = Asked::Of(Period::parse("2024").unwrap());
        let then = store::facts_for(&mut conn, &codes, asked).await.unwrap().rows;
        let values: Vec<&str> = then[1].values.iter().map(|value| value.as_deref().unwrap_or("-")).collect();
        assert_eq!(values, ["7", "-", "3432", "-", code(2).as_str(), "-", "-"], "staff and scale are of today");
        let mut known = store::fact_codes(&mut conn, None).await.unwrap();
        assert_eq!(known, ["founded_on", "land_area", "listed", "revenue"]);
        known = store::fact_codes(&mut conn, Some("2024")).await.unwrap();
        assert_eq!(known, ["revenue"]);
    }
}

both_engines! {
    async fn a_former_code_leads_to_the_enterprise(b: Bench) {
        filled(b, 2).await;
        let mut conn = b.db.read().await.unwrap();
        let old = store::find_by_code(&mut conn, code(1).as_str()).await.unwrap().unwrap();
        let new = NewEnterprise { credit_code: code(7), ..old.facts.clone() };
        crate::keep::update(&b.db, &b.clock, &b.random, &b.desk(), old.id, 1, new).await.unwrap();
        let text = format!("credit_code,revenue\n{},5\n", code(1).as_str());
        let report = import_with(b, "a.csv", &text, &of("2025")).await.unwrap();
        assert_eq!(counts(&report), (1, 0, 0, 0, true), "{report:?}");
        assert_eq!(facts(b, 7).await.len(), 1);
        let both = format!("{text}{},5\n", code(7).as_str());
        let report = import_with(b, "b.csv", &both, &of("2025")).await.unwrap();
        assert_eq!(report.errors[0].code, "import-fact-row-twice", "two codes of one enterprise");
    }
}

both_engines! {
    async fn every_error_is_told_with_its_place_and_nothing_comes_in(b: Bench) {
        filled(b, 9).await;
        let head = "统一社会信用代码,期间,来源,截至,营业收入（万元）,用地面积,已上市,rd_institution,成立日期";
        let lines = [
            (format!("{},,,,很多,,,,", code(1)), "营业收入（万元）", "很多", "import-fact-quantity"),
            (format!("{},,,,,20 元,,,", code(2)), "用地面积", "20 元", "import-fact-quantity"),
            (format!("{},,,,,,也许,,", code(3)), "已上市", "也许", "import-fact-boolean"),
            (format!("{},,,,,,,县级,", code(4)), "rd_institution", "县级", "import-fact-choice"),
            (format!("{},,,,,,,,昨天", code(5)), "成立日期", "昨天", "date-form"),
            (format!("{},,,,-5,,,,", code(6)), "营业收入（万元）", "-5", "import-fact-range"),
            (format!("{},去年,,,1,,,,", code(7)), "期间", "去年", "period-form"),
            (format!("{},,,2027-01-01,1,,,,", code(8)), "截至", "2027-01-01", "import-fact-ahead"),
            (format!("{},,,,1,,,,", code(99)), "统一社会信用代码", code(99).as_str(), "import-enterprise-unknown"),
            ("12345,,,,1,,,,".to_owned(), "统一社会信用代码", "12345", "credit-code-length"),
            (format!("{},,,,2,,,,", code(1)), "统一社会信用代码", code(1).as_str(), "import-fact-row-twice"),
            (format!("{},,,,#REF!,,,,", code(9)), "营业收入（万元）", "#REF!", "import-formula"),
            (",,,,5,,,,".to_owned(), "统一社会信用代码", "", "credit-code-empty"),
        ]
        .map(|(line, column, value, code)| (line.replace("CreditCode", ""), column.to_owned(), value.to_owned(), code));
        let text = format!("{head}\n{}", lines.iter().map(|(line, ..)| line.as_str()).collect::<Vec<_>>().join("\n"));
        let report = import_with(b, "bad.csv", &text, &of("2025")).await.unwrap();
        let told = |row| report.errors.iter().find(|p| p.row == row).map(|p| (p.column.clone(), p.value.clone(), &*p.code));
        for (row, (line, column, value, code)) in (2..).zip(&lines) {
            assert_eq!(told(row), Some((column.clone(), value.clone(), *code)), "{line}");
        }
        assert_eq!((report.errors.len(), report.written), (lines.len(), false));
        let far = report.errors.iter().find(|p| p.code == "import-fact-range").unwrap();
        let words = web::Words::build([web::WORDS, kernel::WORDS.as_slice(), crate::WORDS].concat()).unwrap();
        let said = |lang| words.in_lang(lang).f(&format!("error-{}", far.code), &far.args_in(lang));
        assert!(said(web::Lang::Zh).contains("在 0 万元 到 10000000000 万元 之间"), "{}", said(web::Lang::Zh));
        let choice = report.errors.iter().find(|p| p.code == "import-fact-choice").unwrap();
        let said = |lang| words.in_lang(lang).f(&format!("error-{}", choice.code), &choice.args_in(lang));
        assert!(said(web::Lang::Zh).contains("省级、市级") && said(web::Lang::En).contains("provincial, city"));
        let text = format!("信用代码,营业收人,天气,用地面积(元)\n{},1,2,3\n", code(1).as_str());
        let report = import_with(b, "head.csv", &text, &of("2025")).await.unwrap();
        let told: Vec<_> = report.errors.iter().map(|p| (p.row, p.column.as_str(), p.code.as_str())).collect();
        let wanted = [
            (1, "营业收人", "import-fact-unknown"),
            (1, "天气", "import-fact-unknown-far"),
            (1, "用地面积(元)", "import-fact-unit"),
        ];
        assert_eq!(told, wanted);
        for n in 1..=9 {
            assert!(facts(b, n).await.is_empty());
        }
        let text = "企业名称,营业收入\n甲,1\n";
        assert_eq!(import_with(b, "a.csv", text, &of("2025")).await.unwrap_err().code, "import-header");
        assert_eq!(import_with(b, "a.csv", text, &of("去年")).await.unwrap_err().fields[0].code, "period-form");
        let text = format!("信用代码,revenue\n{},1\n", code(1).as_str());
        std::fs::write(b.folder().join("ok.csv"), text).unwrap();
        let leader = b.actor(identity::Role::Leader, b.county, "/c/");
        let path = b.folder().join("ok.csv");
        let refused = import_facts(&b.db, &b.clock, &b.random, &path, "ok.csv", &of("2025"), &|_| {}, &leader).await;
        assert_eq!(refused.unwrap_err().kind, kernel::ErrorKind::Forbidden);
    }
}

both_engines! {
    async fn sheets_of_several_departments_add_up(b: Bench) {
        filled(b, 3).await;
        let mut book = Workbook::new();
        let sheet = book.add_worksheet().set_name("税务").unwrap();
        for (column, title) in (0..).zip(["统一社会信用代码", "实缴税金（万元）", "成立日期"]) {
            sheet.write_string(0, column, title).unwrap();
        }
        sheet.write_string(1, 0, code(1).as_str()).unwrap().write_number(1, 1, 12.3).unwrap();
        let day = ExcelDateTime::from_ymd(2011, 5, 30).unwrap();
        sheet.write_datetime_with_format(1, 2, &day, &Format::new().set_num_format("yyyy-mm-dd")).unwrap();
        let sheet = book.add_worksheet().set_name("统计").unwrap();
        sheet.write_string(0, 0, "信用代码").unwrap().write_string(0, 1, "employees").unwrap();
        sheet.write_string(1, 0, code(1).as_str()).unwrap().write_number(1, 1, 150).unwrap();
        sheet.write_string(2, 0, code(2).as_str()).unwrap().write_number(2, 1, 0.1 + 0.2).unwrap();
        let bytes = book.save_to_buffer().unwrap();
        let report = import_with(b, "a.xlsx", bytes, &of("2025")).await.unwrap();
        assert_eq!(counts(&report), (4, 0, 0, 0, true), "{report:?}");
        let kept: Vec<_> = facts(b, 1).await.into_iter().map(|f| (f.code, f.value)).collect();
        let wanted = [("employees", "150"), ("founded_on", "2011-05-30"), ("tax_paid", "123000")];
        assert_eq!(kept, wanted.map(|(code, value)| (code.to_owned(), value.to_owned())));
        assert_eq!(facts(b, 2).await[0].value, "0.3");
    }
}

both_engines! {
    /// `cargo test -p registry --release --lib facts_of_a_city -- --ignored --nocapture`: time and memory are printed.
    #[ignore = "takes a while; run it when the import is changed"]
    async fn facts_of_a_city_come_in(b: Bench) {
        let n = 100_000;
        filled(b, n).await;
        let path = b.folder().join("city.csv");
        let titles = "统一社会信用代码,从业人员,营业收入（万元）,主营业务收入,资产总额,负债总额,研发费用,实缴税金,工业增加值,用地面积(亩),综合能耗,用电量,主要污染物排放量";
        let mut out = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
        writeln!(out, "{titles}").unwrap();
        for n in 1..=n {
            writeln!(out, "{},{n},{n}.5,{n}00,{n}000,{n}00,{n}0,{n}1,{n}2,20.5,{n},{n}3,{n}.25", code(n).as_str()).unwrap();
        }
        drop(out);
        for wanted in [(1_200_000, 0), (0, 1_200_000)] {
            let began = std::time::Instant::now();
            let report =
                import_facts(&b.db, &b.clock, &b.random, &path, "city.csv", &of("2025"), &|_| {}, &b.desk()).await.unwrap();
            assert_eq!((report.added, report.unchanged), wanted, "{:?}", report.errors.first());
            let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
            let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default().to_owned();
            println!("{wanted:?} in {:.1} s, {peak}", began.elapsed().as_secs_f64());
        }
        let began = std::time::Instant::now();
        let codes: Vec<&str> = crate::facts::dictionary().facts().iter().take(40).map(|f| f.code.as_str()).collect();
        let asked = Asked::On("2026-10-01".parse().unwrap());
        let rows = store::facts_for(&mut b.db.read().await.unwrap(), &codes[10..30], asked).await.unwrap().rows;
        println!("20 facts of {} in {:.1} s", rows.len(), began.elapsed().as_secs_f64());
    }
}
