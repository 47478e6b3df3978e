//! Parquet as others write it, and what `wanqi` writes read by others: DuckDB is both. And the SQL that `rules sql` prints, run.

use std::process::Command;

use super::{Folder, grant};

/// Runs SQL with the DuckDB that `cargo xtask test` installs, in the folder; what it prints. `None` where it shall be left out.
fn duckdb(folder: &Folder, sql: &str) -> Option<String> {
    let python = testkit::python()?;
    let program =
        "import duckdb, sys\nfor row in duckdb.connect().execute(sys.argv[1]).fetchall(): print(*row, sep=',')";
    let out =
        Command::new(python).args(["-c", program, sql]).env("PYTHONUTF8", "1").current_dir(&folder.0).output().unwrap();
    assert!(out.status.success(), "{sql}\n{}", String::from_utf8_lossy(&out.stderr));
    Some(String::from_utf8(out.stdout).unwrap())
}

/// Each column of facts in the types in which programs write it; the answers are always those of csv.
#[test]
fn parquet_of_any_kind_is_read() {
    let folder = grant();
    folder.write("pack.md", &super::GRANT.replace("[eligible, award, place, grade]", "[eligible, award, place, old, listed]").replace(
        "| place among all |",
        "| two years | old | today() - founded_on >= 2 years | Article 1 |\n| on the list | listed | abnormal_operation | Article 1 |\n| place among all |",
    ));
    let facts = "id,industry,revenue,founded_on,abnormal_operation\n1,C3432,20000000,2020-01-01,true\n2,C3432,19990000.5,2026-01-01,false\n\
                 3,G5412,500000000,,\n4,C3432,,2024-06-30,false\n5,C13,90000000,2024-07-01,true\n";
    folder.write("facts.csv", facts);
    folder.rules("run @pack.md --facts @facts.csv --out @expected.csv");
    let expected = folder.read("expected.csv");
    assert!(expected.contains("5,true,,,500000,,,2,,,false,,,true,,"), "{expected}");
    let kinds = [
        ("snappy", "DECIMAL(18,2)", "DATE", "BOOLEAN", "VARCHAR", "INTEGER"),
        ("zstd", "DECIMAL(38,4)", "TIMESTAMP", "BOOLEAN", "VARCHAR", "UBIGINT"),
        ("gzip", "DOUBLE", "TIMESTAMP_MS", "TINYINT", "VARCHAR", "BIGINT"),
        ("brotli", "DECIMAL(10,1)", "TIMESTAMP_NS", "UTINYINT", "VARCHAR", "USMALLINT"),
        ("lz4_raw", "VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR"),
        ("zstd", "DECIMAL(12,3)", "DATE", "DOUBLE", "ENUM('C3432', 'G5412', 'C13')", "UINTEGER"),
    ];
    for (codec, money, day, truth, text, id) in kinds {
        let sql = format!(
            "CREATE TABLE t AS SELECT * FROM read_csv('facts.csv', header = true, types = {{'revenue': 'DECIMAL(18,2)', 'founded_on': 'DATE', 'abnormal_operation': 'BOOLEAN'}}); \
             COPY (SELECT CAST(id AS {id}) AS id, CAST(industry AS {text}) AS industry, CAST(revenue AS {money}) AS revenue, \
             CAST(founded_on AS {day}) AS founded_on, CAST(abnormal_operation AS {truth}) AS abnormal_operation FROM t) \
             TO 'facts.parquet' (FORMAT parquet, COMPRESSION {codec})"
        );
        if duckdb(&folder, &sql).is_none() {
            return;
        }
        let (code, _, err) = folder.rules("run @pack.md --facts @facts.parquet --out @out.csv --lang en");
        assert_eq!(code, 0, "{codec} {money} {day} {truth}: {err}");
        assert_eq!(folder.read("out.csv"), expected, "{codec} {money} {day} {truth} {text} {id}");
    }
    // Many pages and row groups, of which threads skip parts.
    let rows = "SELECT range AS id, 'C' || range % 50 AS industry, CASE WHEN range % 7 > 0 THEN range * 977 % 90000000 END AS revenue FROM range(300000)";
    for codec in ["zstd", "lz4_raw", "uncompressed"] {
        duckdb(
            &folder,
            &format!("COPY ({rows}) TO 'many.parquet' (FORMAT parquet, COMPRESSION {codec}, ROW_GROUP_SIZE 200000)"),
        );
        let (_, out, err) = folder.rules("run @grant.md --facts @many.parquet --count --format json");
        let told: serde_json::Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{err}"));
        assert_eq!(told["rows"], 300_000);
        assert_eq!(told["outputs"]["eligible"]["unknown"], unknown(), "{codec}");
    }
}

