//! The outcome of examples in words.

use super::Outcome;
use crate::diagnostic::Lang;

impl Outcome {
    /// One line for each wrong cell, and a last one that counts.
    pub fn text(&self, lang: Lang) -> String {
        let mut out = String::new();
        for row in self.rows.iter().filter(|row| !row.passed()) {
            for wrong in &row.wrong {
                let (what, got, expected) = (wrong.what.text(lang), wrong.got.text(lang), &wrong.expected);
                let section = if row.examples.is_empty() { String::new() } else { format!("“{}” ", row.examples) };
                out.push_str(&match lang {
                    Lang::Zh => {
                        format!("{}: 例{section}第 {} 行：{what} 应为 {expected}，得到 {got}\n", wrong.place, row.row)
                    }
                    Lang::En => format!(
                        "{}: example {section}row {}: {what} should be {expected}, but is {got}\n",
                        wrong.place, row.row
                    ),
                });
            }
        }
        let (passed, all) = (self.passed(), self.rows.len());
        out.push_str(&match lang {
            Lang::Zh if all == 0 => format!("{}：没有例", self.pack),
            Lang::En if all == 0 => format!("{}: no examples", self.pack),
            Lang::Zh => format!("{}：{all} 行例，{passed} 行符合，{} 行不符", self.pack, all - passed),
            Lang::En => format!("{}: {all} example rows, {passed} as expected, {} not", self.pack, all - passed),
        });
        out
    }
}
