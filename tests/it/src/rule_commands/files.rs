//! Files in and out: csv, xlsx and Parquet; headers with units; mistakes; a run that is stopped.

use calamine::{Data, Reader};

use super::{Folder, grant};
use crate::harness::process;

/// The answers to the facts of [`super::FACTS`] for two outputs.
const ANSWERS: &str = "id,eligible,eligible.missing,eligible.reason,award,award.missing,award.reason\n\
    a,true,,,200000,,\n\
    b,false,,,,,condition_not_met\n\
    c,false,,,,,condition_not_met\n\
    d,,revenue,,,revenue,\n\
    e,true,,,500000,,\n";

/// A sheet with these rows; what reads as a number is one.
pub(super) fn sheet(folder: &Folder, name: &str, rows: &str) {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in rows.lines().enumerate() {
        for (column, cell) in line.split(',').enumerate() {
            match cell.parse::<f64>() {
                Ok(number) => sheet.write_number(row as u32, column as u16, number).unwrap(),
                Err(_) => sheet.write_string(row as u32, column as u16, cell).unwrap(),
            };
        }
    }
    book.save(folder.path(name)).unwrap();
}

#[test]
fn facts_come_in_many_shapes_and_mean_the_same() {
    let folder = grant();
    let header = |names: &str, rows: &str| format!("{names}\n{rows}");
    folder.write("chinese.csv", &super::FACTS.replace("id,industry,revenue", "\u{feff}ID,行业,营业收入"));
    folder.write(
        "unit.csv",
        &header("id,Industry,营业收入（万元）", "a,C3432,2000\nb,C3432,1999\nc,G5412,5亿元\nd,C3432,\ne,C13,9000\n"),
    );
    folder.write("more.csv", &super::FACTS.replace("\n", ",x\n").replace("revenue,x", "revenue,企业名称"));
    sheet(&folder, "facts.xlsx", super::FACTS);
    for name in ["facts.csv", "chinese.csv", "unit.csv", "more.csv", "facts.xlsx"] {
        let (code, _, err) =
            folder.rules(&format!("run @grant.md --facts @{name} --out @out.csv --outputs eligible,award --lang en"));
        assert_eq!(code, 0, "{err}");
        assert_eq!(folder.read("out.csv"), ANSWERS, "{name}");
        assert_eq!(err.contains("企业名称"), name == "more.csv", "{err}");
        assert!(err.contains("5 enterprises, 2 outputs"), "{err}");
    }
}

#[test]
fn answers_go_to_sheets_and_are_counted() {
    let folder = grant();
    folder.check(&[
        ("run @grant.md --facts @facts.csv --out @out.xlsx --outputs eligible,award", 0, &[], &[]),
        (
            "run @grant.md --facts @facts.csv --counts --lang en",
            0,
            &["eligible  2     2      4      1        0", "  A"],
            &["not in force"],
        ),
        ("run @grant.md --facts @facts.csv --count --format json --outputs 甲 --lang en", 2, &[], &["甲", "eligible"]),
        ("run @grant.md --facts @facts.csv --count --outputs awrd --lang en", 2, &[], &["award?"]),
        (
            "run @grant.md --facts @facts.csv --out @x.csv --on 2030-01-01 --lang en",
            0,
            &[],
            &["not in force on 2030-01-01"],
        ),
        (
            "run @grant.md size-class-2017 --facts @facts.csv --out @both.csv --lang en",
            0,
            &[],
            &["No column has: employees"],
        ),
    ]);
    assert!(folder.read("x.csv").contains("a,,,not_in_force"));
    assert!(folder.read("both.csv").starts_with("id,eligible,"));
    assert!(folder.read("both.csv").contains(",size_class,size_class.missing,size_class.reason"));
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(folder.path("out.xlsx")).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    let rows: Vec<Vec<String>> = range
        .rows()
        .map(|row| {
            row.iter().map(|cell| if let Data::Empty = cell { String::new() } else { cell.to_string() }).collect()
        })
        .collect();
    let expected = ANSWERS.to_lowercase();
    let expected: Vec<Vec<&str>> = expected.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(
        rows.iter().map(|row| row.iter().map(|cell| cell.to_lowercase()).collect::<Vec<_>>()).collect::<Vec<_>>(),
        expected
    );
    let (_, out, _) = folder.rules("run @grant.md --facts @facts.csv --counts --format json");
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(told["rows"], 5);
    assert_eq!((&told["packs"][0]["on"], &told["packs"][0]["on_is"]), (&"2026-06-30".into(), &"nearest".into()));
    assert_eq!(told["outputs"]["grade"]["values"], serde_json::json!({ "A": 1, "B": 3 }));
    assert_eq!(told["outputs"]["eligible"]["false"], 2);
}

