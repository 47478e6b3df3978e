//! A pack and the same pack a year later.

use super::*;
use crate::pack::{no_side_tables, read_whole};

#[test]
fn changes_are_told_in_words() {
    let before = "---\n代码: a\n自: 2020-01-01\n---\n> 旧条文。{#一}\n\n## 判定表 档 grade（首个）\n\n| 行 | 营业收入（万元） | → 档 grade |\n|---|---|---|\n| 大 | >= 100 | \"甲\" |\n| 中 | >= 50 | \"乙\" |\n| 小 | — | \"丙\" |\n";
    let after = "---\n代码: a\n自: 2021-01-01\n---\n> 旧条文。{#一}\n\n## 判定表 档 grade（首个）\n\n| 行 | 营业收入（万元） | → 档 grade |\n|---|---|---|\n| 大 | >= 200 | \"甲\" |\n| 特 | >= 80 | \"乙\" |\n| 小 | — | \"丙\" |\n\n\
                 ## 参数\n\n| 名称 | 自 | 值 | 依据 |\n|---|---|---|---|\n| 线 | 2021-01-01 | 5 | 第三条 |\n";
    let read = |text: &str| read_whole("a.md", text, &mut no_side_tables).unwrap();
    let found = diff(&read(before), &read(after));
    let zh: Vec<String> = found.iter().map(|one| one.line(Lang::Zh)).collect();
    let en: Vec<String> = found.iter().map(|one| one.line(Lang::En)).collect();
    assert_eq!(
        zh,
        [
            "a.md:1:1: 文件头的自由“2020-01-01”改为“2021-01-01”",
            "a.md:19:3: 新增参数“线”（自 2021-01-01）（值 5，依据 第三条）",
            "a.md:11:1: 判定表“档”第 大 行的营业收入（万元）由“>= 100”改为“>= 200”",
            "a.md:12:1: 新增判定表“档”第 特 行（营业收入（万元） >= 80，→ 档 \"乙\"）",
            "a.md:12:1: 删去判定表“档”第 中 行（营业收入（万元） >= 50，→ 档 \"乙\"）",
        ]
    );
    assert_eq!(en[2], "a.md:11:1: row 大 of the table “档”, 营业收入（万元）: “>= 100” became “>= 200”");
    assert_eq!(diff(&read(before), &read(before)), []);
}
