//! What a test needs and a machine may not have: where it is missing the test fails, unless somebody said that it shall be
//! left out. A test that did not run must not look like one that passed.

use std::ffi::OsString;

/// What to leave out, as in `WANQI_TEST_SKIP=postgres,python`.
pub(crate) const SKIP: &str = "WANQI_TEST_SKIP";
const KNOWN: [&str; 3] = ["sqlite", "postgres", "python"];
/// A Python with DuckDB and schemathesis.
const PYTHON: &str = "WANQI_PYTHON";

/// Whether somebody said that this shall be left out.
///
/// # Panics
/// Something else is named that nobody knows: a slip of the pen must not look like a choice.
pub(crate) fn is_left_out(what: &str) -> bool {
    let named = std::env::var(SKIP).unwrap_or_default();
    let names: Vec<&str> = named.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    for name in &names {
        assert!(KNOWN.contains(name), "{SKIP} names {name:?}; it knows {}", KNOWN.join(", "));
    }
    let left_out = names.contains(&what);
    if left_out {
        println!("left out: {SKIP} names {what}");
    }
    left_out
}

/// The Python that `cargo xtask test` installs, with DuckDB and a fuzzer of APIs in it; `None` if it shall be left out.
///
/// # Panics
/// There is none.
pub fn python() -> Option<OsString> {
    if is_left_out("python") {
        return None;
    }
    let python = std::env::var_os(PYTHON).filter(|python| !python.is_empty());
    assert!(
        python.is_some(),
        "This test needs a Python with packages, and {PYTHON} is not set. `cargo xtask test --only it` installs one and sets \
         it; or say that it shall be left out: {SKIP}=python"
    );
    python
}