#[test]
fn a_mistake_is_named_and_nothing_is_written() {
    let folder = grant();
    let cases: &[(&str, &str, i32, &[&str])] = &[
        ("area.csv", "id,industry,revenue\na,C1,5\nb,C1,20 亩\n", 2, &["area.csv", "row 3", "revenue", "20 亩"]),
        ("text.csv", "id,industry,revenue\na,C1,many\n", 2, &["row 2", "many"]),
        ("header.csv", "id,industry,营业收入（亩）\na,C1,5\n", 1, &["亩", "yuan"]),
        ("twice.csv", "id,industry,revenue,营业收入\na,C1,5,5\n", 1, &["same fact"]),
        ("noid.csv", "industry,revenue\nC1,5\n", 1, &["id"]),
        ("short.csv", "id,industry,revenue\na,C1\n", 1, &["row 2"]),
        ("latin.csv", "", 1, &["UTF-8"]),
        ("facts.txt", "id\n", 1, &[".parquet"]),
        ("broken.parquet", "PAR1", 1, &["broken.parquet"]),
        ("broken.xlsx", "PK", 1, &["broken.xlsx"]),
    ];
    for (name, text, code, remarks) in cases {
        folder.write(name, text);
        if *name == "latin.csv" {
            std::fs::write(folder.path(name), b"id,industry,revenue\na,\xd6\xd0,5\n").unwrap();
        }
        for target in ["out.csv", "out.parquet", "out.xlsx"] {
            folder.check(&[(&format!("run @grant.md --facts @{name} --out @{target} --lang en"), *code, &[], remarks)]);
            assert!(!folder.path(target).exists(), "{name} {target}");
        }
    }
    folder.check(&[
        ("run @grant.md --facts @none.csv --count --lang en", 1, &[], &["none.csv"]),
        ("run @grant.md --facts @facts.csv --out @none/out.csv --lang en", 1, &[], &["out.csv"]),
        ("run @none.md --facts @facts.csv --count --lang en", 2, &[], &["none.md"]),
        ("run @grant.md --facts @facts.csv --count --outputs award --on 2026-13-01 --lang en", 2, &[], &["2026-13-01"]),
        ("run @grant.md --facts @facts.csv --lang zh", 2, &[], &["--out"]),
        ("diff @grant.md @grant.md --facts @area.csv --lang en", 2, &[], &["row 3"]),
    ]);
}

/// Large tables may lie beside a pack, as csv or xlsx.
#[test]
fn a_table_beside_the_pack_is_read() {
    let folder = Folder::new();
    let rows = "行,industry,→ 下限 floor\n一,\"C13\",100\n二,\"C14\",200\n三,-,300\n";
    // In csv, quotes within a cell are doubled and the cell put in quotes.
    folder.write("bounds.csv", &rows.replace("\"C13\"", "\"\"\"C13\"\"\"").replace("\"C14\"", "\"\"\"C14\"\"\""));
    sheet(&folder, "bounds.xlsx", rows);
    folder.write("facts.csv", "id,industry\na,C13\nb,C14\nc,C15\n");
    for name in ["bounds.csv", "bounds.xlsx", "bounds.xlsx#Sheet1"] {
        folder.write(
            "pack.md",
            &format!(
                "---\n代码: side\n名称: 旁表\n自: 2020-01-01\n---\n\n## 判定表 下限 floor（首个）\n\n- 文件: {name}\n"
            ),
        );
        let (code, _, err) = folder.rules("run @pack.md --facts @facts.csv --out @out.csv");
        assert_eq!(code, 0, "{name}: {err}");
        assert_eq!(
            folder.read("out.csv"),
            "id,floor,floor.missing,floor.reason\na,100,,\nb,200,,\nc,300,,\n",
            "{name}"
        );
    }
    folder
        .write("pack.md", "---\n代码: side\n自: 2020-01-01\n---\n\n## 判定表 下限 floor（首个）\n\n- 文件: none.csv\n");
    folder.check(&[("check @pack.md --lang en", 1, &["none.csv"], &[])]);
}

/// Ctrl-C in the middle of a long run: nothing is left, neither the answers nor what was begun.
#[test]
#[cfg(unix)]
fn a_run_that_is_stopped_leaves_nothing() {
    let folder = grant();
    let mut text = String::from("id,industry,revenue\n");
    (0..400_000).for_each(|row| text.push_str(&format!("{row},C{},{}\n", row % 43, row * 977 % 90_000_000)));
    folder.write("many.csv", &text);
    let file = |name: &str| folder.path(name).display().to_string();
    let mut child = std::process::Command::new(process::wanqi())
        .args([
            "rules",
            "run",
            &file("grant.md"),
            "--facts",
            &file("many.csv"),
            "--out",
            &file("out.csv"),
            "--lang",
            "en",
        ])
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    let signal = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(signal.success());
    let ended = child.wait().unwrap();
    let mut said = String::new();
    std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut said).unwrap();
    assert!(ended.code() == Some(1) && said.contains("cancelled"), "{ended}: {said}");
    let left: Vec<_> = std::fs::read_dir(&folder.0).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(
        left.iter().all(|name| ["grant.md", "facts.csv", "many.csv"].iter().any(|known| name == known)),
        "{left:?}"
    );
}
