//! Files nobody should upload: spreadsheets that unpack to half a gigabyte, cells that would like to be formulas.

use std::io::{Cursor, Write};

use calamine::{Data, Reader, Xlsx};
use db::sql;
use testkit::both_engines;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::{county, typed_names};
use crate::harness::book::book;
use crate::harness::client::{Client, Part};
use crate::harness::engines::TestDb;
use crate::harness::html;
use crate::harness::http::Response;

/// The sheet has this as a text, and no formula at all.
pub(super) fn is_text(book: &[u8], text: &str) {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(book)).unwrap();
    let name = book.sheet_names().remove(0);
    let cells = book.worksheet_range(&name).unwrap();
    assert!(cells.used_cells().any(|(_, _, cell)| matches!(cell, Data::String(s) if s == text)), "{cells:?}");
    assert!(book.worksheet_formula(&name).unwrap().is_empty());
}

/// A workbook of half a megabyte that unpacks to half a gigabyte.
fn bomb() -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let zeros = vec![b' '; 1024 * 1024];
    for (name, megabytes) in [
        ("[Content_Types].xml", 0),
        ("xl/workbook.xml", 1),
        ("xl/sharedStrings.xml", 250),
        ("xl/worksheets/sheet1.xml", 250),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        for _ in 0..megabytes {
            zip.write_all(&zeros).unwrap();
        }
    }
    zip.finish().unwrap().into_inner()
}

fn upload(client: &mut Client, page: &str, name: &str, bytes: &[u8]) -> Response {
    let opened = client.get(page).unwrap().text();
    assert!(opened.contains("type=\"file\""), "{opened} {:?}", typed_names(&opened));
    let form = html::forms(&opened).into_iter().find(|f| f.enctype == "multipart/form-data").unwrap();
    let mut parts: Vec<(&str, Part)> = form.fields.iter().map(|(n, v)| (n.as_str(), Part::Text(v))).collect();
    parts.push(("sheet", Part::File { name, media_type: "application/octet-stream", bytes }));
    client.post_multipart(&form.action, &parts).unwrap()
}

/// A workbook with one row below these titles.
fn workbook(columns: &[(&str, &str)]) -> Vec<u8> {
    let (titles, row): (Vec<&str>, Vec<&str>) = columns.iter().copied().unzip();
    book("台账", "", &titles, &[&row])
}

both_engines! {
    async fn bombs_and_broken_files_are_named_and_change_nothing(t: TestDb) {
        let c = county(t).await;
        let mut desk = c.seat("demo-desk").await;
        const ROWS: &str = "SELECT (SELECT COUNT(*) FROM enterprise) + (SELECT COUNT(*) FROM need)";
        let before = c.count(ROWS).await;
        let bomb = bomb();
        assert!(bomb.len() < 2 * 1024 * 1024);
        let cut = &workbook(&[("企业名称", "示范")])[..900];
        for (name, bytes, said) in [("炸弹.xlsx", &bomb[..], "已拒绝"), ("断.xlsx", cut, ""), ("图.xlsx", b"\x89PNG\r\n", ""), ("空.xlsx", b"", "")] {
            let answer = upload(&mut desk, "/ledger/import", name, bytes);
            let text = html::text(&answer.text());
            assert!(answer.status == 422 && text.contains(said) && answer.text().contains("type=\"file\""), "{name}: {} {text}", answer.status);

            let mut answer = upload(&mut desk, "/enterprises/import", name, bytes);
            if answer.status == 303 {
                c.app.runner.drain().await.unwrap();
                answer = desk.get(answer.header("location").unwrap()).unwrap();
            }
            let text = html::text(&answer.text());
            let refused = answer.status == 422 || answer.status == 200 && answer.text().contains("class=\"notice late\"");
            assert!(refused && text.contains(said), "{name}: {} {text}", answer.status);
        }
        assert_eq!(c.count(ROWS).await, before);
        assert_eq!(c.count("SELECT COUNT(*) FROM job WHERE state IN ('dead', 'running')").await, 0);
        assert_eq!(desk.get("/enterprises").unwrap().status, 200);
    }

    async fn a_cell_that_looks_like_a_formula_stays_a_text(t: TestDb) {
        let c = county(t).await;
        let mut desk = c.seat("demo-desk").await;
        const NAME: &str = "=HYPERLINK(\"http://x\",\"示范公式厂\")";
        let code = (1_u64..)
            .map(|n| kernel::CreditCode::make('9', '1', "419981", &format!("MA9{n:05}X")))
            .find_map(Result::ok)
            .unwrap();
        let file = workbook(&[("统一社会信用代码", code.as_str()), ("企业名称", NAME), ("地址", "+1-2"), ("联系人", "@SUM(A1)")]);
        let answer = upload(&mut desk, "/enterprises/import", "公式.xlsx", &file);
        let to = answer.header("location").unwrap().to_owned();
        c.app.runner.drain().await.unwrap();
        let done = desk.submit(&to, &to, &[("do", "write")]).unwrap();
        assert_eq!(done.status, 303, "{}", html::text(&done.text()));
        c.app.runner.drain().await.unwrap();
        let mut conn = t.db.read().await.unwrap();
        let found = sql("SELECT name, address, contact_name FROM enterprise WHERE credit_code = $1").bind(code.as_str());
        let row = found.one(&mut conn).await.unwrap();
        let kept: Vec<String> = (0..3).map(|at| row.get(at).unwrap()).collect();
        assert_eq!(kept, [NAME, "+1-2", "@SUM(A1)"]);
        let sheet = desk.get(&format!("/enterprises?q={}&export=xlsx", code.as_str())).unwrap();
        is_text(&sheet.body, NAME);
    }
}
