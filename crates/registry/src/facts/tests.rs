//! Cells as they are kept and shown, and periods.

use chrono::NaiveDate;
use rulepack::diagnostic::Lang;
use rulepack::unit::Unit;

use super::*;

fn reading(code: &str, unit: &str) -> Reading {
    let fact = dictionary().get(code).unwrap();
    if unit.is_empty() { Reading::new(fact) } else { Reading::in_unit(fact, Unit::parse(unit).unwrap()).unwrap() }
}

#[test]
fn cells_are_kept_exactly_in_base_units() {
    let cases = [
        ("revenue", "", "399999990", Ok("399999990")),
        ("revenue", "", "1,200.50", Ok("1200.5")),
        ("revenue", "", "0.005", Ok("0.01")),
        ("revenue", "", "120 万元", Ok("1200000")),
        ("revenue", "万元", "120", Ok("1200000")),
        ("revenue", "万元", "0.123456789", Ok("1234.57")),
        ("revenue", "万元", "３．５", Ok("35000")),
        ("revenue", "亿元", "1.5 万元", Ok("15000")),
        ("revenue", "", "20 亩", Err("import-fact-quantity")),
        ("revenue", "", "很多", Err("import-fact-quantity")),
        ("revenue", "", "-1", Err("import-fact-range")),
        ("revenue", "亿元", "99999999999999", Err("import-fact-range")),
        ("land_area", "亩", "20", Ok("13333.3333")),
        ("land_area", "", "20亩", Ok("13333.3333")),
        ("profit", "万元", "-12.5", Ok("-125000")),
        ("profit", "万元", "-12.3456789", Ok("-123456.79")),
        ("market_share", "%", "35", Ok("0.35")),
        ("market_rank", "", "第三", Err("import-fact-number")),
        ("listed", "", "是", Ok("true")),
        ("listed", "", "N", Ok("false")),
        ("listed", "", "也许", Err("import-fact-boolean")),
        ("founded_on", "", "2011年5月30日", Ok("2011-05-30")),
        ("founded_on", "", "40693", Ok("2011-05-30")),
        ("founded_on", "", "昨天", Err("date-form")),
        ("industry", "", "C3432", Ok("3432")),
        ("industry", "", "9999", Err("industry-unknown")),
        ("rd_institution", "", "省级", Ok("provincial")),
        ("rd_institution", "", "县级", Err("import-fact-choice")),
        ("cluster", "", "东\u{7}园", Ok("东 园")),
        ("revenue", "", " ", Ok("")),
        ("revenue", "", "？", Ok("")),
    ];
    for (code, unit, cell, wanted) in cases {
        let read = reading(code, unit).read(cell).map(Option::unwrap_or_default).map_err(|(code, _)| code);
        assert_eq!(read.as_deref(), wanted.as_deref(), "{code} {unit} {cell}");
        if let Ok(value) = read
            && !value.is_empty()
        {
            assert_eq!(reading(code, "").read(&value), Ok(Some(value.clone())), "{value} is kept as it reads again");
        }
    }
    let endless = "9".repeat(300_000);
    let before = std::time::Instant::now();
    for cell in [endless.clone(), format!("0.{endless}万元")] {
        assert_eq!(reading("revenue", "").read(&cell).unwrap_err().0, "import-fact-quantity");
    }
    assert!(before.elapsed().as_secs() < 2, "{:?}", before.elapsed());
    assert!(Reading::in_unit(dictionary().get("revenue").unwrap(), Unit::parse("亩").unwrap()).is_none());
}

#[test]
fn values_are_shown_in_the_unit_people_use() {
    let cases = [
        ("revenue", "1234567890.5", "123,456.78905 万元", "123,456.78905 万元"),
        ("revenue", "-12345", "-1.2345 万元", "-1.2345 万元"),
        ("employees", "1200", "1,200 人", "1,200 people"),
        ("industry", "3432", "3432 生产专用起重机制造", "3432 生产专用起重机制造"),
        ("rd_institution", "provincial", "省级", "provincial"),
        ("listed", "true", "是", "yes"),
        ("market_share", "0.35", "35%", "35%"),
    ];
    for (code, value, zh, en) in cases {
        let fact = dictionary().get(code).unwrap();
        assert_eq!((shown(fact, value, Lang::Zh).as_str(), shown(fact, value, Lang::En).as_str()), (zh, en), "{code}");
    }
    let fact = dictionary().get("revenue").unwrap();
    assert_eq!(
        (source(fact, "统计局", Lang::En), source(fact, "财务报表", Lang::En)),
        ("Bureau of Statistics", "财务报表")
    );
}

#[test]
fn periods_have_one_form_and_an_end() {
    let cases = [
        ("", Some(("", None))),
        ("2025", Some(("2025", Some((2025, 12, 31))))),
        ("2025年度", Some(("2025", Some((2025, 12, 31))))),
        ("2025Q3", Some(("2025Q3", Some((2025, 9, 30))))),
        ("2025-Q3", Some(("2025Q3", Some((2025, 9, 30))))),
        ("2025年第三季度", Some(("2025Q3", Some((2025, 9, 30))))),
        ("2025-06", Some(("2025-06", Some((2025, 6, 30))))),
        ("2025年6月", Some(("2025-06", Some((2025, 6, 30))))),
        ("2025年1-9月", Some(("2025M1-9", Some((2025, 9, 30))))),
        ("2025M1-9", Some(("2025M1-9", Some((2025, 9, 30))))),
        ("2025年1月至11月", Some(("2025M1-11", Some((2025, 11, 30))))),
        ("2025年前三季度", Some(("2025M1-9", Some((2025, 9, 30))))),
        ("2025年1—6月份", Some(("2025H1", Some((2025, 6, 30))))),
        ("２０２５年上半年", Some(("2025H1", Some((2025, 6, 30))))),
        ("2025h1", Some(("2025H1", Some((2025, 6, 30))))),
        ("2025H2", Some(("2025H2", Some((2025, 12, 31))))),
        ("2025年1-3月", Some(("2025Q1", Some((2025, 3, 31))))),
        ("2025年1-12月", Some(("2025", Some((2025, 12, 31))))),
        ("2025年1-1月", Some(("2025-01", Some((2025, 1, 31))))),
        ("2025年2-5月", None),
        ("2025年6-1月", None),
        ("2025年1-13月", None),
        ("去年", None),
        ("2025Q5", None),
    ];
    for (text, wanted) in cases {
        let read = Period::parse(text).map(|period| (period.to_string(), period.last_day()));
        let wanted =
            wanted.map(|(text, end)| (text.to_owned(), end.map(|(y, m, d)| NaiveDate::from_ymd_opt(y, m, d).unwrap())));
        assert_eq!(read, wanted, "{text}");
    }
}
