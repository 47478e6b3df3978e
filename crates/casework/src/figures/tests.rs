//! Tests of figures that need no database: the table of definitions officials can read, rounding, text output.

use std::collections::BTreeMap;

use web::Words;

use super::report::{figure, of_days};
use super::*;
use crate::filter::{FilterQuery, href};
use crate::store::list::Span;

/// The words these pages use.
const OWN: [(&str, &str); 4] = [
    ("zh-CN", include_str!("../../words/zh-CN.ftl")),
    ("en", include_str!("../../words/en.ftl")),
    ("zh-CN", include_str!("../../words/leader.zh-CN.ftl")),
    ("en", include_str!("../../words/leader.en.ftl")),
];

fn words() -> Words {
    let texts = kernel::WORDS.iter().chain(web::WORDS).copied().chain(OWN);
    Words::build(texts).unwrap()
}

fn year() -> Span {
    Span { from: "2026-01-01".parse().ok(), to: "2026-12-31".parse().ok() }
}

/// `cases/figures.md` shows each figure with the lists that equal it; `UPDATE_CASES=1` rewrites it.
#[test]
fn the_table_of_definitions_is_up_to_date() {
    let path = format!("{}/cases/figures.md", env!("CARGO_MANIFEST_DIR"));
    let mut text = String::from(
        "# 指标口径表 / Definitions of figures\n\n\
         每个数都等于一张列表的行数，此处以 2026 全年为例。`UPDATE_CASES=1 cargo test -p casework` 重写本表。\n\
         Every number equals the rows of a list, here for 2026. Rewritten by the same command.\n\n\
         | code | formula | numerator | denominator |\n|---|---|---|---|\n",
    );
    for definition in &DEFINITIONS {
        let numerator = definition.numerator.map_or_else(|| "—".to_owned(), |filter| href(filter(year())));
        let denominator = href((definition.denominator)(year()));
        let short = |address: String| address.replace("/requests?", "").replace("&order=newest", "");
        let (numerator, denominator) = (short(numerator), short(denominator));
        text.push_str(&format!("| {} | {} | {numerator} | {denominator} |\n", definition.code, definition.formula));
    }
    if std::env::var_os("UPDATE_CASES").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), text, "UPDATE_CASES=1 rewrites {path}");
}

#[test]
fn every_list_of_a_figure_reads_back_from_its_address() {
    for span in [Span::default(), year()] {
        for definition in &DEFINITIONS {
            let all = definition.numerator.into_iter().chain([definition.denominator]).map(|filter| filter(span));
            for filter in all {
                let address = href(filter.clone());
                assert_eq!(FilterQuery::parse(&address).filter, filter, "{}: {address}", definition.code);
            }
        }
    }
}

#[test]
fn every_figure_is_named_and_defined_in_both_languages() {
    for lang in web::Lang::ALL {
        let w = words().in_lang(lang);
        for definition in &DEFINITIONS {
            assert!(w.has(&definition.key()), "{}", definition.key());
            assert!(w.has(&format!("{}-definition", definition.key())), "{}", definition.key());
        }
    }
}

#[test]
fn public_figures_come_out_as_they_were_published() {
    let close = figure("close_rate", [221, 67], [229, 69]);
    assert_eq!((close.all.numerator, close.all.denominator), (288, 298));
    assert_eq!(close.all.percent().as_deref(), Some("96.6%"));
    assert_eq!(close.handed_down.percent().as_deref(), Some("97.1%"));
    assert_eq!(figure("close_rate", [1805, 0], [1873, 0]).all.percent().as_deref(), Some("96.4%"));
    assert_eq!(figure("close_rate", [0, 0], [0, 0]).all.percent(), None);
}

#[test]
fn average_and_percentile_are_taken_over_both_origins() {
    let taken = [BTreeMap::from([(1, 8), (3, 1)]), BTreeMap::from([(11, 1)])];
    let of = |code| of_days(Definition::of(code).unwrap(), &taken);
    assert_eq!(of("days_average").all, Pair { numerator: 22, denominator: 10 });
    assert_eq!(of("days_average").all.tenths(), Some(22));
    assert_eq!(of("days_p90").all.numerator, 3, "nine of ten");
    assert_eq!((of("days_p90").own.numerator, of("days_p90").handed_down.numerator), (3, 11));
    assert_eq!(figure_value("days_p90", Pair::default()), "—");
}

#[test]
fn a_report_is_told_as_json_and_as_a_table() {
    let figures = vec![figure("close_rate", [221, 67], [229, 69])];
    let report = Report { period: year(), lead: None, at: "2026-11-20T09:30:00Z".parse().unwrap(), figures };
    let json = report_json(&report);
    let own = &json["figures"][0];
    assert_eq!((own["numerator"].as_i64(), own["percent"].as_str()), (Some(288), Some("96.6%")));
    assert_eq!(own["handed_down"]["denominator"], 69);
    assert_eq!(own["definition"], "closed, but for those given up as not reachable / accepted");
    let table = report_table(&report, &words());
    assert!(table.contains("办结率  96.6%  288/298  96.5%  221/229     97.1%  67/69"), "{table}");
    assert!(
        table.contains("2026-01-01 至 2026-12-31") && table.contains("已销号的件数（“联系不上”的不算）÷"),
        "{table}"
    );
}
