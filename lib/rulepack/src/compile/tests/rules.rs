//! Tables, scales, amounts, scores, classes and functions over the set.

use super::*;

#[test]
fn tables_hit_by_their_policy() {
    let table = |hit: &str, rows: &str| {
        body(&format!("## 判定表 点数 dots（{hit}）\n| 税收（万元） | 条件 | → 点数 |\n|---|---|---|\n{rows}"))
    };
    let rows = "| < 10 | - | 1 |\n| [5..20] | 事故 | 2 |\n| > 20 | - | 4 |\n";
    expect(
        &table("首个", rows),
        &[
            ("税收=6 万元; 事故=是", "dots=1"),
            ("税收=15 万元; 事故=是", "dots=2"),
            ("税收=15 万元; 事故=否", "dots=!no_row"),
            ("税收=15 万元", "dots=?accident"),
            ("税收=30 万元", "dots=4"),
        ],
    );
    expect(
        &table("唯一", rows),
        &[("税收=6 万元; 事故=是", "dots=!overlap"), ("税收=1 万元", "dots=1"), ("税收=15 万元", "dots=?accident")],
    );
    expect(
        &table("汇总求和", rows),
        &[
            ("税收=6 万元; 事故=是", "dots=3"),
            ("税收=15 万元; 事故=否", "dots=0"),
            ("税收=6 万元", "dots=?accident"),
            ("", "dots=?accident,tax"),
        ],
    );
    expect(
        &table("汇总最大", rows),
        &[
            ("税收=6 万元; 事故=是", "dots=2"),
            ("税收=15 万元; 事故=否", "dots=!no_row"),
            ("税收=6 万元", "dots=?accident"),
        ],
    );
    expect(&table("collect min", rows), &[("税收=6 万元; 事故=是", "dots=1")]);
    expect(&table("汇总计数", rows), &[("税收=6 万元; 事故=是", "dots=2"), ("税收=15 万元; 事故=否", "dots=0")]);
    let not = body(
        "## Table kind (first)\n| 行业 | -> kind |\n|---|---|\n| not(\"A\",\"B\") | \"other\" |\n| \"A\" | \"first\" |\n| - | \"rest\" |\n",
    );
    expect(&not, &[("行业=C", "kind=other"), ("行业=A", "kind=first"), ("行业=B", "kind=rest")]);
}

/// Any and priority, as the standard has them; what is not known decides only what it can still decide.
#[test]
fn rows_may_agree_or_have_priority() {
    let table = |hit: &str, rows: &str| {
        body(&format!(
            "## 取值 档 grades\n| 值 | 名称 |\n|---|---|\n| high | 高 |\n| mid | 中 |\n| low | 低 |\n\n\
             ## 判定表 档位 grade（{hit}）\n| 税收（万元） | 条件 | → 档位 | → 补助 grant（万元） |\n|---|---|---|---|\n{rows}"
        ))
    };
    let rows = "| >= 5 | - | 低 | 1 |\n| - | 事故 | 低 | 1 |\n| >= 10 | 新办 | 高 | 1 |\n";
    expect(
        &table("任意", rows),
        &[
            ("税收=6 万元; 事故=是; 新办=是", "grade=low grant=10000"),
            ("税收=12 万元; 事故=是; 新办=是", "grade=!conflict grant=10000"),
            ("税收=12 万元; 事故=否; 新办=否", "grade=low grant=10000"),
            ("税收=1 万元; 事故=否; 新办=是", "grade=!no_row grant=!no_row"),
            // Whichever of the rows hits, it gives the same.
            ("税收=6 万元; 新办=是", "grade=low grant=10000"),
            ("税收=1 万元; 新办=是", "grade=?accident grant=?accident"),
        ],
    );
    let rows = "| >= 5 | - | 低 | 1 |\n| - | 事故 | 中 | 2 |\n| >= 10 | 新办 | 高 | 3 |\n| >= 8 | - | 中 | 4 |\n";
    expect(
        &table("priority", rows),
        &[
            ("税收=12 万元; 事故=是; 新办=是", "grade=high grant=30000"),
            ("税收=12 万元; 事故=否; 新办=否", "grade=mid grant=40000"),
            // Of equal priority the row that is written first.
            ("税收=8 万元; 事故=是; 新办=否", "grade=mid grant=20000"),
            ("税收=6 万元; 事故=否; 新办=是", "grade=low grant=10000"),
            ("税收=1 万元; 事故=否; 新办=是", "grade=!no_row grant=!no_row"),
            ("税收=12 万元; 事故=是", "grade=?young grant=?young"),
            ("税收=8 万元; 新办=否", "grade=mid grant=?accident"),
        ],
    );
    let numbers = body("## 判定表 点数 dots（优先）\n| 税收 | → 点数 |\n|---|---|\n| - | 1 |\n");
    let pack = read_whole("p.md", &numbers, &mut no_side_tables).unwrap();
    assert_eq!(compile(&[pack], &dictionary(), day()).unwrap_err()[0].code, "no-priority");
}