/// Rows of an industry `C…` whose revenue is not known: of 300,000 every seventh.
fn unknown() -> u32 {
    (0..300_000_u32).filter(|row| row % 7 == 0).count() as u32
}

/// What is written as Parquet, others read, and it says what csv says.
#[test]
fn others_read_what_is_written() {
    let folder = grant();
    let mut text = String::from("id,industry,revenue\n");
    for row in 0..20_000_u32 {
        let revenue = if row % 9 == 0 { String::new() } else { (row * 3_571 % 60_000_000).to_string() };
        let industry =
            if row % 11 == 0 { String::new() } else { format!("{}{}", if row % 3 == 1 { 'G' } else { 'C' }, row % 40) };
        text.push_str(&format!("e{row},{industry},{revenue}\n"));
    }
    folder.write("facts.csv", &text);
    folder.check(&[
        ("run @grant.md size-class-2017 --facts @facts.csv --out @out.parquet", 0, &[], &[]),
        ("run @grant.md size-class-2017 --facts @facts.csv --out @out.csv", 0, &[], &[]),
    ]);
    let columns = "id, eligible, \"eligible.missing\", \"eligible.reason\", award, \"award.missing\", \"award.reason\", place, grade, \
                   \"grade.missing\", size_class, \"size_class.missing\", \"size_class.reason\"";
    let types = "types = {'eligible': 'BOOLEAN', 'award': 'DECIMAL(18,2)', 'place': 'BIGINT'}";
    let differ = format!(
        "SELECT count(*) FROM (SELECT {columns} FROM 'out.parquet' EXCEPT SELECT {columns} FROM read_csv('out.csv', header = true, all_varchar = false, {types})) \
         UNION ALL SELECT count(*) FROM 'out.parquet' UNION ALL SELECT count(DISTINCT \"eligible.missing\") FROM 'out.parquet'"
    );
    if let Some(told) = duckdb(&folder, &differ) {
        assert_eq!(told, "0\n20000\n3\n");
    }
}

#[test]
fn sql_is_printed_for_each_engine_and_says_the_same() {
    let folder = grant();
    for (dialect, word) in [("postgres", "materialized"), ("duckdb", "bigint"), ("spark", " div ")] {
        let args = format!("sql @grant.md --dialect {dialect} --table firms --on 2026-01-01 --lang en");
        let (code, out, err) = folder.rules(&args);
        assert_eq!((code, err.as_str()), (0, ""), "{dialect}");
        assert!(out.starts_with("-- grant 2026-01-01 ") && out.trim_end().ends_with(';'), "{out}");
        assert!(out.to_lowercase().contains(word) && out.contains("firms"), "{dialect}: no {word} in {out}");
    }
    folder.check(&[
        ("sql @grant.md --dialect duckdb --lang en", 0, &["-- grant 2026-06-30"], &["not in force on"]),
        ("sql @grant.md --dialect oracle --lang en", 2, &[], &["oracle", "postgres"]),
    ]);
    let (_, sql, _) = folder.rules("sql @grant.md --dialect duckdb --table firms --lang en");
    folder.rules("run @grant.md --facts @facts.csv --out @out.csv");
    let facts = "CREATE TABLE firms AS SELECT id, industry, CASE id WHEN 'b' THEN 19990000 WHEN 'c' THEN 500000000 ELSE TRY_CAST(revenue AS DECIMAL(18,2)) END AS revenue FROM read_csv('facts.csv', header = true, all_varchar = true);";
    let (comment, query) = sql.split_once('\n').unwrap();
    assert!(comment.starts_with("--"));
    let asked = format!(
        "{facts} SELECT id, eligible, \"eligible.missing\", award, \"award.reason\", place, grade FROM ({}) ORDER BY id",
        query.trim_end().trim_end_matches(';')
    );
    if let Some(told) = duckdb(&folder, &asked) {
        assert_eq!(
            told.replace("None", "").to_lowercase(),
            "a,true,,200000,,3,b\nb,false,,,condition_not_met,4,b\nc,false,,,condition_not_met,1,a\nd,,revenue,,,,\ne,true,,500000,,2,b\n"
        );
    }
}
