//! Files in and out: the three formats say the same; a wrong cell is named; nothing half-written stays.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use rulepack::diagnostic::Lang;
use rulepack::ir::{Dag, Mode, NodeId, Population, PopulationKind, Reason, Ties, Type, date};
use rulepack::unit::Unit;

use super::*;

pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("wanqi-rules-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(&self.0)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

/// Revenue and staff decide a class; a score is rounded; ranks within the industry.
pub(super) fn graph() -> (Dag, Vec<(String, NodeId)>) {
    let mut dag = Dag::new();
    let revenue = dag.fact("revenue", Type::Number { scale: 2, low: 0, high: 10_i128.pow(15) }, false);
    let staff = dag.fact("employees", Type::Number { scale: 0, low: 0, high: 1_000_000 }, false);
    let industry = dag.fact("industry", Type::Text, false);
    let founded = dag.fact("founded_on", Type::Date { low: date::FACT_LOW, high: date::FACT_HIGH }, false);
    let listed = dag.fact("listed", Type::Boolean, false);
    let (three, forty) = (dag.number(3_000_000, 0), dag.number(400_000_000, 0));
    let (twenty, thousand) = (dag.number(20, 0), dag.number(1000, 0));
    let large = [dag.less_or_equal(thousand, staff).unwrap(), dag.less_or_equal(forty, revenue).unwrap()];
    let small = [dag.less_or_equal(twenty, staff).unwrap(), dag.less_or_equal(three, revenue).unwrap()];
    let (large, small) = (dag.and(&large), dag.and(&small));
    let words = ["large", "small", "micro"].map(|word| dag.text(word));
    let class = dag.first(&[large, small], &words).unwrap();
    let per_head = dag.round_divide(revenue, staff, 2, Mode::HalfUp).unwrap();
    let reason = dag.reason(Reason { code: "not_listed".into(), zh: "未上市".into(), en: "not listed".into() });
    let guarded = dag.guard(listed, per_head, reason);
    let start = dag.date(date::days(2020, 1, 1));
    let young = dag.less_or_equal(start, founded).unwrap();
    let kind = PopulationKind::Rank { descending: true, ties: Ties::Minimum };
    let rank = dag
        .population(Population { kind, value: revenue, among: None, group: Some(industry), then: vec![] }, 0)
        .unwrap();
    let outputs = [("size_class", class), ("per_head", guarded), ("young", young), ("rank", rank), ("from", founded)];
    (dag, outputs.map(|(name, node)| (name.to_owned(), node)).to_vec())
}

pub(super) fn facts(dag: &Dag) -> Vec<FactColumn> {
    let mut facts = FactColumn::of_graph(dag);
    facts[0].unit = Unit::parse("元").unwrap();
    facts[0].names = vec!["营业收入".into()];
    facts
}

pub(super) fn go(input: &Path, output: Option<&Path>, cancelled: bool) -> Result<Summary, FileError> {
    let (dag, outputs) = graph();
    let task = Task { dag: &dag, facts: facts(&dag), outputs };
    let cancel = AtomicBool::new(cancelled);
    let options = Options { threads: 2, progress: &|_| {}, cancel: &cancel };
    match output {
        None => count(&task, input, &options),
        Some(output) => write(&task, input, output, &options),
    }
}

const FACTS: &str = "id,营业收入,employees,industry,founded_on,listed\n\
    a,399999990,1000,C13,2020-01-01,是\n\
    b,400000000,1000,C13,2019-12-31,true\n\
    c,120 万元,,C14,,否\n\
    d,5 亿元,,C14,2021-05-06,\n\
    e,,,,,\n\
    f,0.01,3,C13,9999-12-31,1\n";

const ANSWERS: &str = "id,size_class,size_class.missing,size_class.reason,per_head,per_head.missing,per_head.reason,young,young.missing,young.reason,rank,rank.missing,rank.reason,from,from.missing,from.reason\n\
    a,small,,,399999.99,,,true,,,2,,,2020-01-01,,\n\
    b,large,,,400000.00,,,false,,,1,,,2019-12-31,,\n\
    c,micro,,,,,not_listed,,founded_on,,2,,,,founded_on,\n\
    d,,employees,,,listed,,true,,,1,,,2021-05-06,,\n\
    e,,employees;revenue,,,listed,,,founded_on,,,industry,,,founded_on,\n\
    f,micro,,,0.00,,,true,,,3,,,9999-12-31,,\n";

#[test]
fn three_formats_say_the_same() {
    let folder = Folder::new("formats");
    let csv = folder.file("facts.csv");
    std::fs::write(&csv, FACTS).unwrap();
    let answers = folder.file("answers.csv");
    let summary = go(&csv, Some(&answers), false).unwrap();
    assert_eq!(std::fs::read_to_string(&answers).unwrap(), ANSWERS);
    assert_eq!(summary.rows, 6);
    assert_eq!(summary.outputs[0].values.get("micro"), Some(&2));
    assert_eq!(summary.outputs[2].counts, Counts { known: 4, yes: 3, unknown: 2, not_applicable: 0 });
    assert_eq!(go(&csv, None, false).unwrap().outputs, summary.outputs);

    // The same facts from Excel, and answers to Excel and Parquet, read back as facts of another run.
    let excel = folder.file("facts.xlsx");
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in FACTS.lines().enumerate() {
        for (column, cell) in line.split(',').enumerate() {
            match cell.parse::<f64>() {
                Ok(number) => sheet.write_number(row as u32, column as u16, number).unwrap(),
                Err(_) => sheet.write_string(row as u32, column as u16, cell).unwrap(),
            };
        }
    }
    book.save(&excel).unwrap();
    let from_excel = folder.file("from-excel.csv");
    go(&excel, Some(&from_excel), false).unwrap();
    assert_eq!(std::fs::read_to_string(&from_excel).unwrap(), ANSWERS);

    for name in ["answers.parquet", "answers.xlsx"] {
        let target = folder.file(name);
        go(&csv, Some(&target), false).unwrap();
        let mut dag = Dag::new();
        let money = Type::Number { scale: 2, low: 0, high: 10_i128.pow(15) };
        let whole = Type::Number { scale: 0, low: 0, high: 10_i128.pow(9) };
        let mut outputs = Vec::new();
        for (column, ty) in [("size_class", Type::Text), ("per_head", money), ("young", Type::Boolean), ("rank", whole)]
        {
            outputs.push((column.to_owned(), dag.fact(column, ty, false)));
            for more in ["missing", "reason"] {
                let column = format!("{column}.{more}");
                outputs.push((column.clone(), dag.fact(&column, Type::Text, false)));
            }
        }
        let task = Task { facts: FactColumn::of_graph(&dag), dag: &dag, outputs };
        let options = Options { threads: 2, progress: &|_| {}, cancel: &AtomicBool::new(false) };
        let back = folder.file("back.csv");
        write(&task, &target, &back, &options).unwrap();
        // What was empty is now "not provided": the values themselves have to be the same.
        let cells = |text: &str, step: usize| -> Vec<Vec<String>> {
            let lines = text.lines().skip(1);
            lines.map(|line| line.split(',').skip(1).step_by(step).take(12).map(str::to_owned).collect()).collect()
        };
        let expected: Vec<Vec<String>> = cells(ANSWERS, 1);
        assert_eq!(cells(&std::fs::read_to_string(&back).unwrap(), 3), expected, "{name}");
    }
}

#[test]
fn a_wrong_cell_is_named_and_nothing_is_written() {
    let folder = Folder::new("wrong");
    let csv = folder.file("facts.csv");
    let target = folder.file("answers.parquet");
    for (line, place, chinese) in [
        ("g,12 亩,1,C13,,", (3, "营业收入"), "第 3 行"),
        ("g,1.0O1,1,C13,,", (3, "营业收入"), "保留 2 位小数"),
        ("g,1,1.5.2,C13,,", (3, "employees"), "1.5.2"),
        ("g,1,1,C13,2026-02-30,", (3, "founded_on"), "日期"),
        ("g,1,1,C13,,maybe", (3, "listed"), "是/否"),
    ] {
        std::fs::write(&csv, format!("id,营业收入,employees,industry,founded_on,listed\nok,1,1,C13,,\n{line}\n"))
            .unwrap();
        let error = go(&csv, Some(&target), false).unwrap_err();
        let FileError::Cell { row, column, .. } = &error else { panic!("{error}") };
        assert_eq!((*row, column.as_str()), place);
        assert!(error.text(Lang::Zh).contains(chinese), "{}", error.text(Lang::Zh));
    }
    std::fs::write(&csv, "employees,revenue\n1,2\n").unwrap();
    assert!(go(&csv, Some(&target), false).unwrap_err().text(Lang::En).contains("id column"));
    std::fs::write(&csv, "id,revenue,营业收入\n1,2,3\n").unwrap();
    assert!(go(&csv, Some(&target), false).unwrap_err().text(Lang::Zh).contains("同一个事实"));
    std::fs::write(&csv, FACTS).unwrap();
    assert_eq!(go(&csv, Some(&target), true).unwrap_err(), FileError::Cancelled);
    assert_eq!(folder.names(), ["facts.csv"]);
}

#[test]
fn many_rows_keep_their_order() {
    let folder = Folder::new("order");
    let csv = folder.file("facts.csv");
    let rows = 150_000;
    let mut text = String::from("id,revenue,employees,industry\n");
    for row in 0..rows {
        let staff = if row % 7 == 0 { String::new() } else { (row % 2000).to_string() };
        text.push_str(&format!("{row},{},{staff},C{}\n", row * 37 % 100_003, row % 10));
    }
    std::fs::write(&csv, text).unwrap();
    let (parquet, first, second) = (folder.file("facts.parquet"), folder.file("a.csv"), folder.file("b.csv"));
    // Facts as answers: a Parquet file of the same facts.
    let (dag, _) = graph();
    let outputs = dag.facts().iter().take(3).map(|fact| (fact.code.clone(), fact.node)).collect();
    let task = Task { dag: &dag, facts: facts(&dag), outputs };
    let options = Options { threads: 2, progress: &|_| {}, cancel: &AtomicBool::new(false) };
    write(&task, &csv, &parquet, &options).unwrap();
    let from_csv = go(&csv, Some(&first), false).unwrap();
    let from_parquet = go(&parquet, Some(&second), false).unwrap();
    assert_eq!(from_csv.rows, rows as u64);
    assert_eq!(from_csv.outputs, from_parquet.outputs);
    assert!(std::fs::read(&first).unwrap() == std::fs::read(&second).unwrap());
}
