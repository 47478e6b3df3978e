//! Speed of casework, measured from outside the process like a neighbour would see it.

mod county;
mod load;
mod writes;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use casework::Casework;
use db::Db;
use identity::{NewToken, Role};
use kernel::{Clock, OsRandom, SystemClock};
use testkit::block_on;

use crate::harness::process::Process;
use load::{Measured, Request, load};
use writes::Writing;

/// Of the peers named in the project's description, on such a machine with 10,000 tickets: requests a second.
const PEERS: [(&str, [&str; 3]); 3] = [
    ("Request Tracker 5", ["10", "7", "39"]),
    ("Redmine 5", ["11", "14", "9"]),
    ("django-helpdesk 2", ["68", "39", "16"]),
];

/// What to measure.
#[derive(Debug)]
pub struct Plan {
    enterprises: usize,
    requests: usize,
    seconds: u64,
    clients: usize,
    /// `sqlite:PATH` or `postgres://…` of an empty database; a temporary SQLite file without it.
    url: Option<String>,
    folder: PathBuf,
}

impl Plan {
    /// Reads `casework [--requests N] [--enterprises N] [--seconds N] [--clients N] [--url URL]`.
    pub fn from_arguments(arguments: impl Iterator<Item = String>) -> Result<Plan, String> {
        let folder = std::env::temp_dir().join(format!("wanqi-bench-{}", std::process::id()));
        let mut plan = Plan { enterprises: 100_000, requests: 100_000, seconds: 5, clients: 16, url: None, folder };
        let mut arguments = arguments.filter(|a| a != "casework");
        while let Some(name) = arguments.next() {
            let value = arguments.next().ok_or_else(|| format!("{name} needs a value"))?;
            let number = || value.parse::<usize>().map_err(|_| format!("{name}: “{value}” is no number"));
            match name.as_str() {
                "--requests" => plan.requests = number()?,
                "--enterprises" => plan.enterprises = number()?,
                "--seconds" => plan.seconds = number()? as u64,
                "--clients" => plan.clients = number()?,
                "--url" => plan.url = Some(value),
                other => return Err(format!("{other} is not known")),
            }
        }
        Ok(plan)
    }
}

/// What the load signs in with.
struct Keys {
    cookie: String,
    token: String,
    code: String,
}

/// Fills a county, starts the server on it and measures.
pub fn run(plan: &Plan) -> Result<(), String> {
    std::fs::create_dir_all(&plan.folder).map_err(|e| e.to_string())?;
    let url = plan.url.clone().unwrap_or_else(|| format!("sqlite:{}", plan.folder.join("wanqi.db").display()));
    let started = Instant::now();
    let keys = block_on(prepare(plan, &url)).map_err(|e| format!("{e}: {:?}", e.inside))?;
    println!(
        "{} enterprises, {} requests in {} ({:.0} s to fill)",
        plan.enterprises,
        plan.requests,
        url.split(':').next().unwrap_or(""),
        started.elapsed().as_secs_f64()
    );
    let config = plan.folder.join("wanqi.toml");
    let text = format!("database = {url:?}\ndata_dir = {:?}\n", plan.folder.display().to_string());
    std::fs::write(&config, text).map_err(|e| e.to_string())?;
    let started = Instant::now();
    let server = Process::start(&["--config", &config.display().to_string(), "serve"], &plan.folder)?;
    println!("started in {} ms", started.elapsed().as_millis());
    measure(plan, &server, &url, &keys)?;
    drop(server);
    std::fs::remove_dir_all(&plan.folder).map_err(|e| e.to_string())
}

async fn prepare(plan: &Plan, url: &str) -> kernel::Result<Keys> {
    let db = Db::open(url).await?;
    db.migrate(&app::modules::migrations(), &SystemClock).await?;
    let (clock, random) = (Arc::new(SystemClock), Arc::new(OsRandom));
    let casework = Casework::new(db.clone(), clock, random, &plan.folder);
    let now = SystemClock.now();
    let mut tx = db.begin().await?;
    let root = identity::NewUnit {
        parent: None,
        kind: identity::UnitKind::County,
        code: "c".to_owned(),
        name: "示范县".to_owned(),
        name_en: "Demo County".to_owned(),
        sort: 0,
    };
    let root = identity::create_unit(&mut tx, &SystemClock, &OsRandom, root).await?.id;
    let category = |code: &str| casework::Category {
        code: code.to_owned(),
        name: code.to_owned(),
        name_en: code.to_owned(),
        guidance: String::new(),
        guidance_en: String::new(),
        lead: None,
        sort: 1,
        active: true,
        version: 0,
    };
    let categories = county::CATEGORIES.map(category);
    let from = chrono::NaiveDate::from_ymd_opt(2019, 1, 1).unwrap_or_default();
    casework::seed::install(&mut tx, &categories, from, now).await?;
    let person = identity::NewPerson {
        login: "bench".to_owned(),
        name: "王芳".to_owned(),
        phone: String::new(),
        title: String::new(),
        password_hash: None,
        one_time: false,
    };
    let person = identity::create_person(&mut tx, &SystemClock, &OsRandom, person).await?;
    for role in [Role::Desk, Role::Leader] {
        let grant = identity::NewGrant { role, unit: Some(root), enterprise: None };
        identity::grant_role(&mut tx, &SystemClock, &OsRandom, person, grant).await?;
    }
    let opened = identity::open_session(&mut tx, &SystemClock, &OsRandom, person, "bench").await?;
    let token = NewToken {
        name: "bench".to_owned(),
        scopes: identity::SCOPES.iter().map(|s| (*s).to_owned()).collect(),
        unit: root,
        issued_by: Some(person),
        expires_at: None,
    };
    let token = identity::issue(&mut tx, &SystemClock, &OsRandom, token).await?.secret;
    tx.commit().await?;
    let code = county::fill(&casework, plan.enterprises, plan.requests).await?;
    db.close().await;
    Ok(Keys { cookie: opened.token, token, code })
}