/// A quotient of facts with the wide ranges of the dictionary, ranked from least to greatest.
#[test]
fn ordinary_schemes_do_not_overflow() {
    let score = |value: &str, weight: &str| {
        format!(
            "---\n代码: p\n单位: {{实缴税金: 万元, 工业增加值: 万元, 用地面积: 亩}}\n---\n## 评分 总分 score\n\
             | 代码 | 指标 | 方式 | 计算 | 条件 | 基准 | 权重 | 缺项 |\n|---|---|---|---|---|---|---|---|\n\
             | a | 甲 | 极差 | {value} | 用地面积 > 0 | 起点 20 % | {weight} | 平均 |\n"
        )
    };
    for value in [
        "四舍五入(实缴税金 / 用地面积, 4)",
        "四舍五入(实缴税金 / 用地面积, 6)",
        "四舍五入(工业增加值 / 综合能耗, 4)",
        "四舍五入(实缴税金 / 用电量, 6)",
        "四舍五入(研发费用 / 主营业务收入, 6)",
        "四舍五入(工业增加值 / 从业人员, 4)",
        "四舍五入((实缴税金 + 工业增加值) / (用地面积 + 1 亩), 4)",
        "min(四舍五入(工业增加值 / 主要污染物排放量, 4), 100000 万元/吨)",
    ] {
        for weight in ["30", "12.5"] {
            let pack = read_whole("p.md", &score(value, weight), &mut no_side_tables).unwrap();
            if let Err(found) = compile(&[pack], &Dictionary::shipped(), day()) {
                panic!("{value}: {}", said(&found));
            }
        }
    }
}

#[test]
fn scales_marginal_and_slice() {
    let rows = "- 基数: 税收\n\n| 下限（万元） | 上限 | 比例 |\n|---|---|---|\n| 0 | 100 | 3 % |\n| 100 | 400 | 5 % |\n| 400 | | 10 % |\n";
    // 500: 3 + 15 + 10 = 28 (万元).
    expect(
        &body(&format!("## 分级 应纳 due（超额累进）\n{rows}")),
        &[("税收=500 万元", "due=280000"), ("税收=100 万元", "due=30000"), ("税收=0", "due=0"), ("", "due=?tax")],
    );
    expect(
        &body(&format!("## 分级 应纳 due（全额）\n{rows}")),
        &[("税收=500 万元", "due=500000"), ("税收=100 万元", "due=50000"), ("税收=99.99 万元", "due=29997")],
    );
}

