//! Small charts drawn as SVG on the server; each has a title, a description and the same figures as a table.

use askama::Template;
use askama::filters::HtmlSafe;

use super::bars::{Tone, share};
use crate::format;
use crate::words::Words;

/// Height of the plot and of the whole picture, in CSS pixels; widths are percentages so that type keeps its size.
const PLOT: i64 = 128;
const TOP: i64 = 16;
const LEFT: f64 = 6.5;

/// One month of the in-and-out chart.
#[derive(Clone, Debug)]
pub struct MonthRow {
    /// `11月` / `Nov`.
    pub label: String,
    /// Where the month's rows are listed.
    pub href: Option<String>,
    pub received: i64,
    pub closed: i64,
    pub late: i64,
}

struct Column {
    x_in: String,
    x_out: String,
    x_mid: String,
    x_late: String,
    y_in: i64,
    h_in: i64,
    y_out: i64,
    h_out: i64,
    y_late: i64,
}

struct Line {
    y: i64,
    text_y: i64,
    label: String,
}

/// What came in and went out month by month, with late ones marked above.
#[derive(Template)]
#[template(path = "components/month_chart.html")]
pub struct MonthChart {
    id: String,
    title: String,
    description: String,
    rows: Vec<MonthRow>,
    columns: Vec<Column>,
    lines: Vec<Line>,
    width: String,
    /// Month, received, closed, late, “show as table”.
    words: [String; 5],
    base: i64,
    label_y: i64,
}

impl MonthChart {
    /// `id` is unique on the page; `description` says in a sentence what the picture shows.
    pub fn new(
        w: &Words,
        id: impl Into<String>,
        title: impl Into<String>,
        description: impl Into<String>,
        rows: Vec<MonthRow>,
    ) -> MonthChart {
        let most = rows.iter().flat_map(|row| [row.received, row.closed]).max().unwrap_or(0);
        let step = nice_step(most);
        let top = step * ((most + step - 1) / step).max(1);
        let height = |value: i64| value.max(0) * PLOT / top;
        let slot = (100.0 - LEFT) / rows.len().max(1) as f64;
        let columns = rows
            .iter()
            .enumerate()
            .map(|(index, row)| {
                let left = LEFT + slot * index as f64;
                let at = |part: f64| format!("{:.2}%", left + slot * part);
                let (h_in, h_out) = (height(row.received), height(row.closed));
                let crown = TOP + PLOT - h_out;
                Column {
                    x_in: at(0.16),
                    x_out: at(0.52),
                    x_mid: at(0.5),
                    x_late: at(0.68),
                    y_in: TOP + PLOT - h_in,
                    h_in,
                    y_out: crown,
                    h_out,
                    y_late: crown - 11,
                }
            })
            .collect();
        let lines = (0..=top / step)
            .map(|n| {
                let y = TOP + PLOT - height(n * step);
                Line { y, text_y: y + 4, label: format::number(n * step) }
            })
            .collect();
        let word = |key: &str| w.t(key).into_owned();
        MonthChart {
            id: id.into(),
            title: title.into(),
            description: description.into(),
            rows,
            columns,
            lines,
            width: format!("{:.2}%", slot * 0.32),
            words: [
                word("chart-month"),
                word("chart-received"),
                word("chart-closed"),
                word("chart-late"),
                word("chart-table"),
            ],
            base: TOP + PLOT,
            label_y: TOP + PLOT + 18,
        }
    }
}

impl HtmlSafe for MonthChart {}

/// 1, 2 or 5 times a power of ten, so that at most five lines stand above the base.
fn nice_step(most: i64) -> i64 {
    let mut step = 1;
    loop {
        for times in [1, 2, 5] {
            if most <= step * times * 4 {
                return step * times;
            }
        }
        step *= 10;
    }
}

/// A row of a bar list.
#[derive(Clone, Debug)]
pub struct BarRow {
    pub label: String,
    pub value: i64,
    pub href: Option<String>,
    pub tone: Tone,
}

/// Labelled bars one below another with their numbers: a chart that is its own table.
#[derive(Clone, Debug, Template)]
#[template(path = "components/bar_list.html")]
pub struct BarList {
    pub rows: Vec<BarRow>,
}

impl BarList {
    fn width(&self, row: &BarRow) -> String {
        share(row.value, self.rows.iter().map(|row| row.value).max().unwrap_or(0))
    }

    fn number(&self, row: &BarRow) -> String {
        format::number(row.value)
    }
}

impl HtmlSafe for BarList {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::WORDS;

    #[test]
    fn scale_and_table_twin() {
        for (most, step) in [(0, 1), (4, 1), (5, 2), (25, 10), (81, 50), (1200, 500)] {
            assert_eq!(nice_step(most), step, "{most}");
        }
        let w = Words::build(WORDS.iter().copied()).unwrap();
        let row =
            |label: &str, received, closed, late| MonthRow { label: label.into(), href: None, received, closed, late };
        let rows = vec![row("10月", 18, 20, 2), row("11月", 11, 0, 0)];
        let html = MonthChart::new(&w, "flow", "进与出", "两个月", rows).to_string();
        assert!(html.contains(r#"aria-labelledby="flow-title flow-desc""#), "{html}");
        assert_eq!(html.matches("late-mark").count(), 1, "only months with late ones carry a mark");
        assert!(html.contains("<td class=\"num\">18</td><td class=\"num\">20</td><td class=\"num\">2</td>"), "{html}");
        let none = MonthChart::new(&w, "none", "x", "y", Vec::new()).to_string();
        assert!(!none.contains("NaN") && !none.contains("inf"));
    }
}