fn measure(plan: &Plan, server: &Process, url: &str, keys: &Keys) -> Result<(), String> {
    let address = server.url.trim_start_matches("http://").to_owned();
    let page = |path: String| -> Arc<Request> {
        let text =
            format!("GET {path} HTTP/1.1\r\nHost: bench\r\nCookie: wanqi={}\r\nConnection: close\r\n\r\n", keys.cookie);
        Arc::new(move |_| text.clone().into_bytes())
    };
    let api = |path: String| -> Arc<Request> {
        let text = format!(
            "GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\r\n",
            keys.token
        );
        Arc::new(move |_| text.clone().into_bytes())
    };
    let body = format!(
        r#"{{"credit_code":"{}","title":"厂区增容申请","body":"变压器容量不足，申请增容。","contact_name":"示范","contact_phone":"19900000000"}}"#,
        keys.code
    );
    let token = keys.token.clone();
    let create: Arc<Request> = Arc::new(move |n| {
        format!(
            "POST /api/v1/requests HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: bench-{n}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
    });
    println!("\n{:<22}{:>12}{:>10}{:>10}{:>9}{:>9}", "", "requests/s", "p50 ms", "p99 ms", "KiB", "failed");
    let reads: [(&str, Arc<Request>); 5] = [
        ("show (HTML)", page("/requests/2025-000777".to_owned())),
        ("show (API)", api("/api/v1/requests/2025-000777".to_owned())),
        ("list of 50 (HTML)", page("/requests?open=yes&category=fin".to_owned())),
        ("list of 50 (API)", api("/api/v1/requests?category=fin&limit=50".to_owned())),
        ("leader page", page("/overview".to_owned())),
    ];
    let read = |seconds: u64| {
        for (name, request) in &reads {
            load(&address, plan.clients, 1, "200", Arc::clone(request))?;
            print(name, &load(&address, plan.clients, seconds, "200", Arc::clone(request))?);
            std::thread::sleep(Duration::from_millis(200));
        }
        Ok::<_, String>(())
    };
    read(plan.seconds)?;
    let (first, later) = (Arc::clone(&create), Arc::clone(&create));
    load(&address, plan.clients, 1, "201", first)?;
    print("create (API)", &load(&address, plan.clients, plan.seconds, "201", Arc::new(move |n| later(n + 1_000_000)))?);
    println!("\nwhile the register is written to five times a second");
    let writing = Writing::into_register(url, &keys.code);
    read(plan.seconds)?;
    println!("({} writes)", writing.end()?);
    println!("\nwhile five requests a second are raised");
    let writing = Writing::into_requests(&address, create);
    read(plan.seconds)?;
    println!("({} writes)", writing.end()?);
    println!("\nmemory: {} MiB at most", peak(server.id())? / 1024);
    println!("\nfor scale, with 10,000 tickets on such a machine (create, show, list a second):");
    for (name, [create, show, list]) in PEERS {
        println!("  {name:<20}{create:>6}{show:>6}{list:>6}");
    }
    Ok(())
}

fn print(name: &str, m: &Measured) {
    let ms = |micros: u64| micros as f64 / 1000.0;
    let kib = m.bytes as f64 / 1024.0;
    println!("{name:<22}{:>12.0}{:>10.1}{:>10.1}{kib:>9.1}{:>9}", m.per_second, ms(m.p50), ms(m.p99), m.failed);
}

/// Peak resident memory of a process in KiB.
fn peak(process: u32) -> Result<u64, String> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).map_err(|e| e.to_string())?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).ok_or("no VmHWM")?;
    line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).ok_or_else(|| "no number".to_owned())
}