#[test]
fn amounts_with_caps_rounding_and_groups() {
    let award = "## 金额 奖励 award\n- 条件: 营业收入 >= 100 万元\n- 基数: 研发费用\n- 比例: 10 %\n- 封顶: 50 万元\n- 保底: 1 万元\n- 舍入: 舍去到 100 元\n";
    expect(
        &body(award),
        &[
            ("营业收入=200 万元; 研发费用=123456", "award=12300"),
            ("营业收入=200 万元; 研发费用=99", "award=10000"),
            ("营业收入=200 万元; 研发费用=900000000", "award=500000"),
            ("营业收入=2 万元; 研发费用=123456", "award=!condition_not_met"),
            ("营业收入=200 万元", "award=?rd"),
        ],
    );
    let group = "## 金额 甲 first\n- 基数: 税收\n- 比例: 10 %\n- 互斥组: g\n## 金额 乙 second_award\n- 条件: 事故 = false\n- 定额: 5 万元\n- 互斥组: g\n";
    let program = compiled(&body(group));
    for (given, expected) in [
        ("税收=100 万元; 事故=否", "first=100000 second_award=0"),
        ("税收=50 万元; 事故=否", "first=50000 second_award=0"),
        ("税收=40 万元; 事故=否", "first=0 second_award=50000"),
        ("税收=40 万元; 事故=是", "first=40000 second_award=!condition_not_met"),
        ("税收=40 万元", "first=?accident second_award=?accident"),
    ] {
        assert_eq!(run(&program, &facts(given)), expected, "{given}");
    }
    let pack = &program.packs[0];
    let Body::Amount(first) = &pack.rule(pack.outputs[0].rule).unwrap().body else { panic!() };
    assert_eq!(pack.rule(first.rivals[0].0).unwrap().code, "second_award");
}

#[test]
fn scores_by_ratio_minmax_bands_and_missing() {
    let units = "---\n代码: p\n单位: {税收: 万元, 用地面积: 亩}\n---\n";
    let score = format!(
        "{units}## 判定表 研发档 rd_band（首个）\n| 研发费用（万元） | → 研发档 |\n|---|---|\n| >= 100 | 5 |\n| - | 0 |\n\n## 评分 总分 score\n| 代码 | 指标 | 方式 | 计算 | 基准 | 权重 | 封顶 | 缺项 |\n|---|---|---|---|---|---|---|---|\n| tax | 亩均税收 | 比值 | 税收 / 用地面积 | 24.097 | 30 | × 1.5 | |\n| band | 研发 | 分档 | 研发档 | | | | 零 |\n| plus | 加分 | 加分 | 若 新办 则 2 否则 0 | | | | |\n| minus | 减分 | 减分 | 若 事故 则 3 否则 0 | | | | |\n"
    );
    let program = compiled(&score);
    let at_base = "税收=24.097 万元; 用地面积=1 亩; 研发费用=0; 新办=否; 事故=否";
    assert_eq!(case(&program, &facts(at_base)).len(), 5);
    // 1 亩 is cut to 666.66 m² in the fact's two digits: 24.097/0.99999 × 30 = 30.0003.
    assert_eq!(
        run(&program, &facts(at_base)),
        "rd_band=0 score=30 score.tax=30.0003 score.band=0 score.plus=0 score.minus=0"
    );
    assert_eq!(
        run(&program, &facts("税收=240.97 万元; 用地面积=3 亩; 研发费用=100 万元; 新办=是; 事故=是")),
        "rd_band=5 score=49 score.tax=45 score.band=5 score.plus=2 score.minus=-3"
    );
    assert_eq!(
        run(&program, &facts("税收=24.097 万元; 用地面积=3 亩; 新办=是; 事故=是")),
        "rd_band=?rd score=9 score.tax=10 score.band=0 score.plus=2 score.minus=-3"
    );

    let set = body(
        "## 评分 总分 score\n- 集合: 营业收入 > 0\n\n| 代码 | 指标 | 方式 | 计算 | 基准 | 权重 | 缺项 |\n|---|---|---|---|---|---|---|\n| a | 甲 | 极差 | 得分 | 起点 20 % | 50 | |\n| b | 乙 | 比值 | 第二指标 | 10 | 10 | 平均 |\n",
    );
    let program = compiled(&set);
    let cases: Vec<Vec<(&str, &str)>> = [
        "营业收入=1; 得分=10; 第二指标=10",
        "营业收入=1; 得分=20; 第二指标=20",
        "营业收入=1; 得分=15",
        "营业收入=0; 得分=99; 第二指标=99",
    ]
    .iter()
    .map(|text| facts(text))
    .collect();
    assert_eq!(run_all(&program, "score.a", &cases), ["10", "50", "30", "!outside_set"]);
    assert_eq!(run_all(&program, "score.b", &cases), ["10", "20", "15", "!outside_set"]);
    assert_eq!(run_all(&program, "score", &cases), ["20", "70", "45", "!outside_set"]);
}

