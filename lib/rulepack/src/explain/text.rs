//! An explanation for the terminal.

use super::model::{Condition, Explanation, RuleTrace, Shared, Verdict};
use crate::diagnostic::Lang;

impl Explanation {
    /// The explanation as text. `lang` must be the one it was made in.
    pub fn text(&self, lang: Lang) -> String {
        let zh = lang == Lang::Zh;
        let mut out = String::new();
        let mut line = |indent: usize, text: &str| {
            out.push_str(&"  ".repeat(indent));
            out.push_str(text);
            out.push('\n');
        };
        let document = self.document.as_ref().map(|document| format!(" {document}")).unwrap_or_default();
        line(0, &format!("{}{document}", self.title));
        line(0, &if zh { format!("评价日 {}", self.on) } else { format!("on {}", self.on) });
        for output in &self.outputs.0 {
            line(0, "");
            line(0, &format!("{}{}{}", output.name, if zh { "：" } else { ": " }, output.answer.text));
            if let Some(why) = &output.why_not {
                line(1, why.text(lang));
            }
            if !output.changes.is_empty() {
                line(1, if zh { "怎样就够了：" } else { "What would suffice:" });
            }
            for (at, set) in output.changes.iter().enumerate() {
                let mark = match (set.changeable, zh) {
                    (true, _) => "",
                    (false, true) => "（含企业自己改变不了的）",
                    (false, false) => " (not all of it is in the enterprise's hands)",
                };
                line(2, &format!("{}. {}{mark}", at + 1, set.text.text(lang)));
            }
        }
        if let Some(question) = self.questions.first() {
            line(0, "");
            line(0, &format!("{}{}", if zh { "下一个问题：" } else { "Next question: " }, question.text.text(lang)));
        }
        line(0, "");
        line(0, if zh { "依据" } else { "How it came about" });
        let mut quoted: Vec<&str> = Vec::new();
        for rule in &self.trace {
            let again = rule.law.as_ref().is_some_and(|law| quoted.contains(&law.quote.as_str()));
            quoted.extend(rule.law.as_ref().map(|law| law.quote.as_str()));
            for (indent, text) in rule_lines(rule, again, zh) {
                line(indent + 1, &text);
            }
        }
        out
    }
}

fn rule_lines(rule: &RuleTrace, again: bool, zh: bool) -> Vec<(usize, String)> {
    let mut lines = Vec::new();
    let colon = if zh { "：" } else { ": " };
    let dates = match (&rule.from, zh) {
        (Some(from), true) => format!("（自 {from}）"),
        (Some(from), false) => format!(" (from {from})"),
        (None, _) => String::new(),
    };
    let basis = rule
        .basis
        .as_ref()
        .map(|basis| if zh { format!("（{basis}）") } else { format!(" ({basis})") })
        .unwrap_or_default();
    lines.push((0, format!("{}{colon}{}{dates}{basis}", rule.name, rule.answer.text)));
    if let Some(law) = &rule.law {
        let anchor = law
            .anchor
            .as_ref()
            .map(|anchor| if zh { format!("【{anchor}】") } else { format!("[{anchor}] ") })
            .unwrap_or_default();
        let quote = if again && !anchor.is_empty() { "" } else { law.quote.as_str() };
        lines.push((1, format!("§ {anchor}{quote}").trim_end().to_owned()));
    }
    if let Some(formula) = &rule.formula {
        lines.push((1, format!("= {formula}")));
    }
    for part in &rule.parts {
        let formula = part.formula.as_ref().map(|formula| format!("  = {formula}")).unwrap_or_default();
        lines.push((1, format!("{}{colon}{}{formula}", part.name, part.value)));
    }
    for condition in &rule.conditions {
        condition_lines(condition, 1, zh, &mut lines);
    }
    // Rows that fail on the same first condition as others are many and alike: they are counted.
    let mut alike = 0;
    for row in &rule.rows {
        let failing: Vec<&Shared<Condition>> =
            row.conditions.iter().filter(|one| one.verdict != Verdict::True).collect();
        if rule.rows.len() > 12
            && row.verdict == Verdict::False
            && failing.iter().any(|one| one.distance.is_none() && one.verdict == Verdict::False)
        {
            alike += 1;
            continue;
        }
        let mark = if row.fired { "→" } else { sign(row.verdict) };
        let basis = row
            .basis
            .as_ref()
            .map(|basis| if zh { format!("（{basis}）") } else { format!(" ({basis})") })
            .unwrap_or_default();
        lines.push((1, format!("{mark} {}{colon}{}{basis}", row.id, row.result)));
        let told = if row.verdict == Verdict::True { row.conditions.iter().collect() } else { failing };
        for condition in told {
            condition_lines(condition, 2, zh, &mut lines);
        }
    }
    if alike > 0 {
        lines.push((1, if zh { format!("✗ 另有 {alike} 行不符") } else { format!("✗ {alike} more rows do not fit") }));
    }
    lines
}

