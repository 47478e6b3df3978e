//! Every spreadsheet of data on both databases: whole, named in UTF-8, and in the audit before it goes out.

use std::io::Cursor;
use std::sync::Arc;

use app::demo::{self, Scenario};
use calamine::{Data, Reader, Xlsx};
use db::{sql, sql_for};
use identity::{AuditFilter, Role};
use kernel::{FixedClock, OsRandom};
use serde_json::Value;
use testkit::both_engines;
use web::Lang;

use crate::harness::client::Client;
use crate::harness::engines::TestDb;
use crate::harness::http::{Response, percent_encode};
use crate::harness::process::run;
use crate::harness::server::{Running, spawn};

struct County {
    server: Running,
    db: db::Db,
    clock: Arc<FixedClock>,
    seats: Vec<(Role, String)>,
}

async fn county(t: &TestDb) -> County {
    let clock = Arc::new(FixedClock::at("2026-11-20T10:00").unwrap());
    let made = demo::install(&t.db, clock.as_ref(), 7, t.folder(), Scenario::County, Lang::Zh).await.unwrap();
    let text = format!("database = \"{}\"\ndata_dir = \".\"\ncounty_zh = \"示范县\"", t.url);
    let config = app::Config::read(&text, t.folder(), |_| None).unwrap();
    let app = app::assemble(&config, t.db.clone(), clock.clone(), Arc::new(OsRandom)).unwrap();
    let seats = made.seats.iter().map(|seat| (seat.role, seat.login.clone())).collect();
    County { server: spawn(app.router).await, db: t.db.clone(), clock, seats }
}

impl County {
    async fn seat(&self, role: Role) -> Client {
        let login = &self.seats.iter().find(|(seat, _)| *seat == role).unwrap().1;
        let mut tx = self.db.begin().await.unwrap();
        let person = identity::find_person_by_login(&mut tx, login).await.unwrap().unwrap().id;
        let opened = identity::open_session(&mut tx, self.clock.as_ref(), &OsRandom, person, "").await.unwrap();
        tx.commit().await.unwrap();
        let mut client = Client::new(&self.server.url).not_following();
        client.set_cookie("wanqi", &opened.token);
        client
    }

    /// The newest export in the audit: kind of thing, file and what is said of it.
    async fn newest(&self) -> Option<(String, String, Value)> {
        let filter = AuditFilter { action: Some("export".into()), ..AuditFilter::default() };
        let mut conn = self.db.read().await.unwrap();
        let entry = identity::audit_list(&mut conn, &filter, None, 1).await.unwrap().pop()?;
        Some((entry.resource, entry.resource_id, serde_json::from_str(&entry.detail).unwrap()))
    }
}

/// Rows of the only sheet below its head, and its second line.
fn read(answer: &Response) -> (usize, String) {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(answer.body.clone())).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    let Some(Data::String(line)) = range.get_value((1, 0)) else { panic!("no second line") };
    (range.height() - 3, line.clone())
}

