//! The harness checks itself: a test that cannot fail proves nothing.

use axum::extract::{Multipart, Query};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect};
use axum::routing::{get, post};
use axum::{Form, Router};
use std::collections::BTreeMap;
use testkit::{block_on, both_engines};

use super::axe;
use super::client::{Client, Part};
use super::html;
use super::server::{Running, spawn};
use super::webdriver::{Browser, Window};
use crate::harness::engines::TestDb;

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none'";

const GOOD: &str = r#"<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>反映问题</title></head>
<body><main><h1>反映问题</h1>
<form method="post" action="/echo"><input type="hidden" name="csrf" value="t&amp;k"><input type="hidden" name="once" value="7">
<label for="text">问题</label><textarea id="text" name="text"></textarea>
<label for="kind">类别</label><select id="kind" name="kind"><option value="a">甲</option><option value="b" selected>乙</option></select>
<label><input type="checkbox" name="urgent" value="yes"> 紧急</label>
<button type="submit" name="go" value="1">提交</button></form>
<form method="post" action="/upload" enctype="multipart/form-data"><label for="file">照片</label>
<input id="file" type="file" name="file"><button type="submit">上传</button></form></main></body></html>"#;

const BAD: &str = r#"<!doctype html><html><head><meta charset="utf-8"><title>x</title></head><body><main><h1>x</h1>
<input type="text"><img src="/none.png"><script>document.title = "inline ran"</script></main></body></html>"#;

async fn echo(headers: HeaderMap, Form(fields): Form<Vec<(String, String)>>) -> impl IntoResponse {
    let cookie = headers.get(header::COOKIE).map(|v| v.to_str().unwrap().to_owned());
    Html(format!("<meta charset=utf-8>{fields:?} {cookie:?}"))
}

async fn upload(mut parts: Multipart) -> String {
    let mut seen = Vec::new();
    while let Some(part) = parts.next_field().await.unwrap() {
        let name = part.name().unwrap_or_default().to_owned();
        let file = part.file_name().map(str::to_owned);
        seen.push(format!("{name} {file:?} {} bytes", part.bytes().await.unwrap().len()));
    }
    seen.join("; ")
}

async fn sample() -> Running {
    let page = |text: &'static str| get(move || async move { ([(header::CONTENT_SECURITY_POLICY, CSP)], Html(text)) });
    let router = Router::new()
        .route("/good", page(GOOD))
        .route("/bad", page(BAD))
        .route("/echo", post(echo))
        .route("/upload", post(upload))
        .route("/in", get(|| async { ([(header::SET_COOKIE, "s=1; Path=/; HttpOnly")], Redirect::to("/query?a=1")) }))
        .route("/out", get(|| async { ([(header::SET_COOKIE, "s=; Max-Age=0")], StatusCode::NO_CONTENT) }))
        .route("/query", get(|Query(q): Query<BTreeMap<String, String>>| async move { format!("{q:?}") }));
    spawn(router).await
}

