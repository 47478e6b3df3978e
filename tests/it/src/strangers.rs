//! What strangers try from outside: many addresses of one household, two hosts in one request, logins guessed, words of
//! another site put into a visitor's form.

use std::sync::Arc;
use std::time::Duration;

use kernel::{OsRandom, SystemClock};
use testkit::both_engines;

use crate::enterprise_county::{HENGDA, county, filled, send};
use crate::harness::client::Client;
use crate::harness::engines::TestDb;
use crate::harness::http;
use crate::harness::server::spawn;
use crate::harness::token_county;

both_engines! {
    async fn a_household_of_many_addresses_has_the_tries_of_one(t: TestDb) {
        token_county::county(&t.db).await;
        let text = format!("database = \"{}\"\ndata_dir = \".\"\ntrusted_proxies = [\"127.0.0.1\"]", t.url);
        let config = app::Config::read(&text, t.folder(), |_| None).unwrap();
        let app = app::assemble(&config, t.db.clone(), Arc::new(SystemClock), Arc::new(OsRandom)).unwrap();
        let server = spawn(app.router).await;
        let status = |address: &str| {
            let mut client = Client::new(&server.url).with_header("X-Forwarded-For", address);
            client.submit("/follow", "/follow", &[("number", "2026-000001"), ("phone", "13800000000")]).unwrap().status
        };
        // An address of its own for each try, as every machine of a network may have billions of.
        let refused = (1..=40).find(|n| status(&format!("2001:db8:1:2:{n:x}::{n:x}")) == 429);
        assert_eq!(refused, Some(21));
        assert_eq!(status("2001:db8:1:2:ffff::1"), 429);
        assert_ne!(status("2001:db8:1:3::1"), 429, "the household next door");
        assert_ne!(status("203.0.113.7"), 429);
    }

    async fn two_hosts_are_refused(t: TestDb) {
        let c = county(t).await;
        let url = format!("{}/raise", c.server.url);
        let asked = |hosts: &[&str]| {
            let headers: Vec<_> = hosts.iter().map(|host| ("Host".to_owned(), (*host).to_owned())).collect();
            http::exchange("GET", &url, &headers, b"", Duration::from_secs(9)).unwrap().status
        };
        // The client names one itself.
        assert_eq!((asked(&[]), asked(&["evil.example"])), (200, 400));
    }

    async fn a_login_nobody_has_is_answered_as_a_wrong_password_is(t: TestDb) {
        let c = county(t).await;
        let mut visitor = c.visitor().not_following();
        let mut answer = |login: &str| {
            let given = [("login", login), ("password", "wrong-Password-1")];
            let answer = visitor.submit("/sign-in", "/sign-in", &given).unwrap();
            let headers: Vec<_> = answer.headers.iter().filter(|(name, _)| name != "date").cloned().collect();
            (answer.status, headers, answer.text().replace(login, "LOGIN"))
        };
        let (known, unknown) = (answer("contact"), answer("nobody7"));
        assert_eq!(known.0, 422);
        assert!(known.2.contains("LOGIN"), "the page shows what was typed");
        assert_eq!(unknown, known);
    }

    async fn words_of_another_site_come_into_no_form(t: TestDb) {
        let c = county(t).await;
        let words = "打这个电话领补贴";
        // As they stand in a field, and as they travel through the sign-in page.
        let has = |page: &str| page.contains(words) || page.contains(&http::percent_encode(words));
        let page = c.visitor().get(&format!("/raise?e={HENGDA}")).unwrap().text();
        let fields = filled(&page, words);
        for (header, value, carried) in [
            ("Accept-Language", "zh-CN", true),
            ("Origin", "http://evil.example", false),
            ("Sec-Fetch-Site", "cross-site", false),
        ] {
            // Who is signed out while writing finds the own words in the sign-in page.
            let mut out = c.visitor().not_following().with_header(header, value);
            let answer = out.post("/admin/categories/new", &[("name", words)]).unwrap();
            assert_eq!(has(&answer.text()), carried, "{header} {}", answer.status);
            if carried {
                continue;
            }
            assert_eq!(answer.status, 303, "{header}");
            for sent in [c.visitor(), c.signed_in(&c.contact)] {
                let answer = send(&mut sent.not_following().with_header(header, value), "/raise", &fields, &[]);
                assert_eq!(answer.status, 403, "{header}");
                assert!(!has(&answer.text()), "{header}: {}", answer.text());
            }
        }
        assert!(c.rows().await.is_empty());
    }
}
