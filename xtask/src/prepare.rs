//! Installs what the tests need and is not there yet: Debian packages, a Python environment, the accessibility checker.

use std::path::PathBuf;
use std::process::Command;

use crate::run::{self, Res, root, succeeds, target};

/// A Debian package and how to tell that it is there.
struct Package {
    names: &'static [&'static str],
    present: fn() -> bool,
}

const PACKAGES: &[Package] = &[
    Package { names: &["postgresql"], present: || server_folder().is_some() },
    Package { names: &["chromium"], present: || succeeds("chromium", &["--version"]) },
    Package { names: &["chromium-driver"], present: || succeeds("chromedriver", &["--version"]) },
    Package { names: &["fonts-noto-cjk", "fontconfig"], present: has_chinese_font },
    Package { names: &["python3", "python3-venv"], present: || succeeds("python3", &["-c", "import venv, ensurepip"]) },
    Package { names: &["xz-utils"], present: || succeeds("xz", &["--version"]) },
    Package { names: &["nodejs", "npm"], present: || succeeds("npm", &["--version"]) },
];

/// Everything, in order.
///
/// # Errors
/// Something is missing that cannot be installed from here; the message says what to install.
pub fn all() -> Res<()> {
    components()?;
    packages()?;
    python()?;
    node()
}

/// What the tests find their tools by.
pub fn environment(command: &mut Command) {
    command.env("WANQI_PYTHON", interpreter());
    for (name, program) in [("WANQI_CHROMEDRIVER", "chromedriver"), ("WANQI_CHROMIUM", "chromium")] {
        if std::env::var_os(name).is_none()
            && let Ok(path) = run::output(Command::new("sh").args(["-c", "command -v \"$0\"", program]))
        {
            command.env(name, path.trim());
        }
    }
}

/// The folder of PostgreSQL's server programs, the newest version if there are several.
pub fn server_folder() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut folders: Vec<(u32, PathBuf)> = versions
        .filter_map(Result::ok)
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| folder.join("initdb").is_file())
        .collect();
    folders.sort();
    folders.pop().map(|(_, folder)| folder)
}

fn has_chinese_font() -> bool {
    run::output(Command::new("fc-list").arg(":lang=zh")).is_ok_and(|fonts| !fonts.trim().is_empty())
}

fn components() -> Res<()> {
    for component in ["fmt", "clippy"] {
        run::output(&mut run::cargo(&[component, "--version"]))
            .map_err(|e| format!("{e}\ninstall it: rustup component add rustfmt clippy"))?;
    }
    Ok(())
}

fn packages() -> Res<()> {
    let missing: Vec<&str> = PACKAGES.iter().filter(|p| !(p.present)()).flat_map(|p| p.names).copied().collect();
    if missing.is_empty() {
        return Ok(());
    }
    let wanted = missing.join(" ");
    let is_root = run::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if !is_root || !succeeds("apt-get", &["--version"]) {
        return Err(format!(
            "missing: {wanted}\nAs root on Debian this step installs them; here please do it yourself."
        ));
    }
    println!("installing {wanted}");
    run::run(Command::new("apt-get").args(["-q", "update"]).env("DEBIAN_FRONTEND", "noninteractive"))?;
    let mut install = Command::new("apt-get");
    install.args(["-q", "-y", "install", "--no-install-recommends"]).args(&missing);
    run::run(install.env("DEBIAN_FRONTEND", "noninteractive"))?;
    match PACKAGES.iter().find(|p| !(p.present)()) {
        Some(package) => Err(format!("{} still does not work after its installation", package.names.join(" "))),
        None => Ok(()),
    }
}

fn interpreter() -> PathBuf {
    target().join("xtask/venv/bin/python")
}

/// A virtual environment with exactly what requirements.txt says; made anew when that file changes.
fn python() -> Res<()> {
    let wanted = run::read("xtask/requirements.txt").ok_or("xtask/requirements.txt is missing")?;
    let folder = target().join("xtask/venv");
    let stamp = folder.join("installed.txt");
    if std::fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) && interpreter().exists() {
        return Ok(());
    }
    run::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let mut pip = Command::new(interpreter());
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    run::run(pip.arg(root().join("xtask/requirements.txt")))?;
    std::fs::write(&stamp, wanted).map_err(|e| format!("{}: {e}", stamp.display()))
}

/// Spark for Python, into the same environment.
///
/// # Errors
/// There is no Java, or the package cannot be installed.
pub fn spark() -> Res<()> {
    python()?;
    if !succeeds("java", &["-version"]) {
        return Err("Spark needs Java 17 or later; on Debian: apt-get install openjdk-17-jre-headless".to_owned());
    }
    let mut pip = Command::new(interpreter());
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    run::run(pip.arg(root().join("xtask/requirements-spark.txt")))
}

/// axe-core for the browser tests, by its lock file.
fn node() -> Res<()> {
    let folder = root().join("tests/it/assets");
    let lock = std::fs::read_to_string(folder.join("package-lock.json")).unwrap_or_default();
    let stamp = folder.join("node_modules/installed.txt");
    if std::fs::read_to_string(&stamp).is_ok_and(|have| have == lock) {
        return Ok(());
    }
    run::run(Command::new("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&folder))?;
    std::fs::write(&stamp, lock).map_err(|e| format!("{}: {e}", stamp.display()))
}
