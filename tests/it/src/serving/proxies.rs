//! A proxy nobody named is told once, and what only this machine may read is not handed to it.

use std::time::Duration;

use db::Engine;

use super::config;
use crate::harness::engines::run;
use crate::harness::http;
use crate::harness::process::{Process, run as wanqi};
use crate::harness::token_county::county;

fn status(url: &str, headers: &[(&str, &str)]) -> u16 {
    let headers: Vec<_> = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    http::exchange("GET", url, &headers, b"", Duration::from_secs(9)).unwrap().status
}

#[test]
fn an_untrusted_proxy_is_in_the_log_once_and_in_the_doctor_until_it_is_named() {
    run(Engine::Sqlite, async |t| {
        county(&t.db).await;
        let file = config(t, &t.url);
        tokio::task::block_in_place(|| {
            let serve = || Process::start(&["--config", &file, "serve"], t.folder()).unwrap();
            let doctor = || wanqi(&["--lang", "en", "--config", &file, "doctor"]).1;
            let server = serve();
            let metrics = format!("{}/metrics", server.url);
            assert_eq!(status(&metrics, &[]), 200, "asked on this machine");
            assert!(doctor().contains("Visitors are told apart"));
            for client in ["203.0.113.1", "203.0.113.2", "203.0.113.3"] {
                assert_eq!(status(&metrics, &[("X-Forwarded-For", client)]), 404, "a proxy passed it on");
            }
            assert_eq!(status(&metrics, &[]), 404, "perhaps the proxy, which does not always say so");
            assert_eq!(server.log().matches("not among trusted_proxies").count(), 1, "{}", server.log());
            for _ in 0..100 {
                if doctor().contains("Requests from 127.0.0.1 say that they are passed on") {
                    break;
                }
                std::thread::sleep(Duration::from_millis(50));
            }
            assert!(doctor().contains("Requests from 127.0.0.1 say that they are passed on"), "{}", doctor());
            drop(server);

            let text = std::fs::read_to_string(&file).unwrap();
            std::fs::write(&file, format!("{text}trusted_proxies = [\"127.0.0.1\"]\nmetrics_token = \"t0ken\"\n"))
                .unwrap();
            let server = serve();
            let metrics = format!("{}/metrics", server.url);
            assert_eq!(status(&metrics, &[]), 404, "there is a proxy: only the token opens it");
            assert_eq!(status(&metrics, &[("Authorization", "Bearer t0ken")]), 200);
            assert!(doctor().contains("Visitors are told apart"));

            std::fs::write(&file, format!("{text}base_url = \"https://wanqi.example.gov.cn\"\n")).unwrap();
            assert!(doctor().contains("a proxy stands in front, but trusted_proxies is empty"));
        });
    });
}