#[test]
fn classes_by_rank_two_stages_and_score() {
    let ranked = body(
        "## 分类 等级 grade（按名次）\n- 依据: 得分\n- 否决: 事故 → 不得为 A, B\n- 保护: 第二指标 > 5 → 不得为 D\n- 不参评: 新办 → T\n\n| 类 | 名次至 |\n|---|---|\n| A | 20 % |\n| B | 60 % |\n| C | 90 % |\n| D | |\n",
    );
    let program = compiled(&ranked);
    let mut cases: Vec<Vec<(&str, &str)>> = Vec::new();
    let scores: Vec<String> = (1..=10).map(|n| (100 - n).to_string()).collect();
    for score in &scores {
        cases.push(vec![("得分", score), ("事故", "否"), ("新办", "否"), ("第二指标", "0")]);
    }
    assert_eq!(run_all(&program, "grade", &cases), ["A", "A", "B", "B", "B", "B", "C", "C", "C", "D"]);
    cases[0][1].1 = "是";
    cases[9][3].1 = "9";
    cases.push(facts("得分=100; 新办=是; 事故=否; 第二指标=0"));
    assert_eq!(run_all(&program, "grade", &cases), ["C", "A", "B", "B", "B", "B", "C", "C", "C", "C", "T"]);
    // A veto takes protection away; both unknown make only those unknown that they could change.
    cases[9][1].1 = "是";
    cases[1][1].1 = "?";
    cases[7][1].1 = "?";
    assert_eq!(run_all(&program, "grade", &cases), ["C", "?accident", "B", "B", "B", "B", "C", "C", "C", "D", "T"]);

    let outside = ranked.replace("- 依据: 得分", "- 依据: 得分\n- 集合: not(新办)");
    let cases: Vec<Vec<(&str, &str)>> =
        ["得分=9; 新办=否; 事故=否; 第二指标=0", "得分=100; 新办=是"].iter().map(|text| facts(text)).collect();
    assert_eq!(run_all(&compiled(&outside), "grade", &cases), ["B", "T"]);

    let staged = body(
        "## 分类 等级 grade（两段）\n- 依据: 得分\n\n| 类 | 总分 | 再按 | 方向 | 取 |\n|---|---|---|---|---|\n| A | 前 50 % | 第二指标 | 高到低 | 15 % |\n| B | 其余 | | | |\n| C | 后 50 % | 第二指标 | 低到高 | 10 % |\n",
    );
    let program = compiled(&staged);
    let scores: Vec<String> = (1..=39).map(|n| n.to_string()).collect();
    let cases: Vec<Vec<(&str, &str)>> =
        scores.iter().map(|score| vec![("得分", score.as_str()), ("第二指标", score.as_str())]).collect();
    let classes = run_all(&program, "grade", &cases);
    let count = |class: &str| classes.iter().filter(|own| *own == class).count();
    assert_eq!((count("A"), count("B"), count("C")), (6, 29, 4));
    assert_eq!(
        (classes[38].as_str(), classes[33].as_str(), classes[32].as_str(), classes[3].as_str(), classes[4].as_str()),
        ("A", "A", "B", "C", "B")
    );
    assert_eq!(
        program.packs[0].sets.last().unwrap().values.iter().map(|value| value.code.as_str()).collect::<Vec<_>>(),
        ["A", "B", "C"]
    );

    let by_score = body(
        "## 分类 等级 grade（按分数）\n- 依据: 得分\n\n| 类 | 下限 |\n|---|---|\n| A | 80 |\n| B | 60 |\n| C | |\n",
    );
    expect(
        &by_score,
        &[("得分=80", "grade=A"), ("得分=79.99", "grade=B"), ("得分=3", "grade=C"), ("", "grade=?points")],
    );
}