#[test]
fn the_client_keeps_cookies_follows_redirects_and_fills_forms() {
    block_on(async {
        let server = sample().await;
        let mut client = Client::new(&server.url);
        assert_eq!(client.get("/in").unwrap().text(), r#"{"a": "1"}"#);
        assert_eq!(client.cookie("s"), Some("1"));
        let sent = client.submit("/good", "/echo", &[("text", "缺电 <b>"), ("kind", "a")]).unwrap();
        let expected = r#"[("csrf", "t&k"), ("once", "7"), ("text", "缺电 <b>"), ("kind", "a")] Some("s=1")"#;
        assert!(sent.text().ends_with(expected), "{}", sent.text());
        let file = Part::File { name: "照片.jpg", media_type: "image/jpeg", bytes: &[0; 70_000] };
        let sent = client.post_multipart("/upload", &[("csrf", Part::Text("t")), ("file", file)]).unwrap();
        assert_eq!(sent.text(), r#"csrf None 1 bytes; file Some("照片.jpg") 70000 bytes"#);
        assert_eq!(client.get("/out").unwrap().status, 204);
        assert_eq!(client.cookie("s"), None);
        let stays = Client::new(&server.url).not_following().get("/in").unwrap();
        assert_eq!((stays.status, stays.header("Location")), (303, Some("/query?a=1")));
        let wrong = client.submit("/good", "/nowhere", &[]).unwrap_err();
        assert!(wrong.contains("/echo"), "{wrong}");
    });
}

#[test]
fn forms_links_and_text_are_read_as_a_browser_reads_them() {
    let form = &html::forms(GOOD)[0];
    assert_eq!((form.action.as_str(), form.method.as_str()), ("/echo", "post"));
    let fields: Vec<String> = form.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(fields, ["csrf=t&k", "once=7", "text=", "kind=b"]);
    let page =
        "<p title='a > b'>1 &lt; 2<!-- <a href=no> --></p><script>'<a href=no>'</script><a href=/x?a=1&amp;b=2>去</a>";
    assert_eq!(html::links(page), ["/x?a=1&b=2"]);
    assert_eq!(html::text(page), "1 < 2 去");
}

#[test]
fn the_browser_clicks_types_uploads_and_sees_what_csp_stops() {
    block_on(async {
        let server = sample().await;
        let browser = Browser::start(Window::phone()).unwrap();
        browser.goto(&format!("{}/good", server.url)).unwrap();
        assert_eq!(browser.title().unwrap(), "反映问题");
        assert_eq!(
            browser.execute("return [innerWidth, innerHeight, navigator.language]", &[]).unwrap().to_string(),
            r#"[390,844,"zh-CN"]"#
        );
        let shot = browser.screenshot().unwrap();
        assert!(shot.starts_with(b"\x89PNG") && shot.len() > 2000, "{} bytes", shot.len());
        browser.type_into("#text", "缺电").unwrap();
        browser.click("[name=urgent]").unwrap();
        browser.click_text("提交").unwrap();
        browser.wait_for_text(r#"("text", "缺电"), ("kind", "b"), ("urgent", "yes"), ("go", "1")"#).unwrap();
        let photo = browser.folder().join("a.jpg");
        std::fs::write(&photo, [7; 300]).unwrap();
        browser.goto(&format!("{}/good", server.url)).unwrap();
        browser.type_into("#file", photo.to_str().unwrap()).unwrap();
        browser.click_text("上传").unwrap();
        browser.wait_for_text(r#"file Some("a.jpg") 300 bytes"#).unwrap();
        browser.goto(&format!("{}/bad", server.url)).unwrap();
        assert_eq!(browser.title().unwrap(), "x", "CSP must stop the inline script");
        let errors = browser.console_errors().unwrap().join("\n");
        assert!(errors.contains("Content Security Policy"), "{errors}");
        let missing = browser.execute("return document.querySelector('#none').value", &[]).unwrap_err();
        assert!(missing.contains("javascript error"), "{missing}");
    });
}

#[test]
fn axe_passes_a_good_page_and_names_what_is_wrong_with_a_bad_one() {
    block_on(async {
        let server = sample().await;
        let browser = Browser::start(Window::default()).unwrap();
        browser.goto(&format!("{}/good", server.url)).unwrap();
        axe::assert_accessible(&browser);
        browser.goto(&format!("{}/bad", server.url)).unwrap();
        let found = axe::violations(&browser).unwrap().join("\n");
        for rule in ["html-has-lang", "image-alt", "label"] {
            assert!(found.contains(rule), "no {rule} in:\n{found}");
        }
    });
}

#[test]
fn without_javascript_a_page_still_works() {
    block_on(async {
        let server = sample().await;
        let browser = Browser::start(Window { javascript: false, lang: "en", ..Window::default() }).unwrap();
        browser.goto(&format!("{}/good", server.url)).unwrap();
        browser.type_into("#text", "power").unwrap();
        browser.click("[name=go]").unwrap();
        browser.wait_for_text(r#"("text", "power")"#).unwrap();
    });
}

both_engines! {
    async fn a_test_has_a_database_of_its_own(t: TestDb) {
        let mut tx = t.db.begin().await.unwrap();
        tx.script("CREATE TABLE only_mine (n BIGINT)").await.unwrap();
        tx.commit().await.unwrap();
        let other = super::super::engines::fresh(t.engine, true).await;
        let missing = other.db.read().await.unwrap().script("SELECT n FROM only_mine").await;
        assert!(missing.is_err());
        let here = t.db.read().await.unwrap().script("SELECT n FROM only_mine").await;
        assert!(here.is_ok());
    }
}
