//! One comparison: a random graph, random cases with holes, the statement for an engine, and the answers the interpreter gives.

use rulepack::interpret::{Answer, Value, evaluate_population};
use rulepack::ir::{Dag, NodeId, Type};
use rulepack::random;
use rulepack::sql::{Dialect, NotWritten, Source, write};

/// Value, missing codes and reason of one output, as text; nothing where there is none.
pub type Cell = Option<String>;

/// A statement and what it must give: rows in the order of the key, three cells per output.
pub struct Task {
    pub name: String,
    pub sql: String,
    pub columns: usize,
    pub expected: Vec<Vec<Cell>>,
}

/// The task of a seed, or nothing if the graph may need more digits than databases have.
pub fn random_task(seed: u64, cases: usize, dialect: Dialect) -> Option<Task> {
    let graph = random::graph(seed, 40, seed.is_multiple_of(2));
    let rows: Vec<Vec<Option<Value>>> =
        (0..cases).map(|case| random::case(seed * 1_000_003 + case as u64, &graph.dag)).collect();
    task(format!("random {seed}"), &graph.dag, &graph.outputs, &rows, dialect)
}

/// The task of a graph and cases.
pub fn task(
    name: String,
    dag: &Dag,
    outputs: &[NodeId],
    cases: &[Vec<Option<Value>>],
    dialect: Dialect,
) -> Option<Task> {
    let expected = evaluate_population(dag, outputs, cases);
    let expected = expected
        .iter()
        .map(|answers| outputs.iter().zip(answers).flat_map(|(node, answer)| cells(dag, *node, answer)).collect())
        .collect();
    let named: Vec<(String, NodeId)> =
        outputs.iter().enumerate().map(|(index, node)| (format!("o{index}"), *node)).collect();
    let table = table(dag, cases, dialect);
    let sql = match write(dag, &named, dialect, Source { table: &table, key: "id" }) {
        Ok(sql) => sql,
        Err(NotWritten::TooWide) => return None,
    };
    let text = if dialect == Dialect::Spark { "STRING" } else { "TEXT" };
    let columns = outputs.len() * 3;
    let names = named
        .iter()
        .flat_map(|(name, _)| ["", ".missing", ".reason"].map(|part| dialect.name(&format!("{name}{part}"))));
    let shown: Vec<String> = names.map(|name| format!("CAST({name} AS {text})")).collect();
    let sql = format!("SELECT {} FROM (\n{sql}\n) AS answers ORDER BY id", shown.join(", "));
    Some(Task { name, sql, columns, expected })
}

/// How one answer is written: numbers without trailing zeros.
fn cells(dag: &Dag, node: NodeId, answer: &Answer) -> [Cell; 3] {
    match answer {
        Answer::Known(value) => [Some(shown(dag.ty(node), value)), None, None],
        Answer::Unknown(missing) => {
            let codes = missing.codes(dag);
            [None, (!codes.is_empty()).then(|| codes.join(",")), None]
        }
        Answer::NotApplicable(reason) => [None, None, Some(dag.reason_of(*reason).code.clone())],
    }
}

fn shown(ty: Type, value: &Value) -> String {
    match (value, ty) {
        (Value::Number(number), Type::Number { scale, .. }) => plain(&decimal(*number, scale)),
        (Value::Number(number), _) => number.to_string(),
        (Value::Boolean(value), _) => value.to_string(),
        (Value::Text(text), _) => text.to_string(),
        (Value::Date(days), _) => day(*days),
    }
}

fn day(days: i32) -> String {
    let (year, month, day) = rulepack::ir::date::civil(days);
    format!("{year:04}-{month:02}-{day:02}")
}

fn decimal(number: i128, scale: u8) -> String {
    let digits = format!("{:0>width$}", number.unsigned_abs(), width = usize::from(scale) + 1);
    let (whole, part) = digits.split_at(digits.len() - usize::from(scale));
    let sign = if number < 0 { "-" } else { "" };
    if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}

/// A number as engines print it, without trailing zeros; other texts as they are.
pub fn plain(text: &str) -> String {
    let numeric = text.contains('.') && text.trim_start_matches('-').chars().all(|c| c.is_ascii_digit() || c == '.');
    if numeric { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text.to_owned() }
}

/// The cases as a table of literals.
fn table(dag: &Dag, cases: &[Vec<Option<Value>>], dialect: Dialect) -> String {
    let names: Vec<String> = dag.facts().iter().map(|fact| dialect.name(&fact.code)).collect();
    let rows: Vec<String> = cases
        .iter()
        .enumerate()
        .map(|(id, case)| {
            let values: Vec<String> =
                dag.facts().iter().zip(case).map(|(fact, value)| literal(fact.ty, value.as_ref(), dialect)).collect();
            format!("({id}, {})", values.join(", "))
        })
        .collect();
    format!("(SELECT * FROM (VALUES {}) AS v(id, {})) AS cases", rows.join(",\n"), names.join(", "))
}

fn literal(ty: Type, value: Option<&Value>, dialect: Dialect) -> String {
    let text = if dialect == Dialect::Spark { "STRING" } else { "TEXT" };
    let (sql, kind) = match ty {
        Type::Number { scale, .. } => {
            (value.map(|value| decimal(value.integer().unwrap_or_default(), scale)), format!("DECIMAL(38,{scale})"))
        }
        Type::Boolean => (value.map(|value| (*value == Value::Boolean(true)).to_string()), "BOOLEAN".to_owned()),
        Type::Text => (value.map(|value| quoted(value, dialect)), text.to_owned()),
        Type::Date { .. } => {
            (value.map(|value| format!("'{}'", day(value.integer().unwrap_or_default() as i32))), "DATE".to_owned())
        }
    };
    format!("CAST({} AS {kind})", sql.unwrap_or_else(|| "NULL".to_owned()))
}

fn quoted(value: &Value, dialect: Dialect) -> String {
    let Value::Text(text) = value else { return "NULL".to_owned() };
    match dialect {
        Dialect::Spark => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
        Dialect::Postgres | Dialect::DuckDb => format!("'{}'", text.replace('\'', "''")),
    }
}