both_engines! {
    async fn every_export_stands_in_the_audit_with_filter_and_rows(t: TestDb) {
        let c = county(t).await;
        for (role, path, resource, file, filter, contacts) in [
            (Role::Desk, "/enterprises?export=xlsx", "enterprise", "企业", None, true),
            (Role::Leader, "/enterprises?scale=large&export=xlsx&after=x", "enterprise", "企业", Some("scale=large"), false),
            (Role::Desk, "/desk?category=land&order=newest&export=xlsx", "request", "诉求", Some("category=land"), false),
            (Role::Leader, "/requests?open=yes&export=xlsx", "request", "诉求", Some("open=yes"), false),
            (Role::Desk, "/requests?q=13812346021&state=closed&export=xlsx", "request", "诉求", Some("q=138****6021&state=closed"), false),
            (Role::Leader, "/overview?export=xlsx", "figures", "总览", None, false),
            (Role::Helper, "/helped?export=xlsx", "enterprise", "我的企业", None, true),
            (Role::Analyst, "/rules/size-class-2017/county?output=size_class&answer=known&export=xlsx", "rule-pack", "size-class-2017", Some("answer=known&output=size_class"), false),
            (Role::Admin, "/admin/people?role=desk&export=xlsx", "person", "人员", Some("role=desk"), false),
            (Role::Admin, "/admin/audit?action=export&export=xlsx", "audit", "审计", Some("action=export"), false),
        ] {
            let answer = c.seat(role).await.get(path).unwrap();
            assert_eq!(answer.status, 200, "{path}");
            let (rows, _) = read(&answer);
            let (kind, name, detail) = c.newest().await.expect(path);
            assert_eq!(kind, resource, "{path}");
            assert!(name.starts_with(file) && name.ends_with("2026-11-20.xlsx"), "{path}: {name}");
            let header = answer.header("content-disposition").unwrap();
            assert!(header.starts_with("attachment; filename=\"") && header.ends_with(&percent_encode(&name)), "{header}");
            assert_eq!(detail["rows"], rows, "{path}: {detail}");
            assert_eq!(detail["from"], path.split('?').next().unwrap(), "{path}");
            let mut said: Vec<&str> = detail["filter"].as_str().map(|text| text.split('&').collect()).unwrap_or_default();
            said.sort_unstable();
            assert_eq!(said.join("&"), filter.unwrap_or_default(), "{path}");
            assert_eq!(detail["contacts"].as_bool().unwrap_or_default(), contacts, "{path}");
        }
        let page = c.seat(Role::Admin).await.get("/admin/audit?action=export").unwrap().text();
        assert!(page.contains("导出") && page.contains("统计指标") && !page.contains('⟦'));
        // What tells nothing of the county is no export; what is refused has not gone out.
        let before = c.newest().await;
        assert_eq!(c.seat(Role::Desk).await.get("/enterprises/import/template").unwrap().status, 200);
        assert_eq!(c.seat(Role::Handler).await.get("/admin/people?export=xlsx").unwrap().status, 403);
        assert_eq!(c.newest().await, before);
    }

    async fn a_list_of_51_000_is_exported_whole(t: TestDb) {
        let c = county(t).await;
        let mut desk = c.seat(Role::Desk).await;
        let (known, _) = read(&desk.get("/enterprises?export=xlsx").unwrap());
        let columns = "INSERT INTO enterprise (id, serial, credit_code, code_check, name, short_name, name_key, pinyin, division, \
            industry, scale, address, contact_name, contact_phone, status, created_at, updated_at, version)";
        let values = "1000000 + i, 'X' || i, 'ok', '企业' || i, '', '企业' || i, 'qy', '', '', 'unknown', '', '', '', 'active', \
            '2026-01-01T00:00:00+00:00', '2026-01-01T00:00:00+00:00', 1";
        let sqlite = format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 51000) {columns} \
            SELECT randomblob(16), {values} FROM n");
        let values = values.replace("'2026-01-01T00:00:00+00:00'", "TIMESTAMPTZ '2026-01-01T00:00:00+00:00'");
        let postgres = format!("{columns} SELECT gen_random_uuid(), {values} FROM generate_series(1, 51000) AS n(i)");
        let mut tx = c.db.begin().await.unwrap();
        sql_for(sqlite.leak(), postgres.leak()).run(&mut tx).await.unwrap();
        let count = "INSERT INTO enterprise_count (status, township_id, chain, scale, n) VALUES ('active', $1, '', 'unknown', 51000) \
            ON CONFLICT (status, township_id, chain, scale) DO UPDATE SET n = enterprise_count.n + 51000";
        sql(count).bind(uuid::Uuid::nil()).run(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let (rows, line) = read(&desk.get("/enterprises?export=xlsx").unwrap());
        assert_eq!(rows, known + 51_000);
        let said = line.replace(',', "");
        assert!(said.contains(&format!("共 {rows} 户")), "{line}");
        let (_, _, detail) = c.newest().await.unwrap();
        assert_eq!(detail["rows"], rows);
    }

    async fn the_command_line_writes_its_export_down_as_well(t: TestDb) {
        let c = county(t).await;
        let config = t.folder().join("wanqi.toml");
        let text = format!("database = \"{}\"\ndata_dir = \".\"\ncounty_zh = \"示范县\"", t.url);
        std::fs::write(&config, text).unwrap();
        for (name, period) in [("指标.csv", Some("2025")), ("facts.xlsx", None)] {
            let out = t.folder().join(name);
            let (config, out) = (config.to_str().unwrap(), out.to_str().unwrap());
            let mut args = vec!["export", "facts", "--config", config, "--out", out];
            args.extend(period.into_iter().flat_map(|period| ["--period", period]));
            let (code, _, said) = run(&args);
            assert_eq!(code, 0, "{said}");
            let (kind, file, detail) = c.newest().await.unwrap();
            assert_eq!((kind.as_str(), file.as_str()), ("enterprise", name));
            assert_eq!(detail["from"], "wanqi export facts");
            assert!(detail["rows"].as_u64().unwrap() > 900, "{detail}");
            let filter = detail["filter"].as_str().unwrap();
            assert!(period.map_or(filter.starts_with("facts-on="), |period| filter == format!("period={period}")), "{filter}");
        }
    }
}
