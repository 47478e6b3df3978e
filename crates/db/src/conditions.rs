//! The `WHERE` of a list that a person narrows: fragments and their parameters put together, on both engines.

use kernel::{fts5_query, search_query, tsquery};

use crate::connect::Engine;
use crate::value::Value;

/// Conditions of a statement with their parameters. Fragments are text of the program; what a person typed is always a
/// parameter.
#[derive(Clone, Debug)]
pub struct Where {
    /// All conditions, joined by `AND`; true of every row to begin with.
    pub text: String,
    /// The parameters `$1, $2, …` in order, for [`crate::Query::bind_all`].
    pub values: Vec<Value>,
    engine: Engine,
}

impl Where {
    /// No condition yet.
    pub fn new(engine: Engine) -> Self {
        Where { text: TRUE.to_owned(), values: Vec::new(), engine }
    }

    /// Adds a parameter and returns its name, such as `$3`.
    pub fn bind(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }

    /// Adds a condition; each `?` in the fragment becomes the next parameter.
    pub fn and<const N: usize>(&mut self, fragment: &str, values: [Value; N]) {
        debug_assert_eq!(fragment.matches('?').count(), N, "{fragment}");
        let mut parts = fragment.split('?');
        self.text.push_str(" AND ");
        self.text.push_str(parts.next().unwrap_or(""));
        for (part, value) in parts.zip(values) {
            let name = self.bind(value);
            self.text.push_str(&name);
            self.text.push_str(part);
        }
    }

    /// Adds that at least one of some expressions holds; of none, none does. Their parameters are bound already.
    pub fn and_any(&mut self, expressions: &[String]) {
        let any = if expressions.is_empty() { "1 = 0".to_owned() } else { expressions.join(" OR ") };
        self.text.push_str(&format!(" AND ({any})"));
    }

    /// Adds that the search row (`rowid`, `body`) of `serial` in `table` has everything that was typed. What holds nothing
    /// to search for narrows nothing.
    pub fn and_found(&mut self, serial: &str, table: &str, typed: &str) {
        let terms = search_query(typed);
        if terms.is_empty() {
            return;
        }
        let (condition, query) = match self.engine {
            Engine::Sqlite => ("MATCH ?", fts5_query(&terms)),
            Engine::Postgres => ("@@ to_tsquery('simple', ?)", tsquery(&terms)),
        };
        let only = self.engine.only();
        self.and(
            &format!("{serial} IN (SELECT s.rowid FROM {table} s WHERE s.body {condition} {only})"),
            [query.into()],
        );
    }

    /// What `add` adds, as an expression of its own beside these conditions; its parameters are added to these.
    pub fn apart(&mut self, add: impl FnOnce(&mut Self)) -> String {
        let kept = std::mem::replace(&mut self.text, TRUE.to_owned());
        add(self);
        std::mem::replace(&mut self.text, kept)
    }
}

const TRUE: &str = "1 = 1";

#[cfg(test)]
mod tests {
    use super::Where;
    use crate::connect::Engine;

    #[test]
    fn parameters_are_numbered_in_the_order_in_which_they_come() {
        let mut w = Where::new(Engine::Sqlite);
        w.and("a.x = ?", ["one".into()]);
        w.and("a.y IS NULL", []);
        let two = w.bind(2_i64.into());
        w.and_any(&[format!("a.z = {two}"), "a.z IS NULL".to_owned()]);
        let apart = w.apart(|w| w.and("a.at >= ? AND a.at < ?", [3_i64.into(), 4_i64.into()]));
        w.and("NOT a.open", []);
        assert_eq!(w.text, "1 = 1 AND a.x = $1 AND a.y IS NULL AND (a.z = $2 OR a.z IS NULL) AND NOT a.open");
        assert_eq!(apart, "1 = 1 AND a.at >= $3 AND a.at < $4");
        assert_eq!(w.values, ["one".into(), 2_i64.into(), 3_i64.into(), 4_i64.into()]);
    }

    #[test]
    fn who_reaches_nothing_sees_nothing() {
        let mut w = Where::new(Engine::Sqlite);
        w.and_any(&[]);
        assert_eq!(w.text, "1 = 1 AND (1 = 0)");
    }

    #[test]
    fn words_are_looked_up_as_each_engine_does_it_and_never_stand_in_the_text() {
        for (engine, condition) in [(Engine::Sqlite, "s.body MATCH $1"), (Engine::Postgres, "to_tsquery('simple', $1)")]
        {
            let mut w = Where::new(engine);
            w.and_found("n.serial", "need_search", "  ");
            assert_eq!((w.text.as_str(), w.values.len()), ("1 = 1", 0));
            w.and_found("n.serial", "need_search", "起重'机");
            assert!(w.text.starts_with("1 = 1 AND n.serial IN (SELECT s.rowid FROM need_search s WHERE s.body "));
            assert!(w.text.contains(condition) && !w.text.contains('重'), "{}", w.text);
            assert_eq!(w.values.len(), 1);
        }
    }
}
