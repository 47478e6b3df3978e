//! `cargo xtask new-module NAME`: writes the skeleton that every business crate shares.

use std::path::Path;

use crate::run::{Res, root};

/// Writes crates/NAME and says what is left to do by hand.
///
/// # Errors
/// The name is no crate name, or the folder is already there.
pub fn run(args: &[String]) -> Res<()> {
    let [name] = args else { return Err("usage: cargo xtask new-module NAME".to_owned()) };
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
    {
        return Err(format!("{name:?} is no name for a module: one business word of small letters"));
    }
    let folder = root().join("crates").join(name);
    if folder.exists() {
        return Err(format!("crates/{name} is already there"));
    }
    for (file, text) in skeleton(name) {
        write(&folder.join(file), &text)?;
    }
    println!(
        "crates/{name} is written. Now by hand:\n  Cargo.toml   {name} = {{ path = \"crates/{name}\" }} under [workspace.dependencies]\n  \
         arrows.toml  {name} = [\"kernel\", \"db\", \"identity\", \"web\"], and {name} in the list of app\n  \
         crates/app   add {name} to its dependencies and its list of modules"
    );
    Ok(())
}

fn write(path: &Path, text: &str) -> Res<()> {
    let say = |e: std::io::Error| format!("{}: {e}", path.display());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(say)?;
    }
    std::fs::write(path, text).map_err(say)
}

/// File names within the crate and what stands in them at first.
fn skeleton(name: &str) -> Vec<(&'static str, String)> {
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion.workspace = true\nedition.workspace = true\nrust-version.workspace = true\n\
         license.workspace = true\npublish.workspace = true\n\n[lints]\nworkspace = true\n\n[dependencies]\n\
         kernel.workspace = true\ndb.workspace = true\nidentity.workspace = true\nweb.workspace = true\n"
    );
    let lib = format!(
        "//! {name}: the nouns, rules, pages and rows of this business word.\n\nmod access;\nmod store;\n\n\
         /// The texts of this crate by language.\npub const WORDS: &[(&str, &str)] =\n    \
         &[(\"zh-CN\", include_str!(\"../words/zh-CN.ftl\")), (\"en\", include_str!(\"../words/en.ftl\"))];\n"
    );
    vec![
        ("Cargo.toml", manifest),
        ("src/lib.rs", lib),
        ("src/access.rs", format!("//! What may be done with the things of {name}, and by which roles.\n")),
        ("src/store.rs", format!("//! The only file of {name} that touches rows; its SQL stands in sql/.\n")),
        ("migrations/0001_first.sql", format!("-- The first tables of {name}.\n")),
        ("sql/.gitkeep", String::new()),
        ("templates/.gitkeep", String::new()),
        ("words/zh-CN.ftl", format!("# {name}：本模块的文字。\n")),
        ("words/en.ftl", format!("# The words of {name}.\n")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::source::Source;

    #[test]
    fn the_skeleton_keeps_the_rules_of_the_house() {
        for (file, text) in skeleton("visits").into_iter().filter(|(file, _)| file.ends_with(".rs")) {
            assert!(Source::read(&text).first_line.starts_with("//! "), "{file}");
        }
        assert!(run(&["Bad-Name".to_owned()]).is_err());
        assert!(run(&["kernel".to_owned()]).unwrap_err().contains("already there"));
    }
}