#[test]
fn functions_over_the_set() {
    let pack = body("## 定义\n| 名称 | 表达式 |\n|---|---|\n| 名 | rank(得分, among: 新办) |\n| 前半 | percentile(得分) > 50 % |\n| 中位 | quantile(得分, 50 %) |\n| 均 | population mean(得分, 2) |\n| 户 | population count(得分 > 15) |\n").replace("代码: p", "代码: p\n输出: [名, 前半, 中位, 均, 户]");
    let program = compiled(&pack);
    let cases: Vec<Vec<(&str, &str)>> =
        ["得分=10; 新办=是", "得分=20; 新办=是", "得分=25; 新办=否"].iter().map(|text| facts(text)).collect();
    assert_eq!(run_all(&program, "名", &cases), ["2", "1", "!outside_set"]);
    assert_eq!(run_all(&program, "前半", &cases), ["false", "true", "true"]);
    assert_eq!(run_all(&program, "中位", &cases)[0], "20");
    assert_eq!(run_all(&program, "均", &cases)[0], "18.33");
    assert_eq!(run_all(&program, "户", &cases)[0], "2");
}

#[test]
fn an_english_pack_with_several_outputs() {
    let text = "---\ncode: p\nunits: {tax: 万元, land: 亩}\noutputs: [Per mu, Kind, Award]\n---\n## Values Kind kinds\n| value | name | english |\n|---|---|---|\n| big | 大 | Big one |\n| little | 小 | Little one |\n\n## Definitions\n| name | code | expression | unit |\n|---|---|---|---|\n| Per mu | per_mu | round half up(tax / land, 2) | |\n| Density | density | round half up(revenue / employees, 1) | 万元/人 |\n\n## Table Treatment (first)\n| row | Per mu (万元/亩) | -> Kind kind | -> Award award (万元) |\n|---|---|---|---|\n| top | >= 10 | Big one | 5 |\n| mid | [5..10) | little | 10000 元 |\n| low | - | 小 | - |\n\n## Table Dense (unique)\n| Density | -> Dense |\n|---|---|\n| >= 1.2 | true |\n| < 1.2 | false |\n";
    let program = compiled(text);
    for (given, expected) in [
        ("tax=100 万元; land=10 亩", "per_mu=150 kind=big award=50000"),
        ("tax=99.95 万元; land=10 亩", "per_mu=150 kind=big award=50000"),
        ("tax=50 万元; land=10 亩", "per_mu=75 kind=little award=10000"),
        ("tax=5 万元; land=10 亩", "per_mu=7.5 kind=little award=!null"),
        ("tax=5 万元", "per_mu=?land kind=?land award=?land"),
    ] {
        assert_eq!(run(&program, &facts(given)), expected, "{given}");
    }
    let pack = &program.packs[0];
    assert_eq!(pack.outputs[0].name.en, "Per mu");
    let Shown::Number { unit, counts } = &pack.outputs[0].shown else { panic!() };
    assert_eq!((unit.name(Lang::Zh), counts.name(Lang::Zh)), ("万元/亩", "元/平方米"));
    // 1.15 万元 a person is 1.2 when rounded to one digit of its declared unit.
    let dense = compiled(&text.replace("outputs: [Per mu, Kind, Award]", "outputs: [Dense]"));
    assert_eq!(run(&dense, &facts("revenue=115 万元; employees=100")), "Dense=true");
    assert_eq!(run(&dense, &facts("revenue=114 万元; employees=100")), "Dense=false");
}
