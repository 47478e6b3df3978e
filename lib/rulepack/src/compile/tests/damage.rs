//! Packs with damage at random: reading and compiling never panic, and what is wrong is told in both languages.

use super::*;
use crate::pack::read;

const PACKS: &[&str] = &[
    include_str!("../../../samples/size-class.md"),
    "---\n代码: p\n单位: {税收: 万元, 用地面积: 亩}\n适用: 属于(行业, \"C\")\n---\n> 法 {#a}\n\n## 参数\n| 名称 | 单位 | 自 | 值 | 依据 |\n|---|---|---|---|---|\n| 线 | 万元 | 2020-01-01 | 2000 | #a |\n| 新线 | 万元 | | 待公布 | |\n\n## 定义\n| 名称 | 表达式 | 单位 |\n|---|---|---|\n| 亩均 | 四舍五入(税收 / 用地面积, 4) | 万元/亩 |\n| 过线 | 营业收入 >= 线 且 (研发费用 / 利润 >= 3 % 或 评价日 - 成立日期 < 2 年) | |\n\n## 分级 级 step（超额累进）\n- 基数: 税收\n\n| 下限 | 上限 | 比例 |\n|---|---|---|\n| 0 | 10 | 1 % |\n| 10 | | 2 % |\n\n## 金额 奖 award\n- 条件: 过线\n- 基数: 级\n- 比例: 10 %\n- 封顶: 5 万元\n- 舍入: 舍去到 100 元\n- 互斥组: g\n\n## 评分 总分 score\n- 集合: 营业收入 > 0\n\n| 代码 | 指标 | 方式 | 计算 | 基准 | 权重 | 封顶 | 缺项 |\n|---|---|---|---|---|---|---|---|\n| a | 甲 | 比值 | 亩均 | 24.097 | 30 | × 1.5 | 平均 |\n| b | 乙 | 极差 | 得分 | 起点 20 % | 50 | | 零 |\n\n## 分类 等级 grade（两段）\n- 依据: 总分\n- 否决: 事故 → 不得为 A\n- 不参评: 新办 → T\n\n| 类 | 总分 | 再按 | 方向 | 取 |\n|---|---|---|---|---|\n| A | 前 50 % | score.a | 高到低 | 15 % |\n| B | 其余 | | | |\n| C | 后 50 % | score.b | 低到高 | 10 % |\n",
];

/// A small generator: the same numbers every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end.max(1)
    }
}

#[test]
fn damage_is_told_and_never_panics() {
    let mut numbers = Numbers(7);
    let dictionary = dictionary();
    let (mut told, mut whole) = (0, 0);
    for pack in PACKS {
        compiled(pack);
        let pieces: Vec<char> = pack.chars().collect();
        for _ in 0..150 {
            let mut text = pieces.clone();
            for _ in 0..=numbers.below(3) {
                let at = numbers.below(text.len());
                match numbers.below(3) {
                    0 => drop(text.remove(at)),
                    1 => text.insert(at, pieces[numbers.below(pieces.len())]),
                    _ => text[at] = pieces[numbers.below(pieces.len())],
                }
            }
            let text: String = text.into_iter().collect();
            let (pack, mut found) = read("p.md", &text, &mut no_side_tables);
            if let Err(more) = compile(&[pack], &dictionary, day()) {
                found.extend(more);
            }
            for one in &found {
                assert!(
                    !one.message.zh.is_empty()
                        && !one.message.en.is_empty()
                        && !one.advice.zh.is_empty()
                        && !one.advice.en.is_empty()
                );
                assert!(one.place.line >= 1 && one.place.column >= 1, "{}", one.text(Lang::En));
            }
            if found.is_empty() { whole += 1 } else { told += 1 }
        }
    }
    assert!(told > 80 && whole > 15, "{told} told, {whole} whole");
}

#[test]
fn long_chains_of_names_do_no_harm() {
    let chain = |length: usize, last: &str| {
        let mut text = body("## 定义\n| 名称 | 表达式 |\n|---|---|\n");
        for at in 0..length {
            text.push_str(&format!("| d{at} | if d{} > 5 then (1 + (d{})) else 3 |\n", at + 1, at + 1));
        }
        let text = text + &format!("| d{length} | {last} |\n");
        read_whole("p.md", &text.replace("代码: p", "代码: p\n输出: [d0]"), &mut no_side_tables).unwrap()
    };
    let program =
        compile(&[chain(500, "税收 / 1 元")], &dictionary(), day()).unwrap_or_else(|found| panic!("{}", said(&found)));
    assert_eq!(run(&program, &facts("税收=6")), "d0=506");
    for length in [5, 99, 500] {
        let found = compile(&[chain(length, "d0")], &dictionary(), day()).expect_err("a circle");
        assert_eq!((found.len(), found[0].code), (1, "cycle"), "{}", said(&found));
    }
}
