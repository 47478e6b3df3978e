//! Node by node: the three columns of every answer, and the statement that puts them together.

use std::collections::BTreeMap;

use crate::ir::{Dag, FactId, Node, NodeId, Op, Part, ReasonId, Type};

use super::answer::{Answer, WORD, first_reason, joined, union};
use super::dialect::{Dialect, Width};
use super::layers::{Layers, Piece};

/// Why a graph cannot be written for an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotWritten {
    /// A number of more than 38 digits.
    TooWide,
}

/// Where the statement reads from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Table, view or sub-select in parentheses, as SQL.
    pub table: &'a str,
    /// The key column, as SQL; it stands first in the result.
    pub key: &'a str,
}

/// The statement that answers `outputs` (name, node) for every row of the source.
///
/// # Errors
/// [`NotWritten::TooWide`] if a step may need more than 38 digits.
pub fn write(
    dag: &Dag,
    outputs: &[(String, NodeId)],
    dialect: Dialect,
    source: Source<'_>,
) -> Result<String, NotWritten> {
    let mut writer = Writer {
        dag,
        dialect,
        layers: Layers::default(),
        answers: vec![None; dag.nodes().len()],
        facts: BTreeMap::new(),
    };
    let roots: Vec<NodeId> = outputs.iter().map(|(_, node)| *node).collect();
    let reached = dag.reachable(&roots);
    for index in (0..dag.nodes().len()).filter(|&index| reached[index]) {
        let answer = writer.answer_of(NodeId(index as u32))?.settled(&mut writer.layers);
        writer.answers[index] = Some(answer);
    }
    let mut results = Vec::new();
    for (name, node) in outputs {
        let answer = writer.answer(*node).clone();
        results.push((dialect.name(name), writer.shown(*node, &answer.value)?));
        results.push((dialect.name(&format!("{name}.missing")), writer.missing_codes(&answer)));
        results.push((dialect.name(&format!("{name}.reason")), writer.reason_code(&answer)));
    }
    Ok(writer.layers.statement(source.key, &writer.source(source), &results, dialect.barrier()))
}

pub(super) struct Writer<'a> {
    dag: &'a Dag,
    pub(super) dialect: Dialect,
    pub(super) layers: Layers,
    answers: Vec<Option<Answer>>,
    /// The facts read, as columns of the input.
    facts: BTreeMap<FactId, String>,
}

