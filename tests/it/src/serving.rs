//! A server under strain: half-open connections, crowds, faults of disk and database, proxies, deaths of its kind, and who
//! may read its files.

mod connections;
mod faults;
mod modes;
mod proxies;
mod succession;

use crate::harness::engines::TestDb;

/// A configuration in the test's folder, which is the data folder too.
fn config(t: &TestDb, url: &str) -> String {
    let file = t.folder().join("wanqi.toml");
    let text = format!("database = {url:?}\ndata_dir = {:?}\nlanguage = \"en\"\n", t.folder().display().to_string());
    std::fs::write(&file, text).unwrap();
    file.display().to_string()
}
