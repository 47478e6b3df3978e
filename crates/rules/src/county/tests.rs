//! The county against the reference: what it counts, lists and ranks is what the interpreter says of every single case.

use chrono::NaiveDate;
use registry::facts::FactRow;
use rulepack::case::Case;
use rulepack::compile::FactInfo;
use rulepack::dictionary::FactKind;
use rulepack::interpret::{Answer, evaluate, evaluate_population};
use rulepack::ir::FactId;

use super::*;
use crate::library;

/// A draw of numbers that is the same every time.
struct Draw(u64);

impl Draw {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// Enterprises with some of the facts.
pub(crate) fn rows(program: &Program, n: usize, seed: u64) -> Vec<FactRow> {
    let mut draw = Draw(seed);
    let value = |info: &FactInfo, draw: &mut Draw| {
        let FactInfo::Fact(fact) = info else { return None };
        if draw.below(12) == 0 {
            return None;
        }
        Some(match fact.kind {
            FactKind::Number if fact.high <= num_rational::BigRational::from_integer(1000.into()) => {
                draw.below(40).to_string()
            }
            FactKind::Number => (draw.below(900) * 10_u64.pow(draw.below(6) as u32)).to_string(),
            FactKind::Boolean => (draw.below(6) == 0).to_string(),
            FactKind::Date => format!("20{:02}-0{}-11", draw.below(26), 1 + draw.below(9)),
            FactKind::Text if !fact.values.is_empty() => {
                fact.values[draw.below(fact.values.len() as u64) as usize].code.clone()
            }
            FactKind::Text => ["C3432", "C3963", "F5179", "E4710", "G5430"][draw.below(5) as usize].to_owned(),
        })
    };
    (0..n)
        .map(|at| FactRow {
            enterprise: EnterpriseId::from_uuid(uuid::Uuid::from_u128(at as u128)),
            credit_code: format!("9141998{at:011}"),
            name: format!("企业<{at}>"),
            industry: None,
            values: program.facts.iter().map(|info| value(info, &mut draw)).collect(),
        })
        .collect()
}

fn case(program: &Program, row: &FactRow) -> Case {
    let mut case = Case::none(program);
    for (value, at) in row.values.iter().zip(0..) {
        if let Some(value) = value {
            // What the program does not take is as if nobody had said it.
            let _ = case.set(program, FactId(at), value, None);
        }
    }
    case
}

fn program(code: &str) -> Arc<Program> {
    let kept = library::find(code).unwrap();
    kept.program(kept.pack.nearest_day(NaiveDate::from_ymd_opt(2026, 11, 20).unwrap())).unwrap()
}

#[test]
fn all_enterprises_at_once_say_what_each_says_alone() {
    for kept in library::all() {
        let code = kept.shipped.code;
        let program = program(code);
        let roots = program.roots();
        let rows = rows(&program, 60, 7);
        let cases: Vec<Case> = rows.iter().map(|row| case(&program, row)).collect();
        let facts: Vec<_> = cases.iter().map(|case| case.facts.clone()).collect();
        let expected = evaluate_population(&program.dag, &roots, &facts);
        let county = County::new(program.clone(), rows.clone());
        let found: Vec<Vec<Answer>> =
            county.rows(&roots, &Wanted::Any).into_iter().map(|(_, answers)| answers).collect();
        assert_eq!(found, expected, "{code}");

        // A case among them has the answers it has as a row: in its own place, and as one more.
        for (enterprise, others) in
            [(Some(rows[3].enterprise), rows.clone()), (None, [&rows[..3], &rows[4..]].concat())]
        {
            let own = Own { enterprise, case: &cases[3] };
            let population = County::new(program.clone(), others).with(own).population();
            let answers = evaluate(&program.dag, &roots, &facts[3], |node| population.get(&node).cloned());
            let answers: Vec<Answer> = roots.iter().map(|root| answers.of(*root).clone()).collect();
            assert_eq!(answers, expected[3], "{code} {enterprise:?}");
        }
    }
}

#[test]
fn every_count_is_the_number_of_its_rows() {
    for (code, n) in [("size-class-2017", 2 * TILE + 11), ("permu-huaian-2024", 700), ("permu-huangyan-2022", 300)] {
        let program = program(code);
        let county = County::new(program.clone(), rows(&program, n, 11));
        assert_eq!(county.cases(), n);
        for (output, tally) in program.packs[0].outputs.iter().zip(county.tally(&program.roots())) {
            let count = |wanted: Wanted| {
                let again = Wanted::parse(&program, &wanted.write(&program));
                assert_eq!(again, wanted, "what an address says is what was meant");
                county.rows(&[output.node], &wanted).len() as u64
            };
            let all = tally.counts.known + tally.counts.unknown + tally.counts.not_applicable;
            assert_eq!(all, n as u64, "{code} {}", output.code);
            assert_eq!(count(Wanted::Known), tally.counts.known);
            assert_eq!(count(Wanted::Unknown), tally.counts.unknown);
            assert_eq!(count(Wanted::NotApplicable), tally.counts.not_applicable);
            for (text, n) in &tally.texts {
                assert_eq!(count(Wanted::Text(text.clone())), *n, "{text}");
            }
            for (fact, n) in &tally.missing {
                assert_eq!(count(Wanted::Missing(*fact)), *n);
            }
            for (reason, n) in &tally.reasons {
                assert_eq!(count(Wanted::Reason(program.dag.reason_of(*reason).code.clone())), *n);
            }
            if let Some(middle) = tally.values.get(tally.values.len() / 2) {
                let below = count(Wanted::Between(None, Some(*middle)));
                assert_eq!(below + count(Wanted::Between(Some(*middle), None)), tally.counts.known);
            }
        }
        let first = program.packs[0].outputs[0].node;
        for (held, at) in county.held().iter().zip(0..) {
            let without = county.rows(&[first], &Wanted::Without(FactId(at))).len() as u64;
            assert_eq!(held + without, n as u64);
        }
    }
}
