//! `cargo xtask openapi`: writes docs/openapi.json anew from the code.

use crate::run::{self, Res, root};

const FILE: &str = "docs/openapi.json";

/// Asks the program for its API description and writes it where it is committed.
///
/// # Errors
/// The program does not build or does not know the command.
pub fn run() -> Res<()> {
    let text = run::output(&mut run::cargo(&["run", "--quiet", "--package", "cli", "--locked", "--", "openapi"]))?;
    serde_json::from_str::<serde_json::Value>(&text).map_err(|e| format!("`wanqi openapi` wrote no JSON: {e}"))?;
    let path = root().join(FILE);
    if std::fs::read_to_string(&path).is_ok_and(|old| old == text) {
        println!("{FILE} is as the code says");
        return Ok(());
    }
    std::fs::create_dir_all(root().join("docs")).map_err(|e| format!("docs: {e}"))?;
    std::fs::write(&path, text).map_err(|e| format!("{FILE}: {e}"))?;
    println!("{FILE} written");
    Ok(())
}