fn condition_lines(condition: &Condition, indent: usize, zh: bool, lines: &mut Vec<(usize, String)>) {
    let mark = sign(condition.verdict);
    if let Some(join) = condition.join {
        let word = match (join, zh) {
            ("and", true) => "全部满足",
            ("or", true) => "满足其一",
            ("not", true) => "不得",
            (_, true) => "若…则…否则",
            ("and", false) => "all of",
            ("or", false) => "one of",
            ("not", false) => "not",
            (_, false) => "if … then … else",
        };
        lines.push((indent, format!("{mark} {word}")));
        for inner in &condition.conditions {
            condition_lines(inner, indent + 1, zh, lines);
        }
        return;
    }
    let subject = condition.subject.as_deref().unwrap_or(&condition.text);
    let value = match (&condition.value, zh) {
        (Some(value), _) => format!(" = {value}"),
        (None, true) if condition.verdict == Verdict::NotApplicable => " 不适用".to_owned(),
        (None, false) if condition.verdict == Verdict::NotApplicable => " not applicable".to_owned(),
        (None, true) if condition.facts.is_empty() => " 未知".to_owned(),
        (None, false) if condition.facts.is_empty() => " unknown".to_owned(),
        (None, true) => " 未提供".to_owned(),
        (None, false) => " not provided".to_owned(),
    };
    let bound = condition
        .bound
        .as_ref()
        .map(|bound| if zh { format!("，要求 {bound}") } else { format!(", required {bound}") })
        .unwrap_or_default();
    let distance = match (&condition.distance, &condition.needed, zh) {
        (Some(gap), Some(needed), true) => format!("，差 {gap}，{needed}"),
        (Some(gap), Some(needed), false) => format!(", off by {gap}, {needed}"),
        (Some(gap), None, true) => format!("，差 {gap}"),
        (Some(gap), None, false) => format!(", off by {gap}"),
        (None, ..) => String::new(),
    };
    let source: Vec<String> = condition
        .facts
        .iter()
        .filter_map(|fact| match (&fact.source, &fact.as_of) {
            (Some(source), Some(day)) => Some(format!("{source} {day}")),
            (Some(one), None) | (None, Some(one)) => Some(one.clone()),
            (None, None) => None,
        })
        .chain(condition.parameters.iter().map(|parameter| {
            let from = parameter
                .from
                .as_ref()
                .map(|from| if zh { format!(" 自 {from}") } else { format!(" from {from}") })
                .unwrap_or_default();
            let basis = parameter.basis.as_ref().map(|basis| format!(" {basis}")).unwrap_or_default();
            format!("{} = {}{from}{basis}", parameter.name, parameter.value)
        }))
        .collect();
    let source = match (source.is_empty(), zh) {
        (true, _) => String::new(),
        (false, true) => format!("（{}）", source.join("；")),
        (false, false) => format!(" ({})", source.join("; ")),
    };
    lines.push((indent, format!("{mark} {subject}{value}{bound}{distance}{source}")));
}

fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::True => "✓",
        Verdict::False => "✗",
        Verdict::Unknown => "?",
        Verdict::NotApplicable => "–",
    }
}