impl Writer<'_> {
    pub(super) fn node(&self, id: NodeId) -> &Node {
        self.dag.node(id)
    }

    /// The answer of an operand, which stands before what uses it.
    pub(super) fn answer(&self, id: NodeId) -> &Answer {
        static NOTHING: std::sync::OnceLock<Answer> = std::sync::OnceLock::new();
        self.answers[id.0 as usize]
            .as_ref()
            .unwrap_or_else(|| NOTHING.get_or_init(|| Answer::always(Piece::constant("NULL"))))
    }

    fn answers(&self, ids: &[NodeId]) -> Vec<Answer> {
        ids.iter().map(|&id| self.answer(id).clone()).collect()
    }

    fn answer_of(&mut self, id: NodeId) -> Result<Answer, NotWritten> {
        let node = self.dag.node(id);
        let reason = |reason: ReasonId| Piece::constant(reason.0.to_string());
        let null = Piece::constant(format!("CAST(NULL AS {})", self.sql_type(node.ty)?));
        Ok(match &node.op {
            Op::Fact(fact) => self.fact(*fact)?,
            Op::Number(number) => Answer::always(Piece::constant(self.literal(*number, self.width(id)?))),
            Op::Boolean(value) => Answer::always(Piece::constant(if *value { "TRUE" } else { "FALSE" })),
            Op::Text(text) => Answer::always(Piece::constant(self.dialect.quoted(self.dag.text_of(*text)))),
            Op::Date(days) => Answer::always(Piece::constant(self.dialect.date(*days))),
            Op::NotApplicable(why) => Answer { value: null, missing: BTreeMap::new(), reason: Some(reason(*why)) },
            Op::Add(terms) => self.strict(terms, self.sum(terms, id)?),
            Op::Multiply(a, b) => self.strict(&[*a, *b], self.product(*a, *b, id)?),
            Op::Negate(value) => self.unary(*value, |sql| format!("(-{sql})")),
            Op::Absolute(value) => self.unary(*value, |sql| format!("ABS({sql})")),
            Op::Scale { value, by } => {
                let width = self.width(id)?;
                let wide = self.widened(*value, width)?;
                let factor = self.literal(10_i128.pow(u32::from(*by)), width);
                let piece = Piece::of(format!("({} * {factor})", wide.sql), [&wide]);
                self.strict(&[*value], piece)
            }
            Op::RoundDivide { numerator, denominator, mode } => {
                let width = self.width(*numerator)?.max(self.width(*denominator)?);
                let (over, under) = (self.widened(*numerator, width)?, self.widened(*denominator, width)?);
                let quotient = self.rounded_quotient(over.clone(), under.clone(), width, *mode);
                let quotient = self.narrowed(quotient, width, self.width(id)?);
                let mut answer = self.strict(&[*numerator, *denominator], quotient);
                if matches!(self.node(*denominator).ty, Type::Number { low, high, .. } if low <= 0 && high >= 0) {
                    let zero = Piece::of(
                        format!(
                            "CASE WHEN {} = 0 AND {} IS NOT NULL THEN {} END",
                            under.sql,
                            over.sql,
                            Dag::DIVISION_BY_ZERO.0
                        ),
                        [&under, &over],
                    );
                    answer.reason = Some(match answer.reason {
                        None => zero,
                        Some(other) => Piece::of(format!("COALESCE({}, {})", other.sql, zero.sql), [&other, &zero]),
                    });
                }
                answer
            }
            Op::Minimum(terms) => self.strict(terms, self.extreme("LEAST", terms, id)?),
            Op::Maximum(terms) => self.strict(terms, self.extreme("GREATEST", terms, id)?),
            Op::AddMonths { date, months, clip } => {
                let (from, by) = (self.answer(*date).clone(), self.answer(*months).clone());
                let piece = self.months_added(&from, &by, *clip);
                self.strict(&[*date, *months], piece)
            }
            Op::AddDays { date, days } => self.binary(*date, *days, |dialect, date, days| dialect.add_days(date, days)),
            Op::DaysBetween { from, to } => self.binary(*from, *to, |dialect, from, to| dialect.days_between(from, to)),
            Op::MonthsBetween { from, to } => {
                let piece = self.months_between(self.answer(*from), self.answer(*to));
                self.strict(&[*from, *to], piece)
            }
            Op::DatePart { date, part } => {
                let (name, dialect) = (part_name(*part), self.dialect);
                self.unary(*date, |sql| dialect.part(name, sql))
            }
            Op::LessOrEqual(a, b) => self.binary(*a, *b, |_, a, b| format!("({a} <= {b})")),
            Op::Equal(a, b) => self.binary(*a, *b, |_, a, b| format!("({a} = {b})")),
            Op::TextIn { text, values } => {
                let list: Vec<String> =
                    values.iter().map(|value| self.dialect.quoted(self.dag.text_of(*value))).collect();
                self.unary(*text, |sql| {
                    if list.is_empty() {
                        format!("({sql} IS NULL AND NULL)")
                    } else {
                        format!("({sql} IN ({}))", list.join(", "))
                    }
                })
            }
            Op::StartsWith { text, prefixes } => self
                .starts_with(*text, &prefixes.iter().map(|id| self.dag.text_of(*id).to_string()).collect::<Vec<_>>()),
            Op::And(terms) => self.connected(terms, " AND ", "FALSE"),
            Op::Or(terms) => self.connected(terms, " OR ", "TRUE"),
            Op::Not(value) => Answer {
                value: Piece::of(format!("(NOT {})", self.answer(*value).value.sql), [&self.answer(*value).value]),
                ..self.answer(*value).clone()
            },
            Op::Known(value) => Answer::always(Piece::of(
                format!("({} IS NOT NULL)", self.answer(*value).value.sql),
                [&self.answer(*value).value],
            )),
            Op::First { conditions, values } => {
                let (conditions, values) = (self.answers(conditions), self.answers(values));
                self.first(&conditions, &values, &null)
            }
            Op::Unique { conditions, values, no_row, overlap } => {
                let (conditions, values) = (self.answers(conditions), self.answers(values));
                self.unique(&conditions, &values, &reason(*no_row), &reason(*overlap), &null)
            }
            Op::Guard { condition, value, reason: why } => {
                let [condition, value] = [*condition, *value].map(|id| self.answer(id).clone());
                self.guard(&condition, &value, &reason(*why), &null)
            }
            Op::Coalesce { value, otherwise } => {
                let [value, otherwise] = [*value, *otherwise].map(|id| self.answer(id).clone());
                self.substitute(&value, &otherwise)
            }
            Op::Population(population) => self.population(population, id)?,
        })
    }

    fn fact(&mut self, id: FactId) -> Result<Answer, NotWritten> {
        let fact = &self.dag.facts()[id.0 as usize];
        let (word, bit) = (usize::from(id.0) / WORD, 1_i64 << (usize::from(id.0) % WORD));
        if fact.always_missing {
            let value = Piece::constant(format!("CAST(NULL AS {})", self.sql_type(fact.ty)?));
            return Ok(Answer {
                value,
                missing: BTreeMap::from([(word, Piece::constant(format!("CAST({bit} AS BIGINT)")))]),
                reason: None,
            });
        }
        let column = self.dialect.name(&fact.code);
        let sql = match fact.ty {
            Type::Number { scale, low, high } => {
                self.dialect.scaled_input(&column, scale, super::numbers::width_of(low, high)?)
            }
            Type::Boolean => format!("CAST({column} AS BOOLEAN)"),
            Type::Text => format!("NULLIF(CAST({column} AS {}), '')", self.dialect.text()),
            Type::Date { .. } => format!("CAST({column} AS DATE)"),
        };
        self.facts.insert(id, column);
        let value = self.layers.input(sql);
        let missing = Piece::of(
            format!("CASE WHEN {} IS NULL THEN CAST({bit} AS BIGINT) ELSE CAST(0 AS BIGINT) END", value.sql),
            [&value],
        );
        Ok(Answer { value, missing: BTreeMap::from([(word, missing)]), reason: None })
    }

    /// An operation without an answer of its own where an operand has none.
    pub(super) fn strict(&mut self, operands: &[NodeId], value: Piece) -> Answer {
        let operands = self.answers(operands);
        let reason = first_reason(&operands).map(|reason| self.layers.column(reason));
        let missing = union(&operands)
            .into_iter()
            .map(|(word, mask)| match &reason {
                None => (word, mask),
                Some(reason) => (
                    word,
                    Piece::of(
                        format!("CASE WHEN {} IS NULL THEN {} ELSE 0 END", reason.sql, mask.sql),
                        [reason, &mask],
                    ),
                ),
            })
            .collect();
        Answer { value, missing, reason }
    }

    fn unary(&mut self, operand: NodeId, sql: impl Fn(&str) -> String) -> Answer {
        let value = &self.answer(operand).value;
        let piece = Piece::of(sql(&value.sql), [value]);
        self.strict(&[operand], piece)
    }

    fn binary(&mut self, a: NodeId, b: NodeId, sql: impl Fn(Dialect, &str, &str) -> String) -> Answer {
        let (left, right) = (&self.answer(a).value, &self.answer(b).value);
        let piece = Piece::of(sql(self.dialect, &left.sql, &right.sql), [left, right]);
        self.strict(&[a, b], piece)
    }

    /// `And` and `Or`: one deciding value beats what is unknown or does not apply.
    fn connected(&mut self, terms: &[NodeId], operator: &str, deciding: &str) -> Answer {
        let terms = self.answers(terms);
        let value = joined(&terms.iter().map(|term| &term.value).collect::<Vec<_>>(), operator);
        let value = self.layers.column(value);
        let decided = Piece::of(format!("{} = {deciding}", value.sql), [&value]);
        let missing: BTreeMap<usize, Piece> = union(&terms)
            .into_iter()
            .map(|(word, mask)| {
                let open =
                    Piece::of(format!("CASE WHEN {} THEN 0 ELSE {} END", decided.sql, mask.sql), [&decided, &mask]);
                (word, self.layers.column(open))
            })
            .collect();
        let open = Answer { value: value.clone(), missing, reason: None };
        let reason = first_reason(&terms).map(|reason| {
            let unless: Vec<Piece> = [Some(decided), open.unknown()].into_iter().flatten().collect();
            let unless = joined(&unless.iter().collect::<Vec<_>>(), " OR ");
            Piece::of(format!("CASE WHEN {} THEN NULL ELSE {} END", unless.sql, reason.sql), [&unless, &reason])
        });
        Answer { reason, ..open }
    }

    fn starts_with(&mut self, text: NodeId, prefixes: &[String]) -> Answer {
        let mut by_length: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for prefix in prefixes {
            by_length.entry(prefix.chars().count()).or_default().push(self.dialect.quoted(prefix));
        }
        self.unary(text, |sql| {
            let tests: Vec<String> = by_length
                .iter()
                .map(|(length, list)| format!("SUBSTR({sql}, 1, {length}) IN ({})", list.join(", ")))
                .collect();
            if tests.is_empty() { format!("({sql} IS NULL AND NULL)") } else { format!("({})", tests.join(" OR ")) }
        })
    }

    fn literal(&self, number: i128, width: Width) -> String {
        format!("CAST({number} AS {})", self.dialect.integer(width))
    }

    pub(super) fn sql_type(&self, ty: Type) -> Result<&'static str, NotWritten> {
        Ok(match ty {
            Type::Number { low, high, .. } => self.dialect.integer(super::numbers::width_of(low, high)?),
            Type::Boolean => "BOOLEAN",
            Type::Text => self.dialect.text(),
            Type::Date { .. } => "DATE",
        })
    }

    /// A number at its scale as an exact decimal; other values as they are.
    fn shown(&self, node: NodeId, value: &Piece) -> Result<Piece, NotWritten> {
        let Type::Number { scale, low, high } = self.node(node).ty else { return Ok(value.clone()) };
        if scale == 0 {
            return Ok(value.clone());
        }
        if self.dialect == Dialect::Postgres {
            return Ok(Piece::of(
                format!("(CAST({} AS NUMERIC) * 0.{:0>width$})", value.sql, 1, width = usize::from(scale)),
                [value],
            ));
        }
        let digits = low.unsigned_abs().max(high.unsigned_abs()).to_string().len();
        let factor = format!("CAST(0.{:0>width$} AS DECIMAL({},{scale}))", 1, scale + 1, width = usize::from(scale));
        if digits + usize::from(scale) + 1 > 38 {
            return Err(NotWritten::TooWide);
        }
        Ok(Piece::of(format!("(CAST({} AS DECIMAL({digits},0)) * {factor})", value.sql), [value]))
    }

    fn missing_codes(&self, answer: &Answer) -> Piece {
        let null = format!("CAST(NULL AS {})", self.dialect.text());
        let mut codes: Vec<(&str, String)> = Vec::new();
        for (index, fact) in self.dag.facts().iter().enumerate() {
            if let Some(mask) = answer.missing.get(&(index / WORD)) {
                let bit = 1_i64 << (index % WORD);
                let code = self.dialect.quoted(&format!("{},", fact.code));
                codes.push((
                    &fact.code,
                    format!("CASE WHEN ({} & CAST({bit} AS BIGINT)) <> 0 THEN {code} ELSE '' END", mask.sql),
                ));
            }
        }
        codes.sort();
        let Some(unknown) = answer.unknown() else { return Piece::constant(null) };
        let list: Vec<&str> = codes.iter().map(|(_, sql)| sql.as_str()).collect();
        let sql = format!(
            "CASE WHEN {} THEN RTRIM({}) ELSE {null} END",
            unknown.sql,
            self.trimmed(&format!("CONCAT({})", list.join(", ")))
        );
        Piece::of(sql, answer.missing.values())
    }

    /// The arguments of RTRIM that take a last comma away.
    fn trimmed(&self, text: &str) -> String {
        match self.dialect {
            Dialect::Spark => format!("',', {text}"),
            Dialect::Postgres | Dialect::DuckDb => format!("{text}, ','"),
        }
    }

    fn reason_code(&self, answer: &Answer) -> Piece {
        let null = format!("CAST(NULL AS {})", self.dialect.text());
        let Some(reason) = &answer.reason else { return Piece::constant(null) };
        let mut sql = format!("CASE {}", reason.sql);
        for (index, known) in self.dag.reasons().iter().enumerate() {
            sql.push_str(&format!(" WHEN {index} THEN {}", self.dialect.quoted(&known.code)));
        }
        sql.push_str(" END");
        Piece::of(sql, [reason])
    }

    fn source(&self, source: Source<'_>) -> String {
        let columns: Vec<&str> = std::iter::once(source.key).chain(self.facts.values().map(String::as_str)).collect();
        format!("SELECT {} FROM {}", columns.join(", "), source.table)
    }
}

fn part_name(part: Part) -> &'static str {
    match part {
        Part::Year => "YEAR",
        Part::Month => "MONTH",
        Part::Day => "DAY",
    }
}
