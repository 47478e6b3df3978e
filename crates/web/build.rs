//! Gathers the face's assets into the program: htmx and idiomorph from npm through the lock file, our own CSS and JS,
//! each joined into one file, named after its content, compressed once, and written to OUT_DIR as a Rust table.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

/// Scripts from npm that every page carries, in load order.
const LIBRARIES: [&str; 2] = ["htmx.org/dist/htmx.min.js", "idiomorph/dist/idiomorph-ext.min.js"];
/// Style sheets in cascade order; a file in `assets/css` that is not named here stops the build.
const STYLES: [&str; 12] = [
    "base",
    "layout",
    "tables",
    "forms",
    "lights",
    "clock",
    "month",
    "charts",
    "enterprise",
    "rules",
    "narrow",
    "print",
];

fn main() {
    if let Err(error) = build() {
        println!("cargo::error=crates/web: {error}");
        std::process::exit(1);
    }
}

fn build() -> Result<(), Box<dyn Error>> {
    let assets = PathBuf::from(env("CARGO_MANIFEST_DIR")?).join("assets");
    let out = PathBuf::from(env("OUT_DIR")?);
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", assets.display());

    let modules = libraries(&assets, &out)?;
    let mut table = String::from("pub(super) static ASSETS: &[Asset] = &[\n");
    let style = styles(&assets.join("css"))?;
    emit(&out, &mut table, "app", "css", "text/css; charset=utf-8", style.as_bytes())?;
    let script = scripts(&modules, &assets.join("js"))?;
    emit(&out, &mut table, "app", "js", "text/javascript; charset=utf-8", script.as_bytes())?;
    let icon = read(&assets.join("icon.svg"))?;
    emit(&out, &mut table, "icon", "svg", "image/svg+xml", icon.as_bytes())?;
    table.push_str("];\n");
    fs::write(out.join("assets.rs"), table)?;
    Ok(())
}

fn env(name: &str) -> Result<String, Box<dyn Error>> {
    std::env::var(name).map_err(|_| format!("{name} is not set; run this through cargo").into())
}

fn read(path: &Path) -> Result<String, Box<dyn Error>> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()).into())
}

/// Installs the npm packages into OUT_DIR, so the source tree stays untouched. Does nothing when the lock file is the one installed last.
fn libraries(assets: &Path, out: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let folder = out.join("npm");
    let modules = folder.join("node_modules");
    let lock = read(&assets.join("package-lock.json"))?;
    let stamp = folder.join("installed.lock");
    if LIBRARIES.iter().all(|file| modules.join(file).is_file())
        && fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock)
    {
        return Ok(modules);
    }
    fs::create_dir_all(&folder)?;
    for name in ["package.json", "package-lock.json"] {
        fs::copy(assets.join(name), folder.join(name))?;
    }
    let run = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"])
        .current_dir(&folder)
        .output()
        .map_err(|error| {
            format!("npm is needed to fetch htmx at build time and did not start ({error}); install it, for example `apt-get install npm`, and build again")
        })?;
    if !run.status.success() {
        let said = String::from_utf8_lossy(&run.stderr).replace('\n', " | ");
        return Err(format!(
            "`npm ci` in {} failed; check that the npm registry is reachable: {said}",
            folder.display()
        )
        .into());
    }
    fs::write(stamp, lock)?;
    Ok(modules)
}

fn styles(folder: &Path) -> Result<String, Box<dyn Error>> {
    for file in sorted(folder)? {
        let stem = file.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
        if !STYLES.contains(&stem) {
            return Err(format!(
                "{} is not in build.rs STYLES, so its place in the cascade is unknown",
                file.display()
            )
            .into());
        }
    }
    let mut all = String::new();
    for stem in STYLES {
        all.push_str(&read(&folder.join(format!("{stem}.css")))?);
    }
    Ok(all)
}

fn scripts(modules: &Path, folder: &Path) -> Result<String, Box<dyn Error>> {
    let mut all = String::new();
    for file in LIBRARIES {
        all.push_str(&read(&modules.join(file))?);
        all.push_str("\n;\n");
    }
    for file in sorted(folder)? {
        all.push_str(&read(&file)?);
        all.push('\n');
    }
    Ok(all)
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = fs::read_dir(folder)?.map(|entry| entry.map(|e| e.path())).collect::<Result<Vec<_>, _>>()?;
    files.sort();
    Ok(files)
}

fn emit(out: &Path, table: &mut String, stem: &str, ext: &str, kind: &str, body: &[u8]) -> Result<(), Box<dyn Error>> {
    let mut hash = String::new();
    for byte in &Sha256::digest(body)[..6] {
        write!(hash, "{byte:02x}")?;
    }
    let name = format!("{stem}.{ext}");
    fs::write(out.join(&name), body)?;
    let mut packed = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 11, 22);
    packed.write_all(body)?;
    fs::write(out.join(format!("{name}.br")), packed.into_inner())?;
    writeln!(
        table,
        "    Asset {{ name: {name:?}, path: \"/assets/{stem}-{hash}.{ext}\", content_type: {kind:?}, \
         identity: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}\")), \
         brotli: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}.br\")) }},"
    )?;
    Ok(())
}
