//! The API as neighbouring systems meet it: contract by hand, then by a fuzzer that reads its description.

mod county;

use std::collections::BTreeSet;
use std::process::Command as Program;

use casework::command::Command;
use identity::Role;
use kernel::Clock;
use serde_json::{Value, json};

use county::{CODE, WESTERN, county, follow, numbers, problem, problem_of, read};
use testkit::both_engines;

use crate::harness::client::Client;
use crate::harness::engines::TestDb;
use crate::harness::http::Response;

both_engines! {
    async fn a_problem_is_raised_once_however_often_it_is_sent(t: TestDb) {
        let c = county(t).await;
        let writer = c.system(c.root, &["requests:write", "requests:read"]).await;
        let mut keyed = writer.clone().with_header("Idempotency-Key", "5f0c1c7e-1");
        let made = keyed.json("POST", "/api/v1/requests", &problem_of(CODE, "二期用地")).unwrap();
        assert_eq!((made.status, made.header("location")), (201, Some("/api/v1/requests/2026-000123")), "{}", made.text());
        let body = read(&made);
        assert_eq!(body["contact"], json!({"name": "李明", "phone": "13800000000"}));
        assert_eq!((&body["state"], &body["source"], &body["needs"][0]["clock"]), (&json!("submitted"), &json!("hotline"), &json!("accept")));
        assert_eq!(body["enterprise"]["township"]["code"], "east");
        assert_eq!(read(&keyed.get("/api/v1/requests/2026-000123").unwrap()), body, "shown as it was made");

        let again = keyed.json("POST", "/api/v1/requests", &problem_of(CODE, "二期用地")).unwrap();
        assert_eq!((again.status, read(&again)), (200, body));
        let other = keyed.json("POST", "/api/v1/requests", &problem_of(CODE, "别的事")).unwrap();
        assert_eq!(problem(&other), (422, "idempotency-key-reused".into(), vec![]));
        let mut elsewhere = c.system(c.root, &["requests:write"]).await.with_header("Idempotency-Key", "5f0c1c7e-1");
        assert_eq!(elsewhere.json("POST", "/api/v1/requests", &problem_of(CODE, "二期用地")).unwrap().status, 201, "keys belong to a system");
        let twin = c.system(c.east, &["requests:write", "requests:read"]).await;
        let mut twin = twin.with_header("Idempotency-Key", "5f0c1c7e-1");
        assert_eq!(twin.json("POST", "/api/v1/requests", &problem_of(CODE, "另一件事")).unwrap().status, 201, "not to a name");

        let together: Vec<_> = (0..12).map(|_| {
            let mut client = writer.clone().with_header("Idempotency-Key", "all-at-once");
            std::thread::spawn(move || client.json("POST", "/api/v1/requests", &problem_of(CODE, "同时")).unwrap())
        }).collect();
        let answers: Vec<Response> = together.into_iter().map(|thread| thread.join().unwrap()).collect();
        let made: BTreeSet<String> = answers.iter().map(|a| read(a)["number"].to_string()).collect();
        assert_eq!(made.len(), 1, "{made:?}");
        assert_eq!(answers.iter().filter(|a| a.status == 201).count(), 1);
        let mut plain = writer.clone();
        for _ in 0..2 {
            assert_eq!(plain.json("POST", "/api/v1/requests", &problem_of(CODE, "无键")).unwrap().status, 201);
        }
        assert_eq!(follow(&mut plain, "/api/v1/requests").0.len(), 6);
    }

    async fn keys_of_before_go_with_the_one_token_of_their_name(t: TestDb) {
        let c = county(t).await;
        let mut one = c.system(c.root, &["requests:write", "requests:read"]).await.with_header("Idempotency-Key", "retry:1");
        let twins = [c.system(c.east, &["requests:write"]).await, c.system(c.root, &["requests:write"]).await];
        for (number, key) in [("2026-000123", "api:热线 requests:write requests:read:retry:1"), ("2026-000124", "api:热线 requests:write:retry:1")] {
            let mut plain = c.system(c.root, &["requests:write", "figures:read"]).await;
            let made = plain.json("POST", "/api/v1/requests", &problem_of(CODE, "二期用地")).unwrap();
            assert_eq!(read(&made)["number"], number);
            let mut tx = t.db.begin().await.unwrap();
            db::sql("UPDATE request SET once_key = $2 WHERE number = $1").bind(number).bind(key).run(&mut tx).await.unwrap();
            tx.commit().await.unwrap();
        }
        let step = casework::MIGRATIONS.iter().find(|step| step.text.contains("api_token")).unwrap();
        let mut tx = t.db.begin().await.unwrap();
        let text = db::expand(step.text, tx.engine());
        tx.script(&text).await.unwrap();
        tx.commit().await.unwrap();
        let again = one.json("POST", "/api/v1/requests", &problem_of(CODE, "二期用地")).unwrap();
        assert_eq!((again.status, &read(&again)["number"]), (200, &json!("2026-000123")), "sent before the upgrade, tried again after it");
        for twin in twins {
            let mut twin = twin.with_header("Idempotency-Key", "retry:1");
            assert_eq!(twin.json("POST", "/api/v1/requests", &problem_of(CODE, "二期用地")).unwrap().status, 201);
        }
        // A right that is missing is told before anything is looked at.
        let mut reader = c.system(c.root, &["requests:read"]).await.with_header("Idempotency-Key", "retry:1");
        for (kind, body) in [(None, &b""[..]), (Some("application/json"), b"{"), (Some("text/plain"), b"x")] {
            assert_eq!(reader.send("POST", "/api/v1/requests", kind, body).unwrap().status, 403);
        }
    }

    async fn an_enterprise_is_named_where_its_code_is_not_known(t: TestDb) {
        let c = county(t).await;
        let mut writer = c.system(c.root, &["requests:write"]).await;
        let named = |name: &str, more: Value| {
            let mut body = problem_of(CODE, "二期用地");
            body.as_object_mut().unwrap().remove("credit_code");
            body["enterprise_name"] = json!(name);
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            body
        };
        let whole = "示范恒达起重机械有限公司";
        let known = writer.json("POST", "/api/v1/requests", &named(whole, json!({}))).unwrap();
        assert_eq!((known.status, read(&known)["enterprise"]["credit_code"].as_str()), (201, Some(CODE)), "{}", known.text());
        let similar = writer.json("POST", "/api/v1/requests", &named("恒达起重", json!({}))).unwrap();
        assert_eq!(problem(&similar).2, ["enterprise_name:enterprise-similar"]);
        assert!(similar.text().contains(CODE), "which ones may be meant is told: {}", similar.text());
        let noted = writer.json("POST", "/api/v1/requests", &named("恒达起重", json!({"unregistered": true}))).unwrap();
        let body = read(&noted);
        assert_eq!((noted.status, &body["enterprise"]["credit_code"], body["enterprise"]["name"].as_str()), (201, &Value::Null, Some("恒达起重")));
        let mut keyed = c.system(c.root, &["requests:write"]).await.with_header("Idempotency-Key", "one");
        let body = named("新野光伏科技", json!({}));
        assert_eq!([201, 200].map(|_| keyed.json("POST", "/api/v1/requests", &body).unwrap().status), [201, 200]);
        for (wrong, code) in [
            (named("新野光伏科技", json!({"credit_code": CODE})), "enterprise_name:only-code-or-name"),
            (named(CODE, json!({})), "enterprise_name:enterprise-name-no-name"),
            (named("新野储能", json!({"township": "nowhere"})), "township:choose"),
        ] {
            assert_eq!(problem(&writer.json("POST", "/api/v1/requests", &wrong).unwrap()).2, [code]);
        }
    }

    async fn what_cannot_be_raised_is_told_field_by_field(t: TestDb) {
        let c = county(t).await;
        let mut writer = c.system(c.root, &["requests:write"]).await;
        let with = |name: &str, value: Value| {
            let mut body = problem_of(CODE, "二期用地");
            body[name] = value;
            body
        };
        let long = "字".repeat(10_001);
        for (name, value, code) in [
            ("credit_code", json!("91419981MA0000009X"), "enterprise-not-registered"),
            ("credit_code", json!(null), "required"),
            ("title", json!("a\u{0}b"), "control-character"),
            ("title", json!("恒达\u{202e}限有"), "control-character"),
            ("title", json!(["x"]), "wrong-type"),
            ("body", json!(long), "too-long"),
            ("category", json!("nothing"), "choose"),
            ("source", json!("import"), "one-of"),
            ("contact_phone", json!("12345"), "phone-form"),
            ("handed_down", json!(1), "wrong-type"),
            ("origin_level", json!("city"), "only-handed-down"),
            ("colour", json!("red"), "unknown-parameter"),
        ] {
            let answer = writer.json("POST", "/api/v1/requests", &with(name, value)).unwrap();
            assert_eq!(problem(&answer), (422, "invalid-fields".into(), vec![format!("{name}:{code}")]));
        }
        for (media, body, status, code) in [
            (Some("text/plain"), b"{}".to_vec(), 415, "media-type"),
            (None, b"{}".to_vec(), 415, "media-type"),
            (Some("application/json"), b"{\"title\":".to_vec(), 422, "bad-json"),
            (Some("application/json"), b"\xff\xfe".to_vec(), 422, "bad-json"),
            (Some("application/json"), vec![b'['; 200_000], 422, "bad-json"),
            (Some("application/json"), vec![b' '; 300_000], 413, "too-large"),
        ] {
            let answer = writer.send("POST", "/api/v1/requests", media, &body).unwrap();
            let (got, told, _) = problem(&answer);
            assert_eq!((got, told.as_str()), (status, code));
        }
        let mut badly_keyed = writer.clone().with_header("Idempotency-Key", "two words");
        let answer = badly_keyed.json("POST", "/api/v1/requests", &problem_of(CODE, "x")).unwrap();
        assert_eq!(problem(&answer).2, ["Idempotency-Key:idempotency-key"]);
        let sql_and_html = with("title", json!("'; DROP TABLE need; -- <script>alert(1)</script> 🏭 臺灣"));
        assert_eq!(writer.json("POST", "/api/v1/requests", &sql_and_html).unwrap().status, 201);
        let mut reader = c.system(c.root, &["requests:read"]).await;
        let answer = reader.json("POST", "/api/v1/requests", &problem_of(CODE, "x")).unwrap();
        assert_eq!(problem(&answer), (403, "scope-missing".into(), vec![]));
        assert_eq!(follow(&mut reader, "/api/v1/requests").0.len(), 1, "what was refused left nothing behind");
    }

    async fn pages_hold_every_request_once_also_while_things_change(t: TestDb) {
        let c = county(t).await;
        let mut client = c.system(c.root, &["requests:read", "requests:write"]).await;
        for n in 0..23 {
            c.at(&format!("2026-11-05T10:{n:02}"));
            let code = if n % 4 == 0 { WESTERN } else { CODE };
            assert_eq!(client.json("POST", "/api/v1/requests", &problem_of(code, &format!("第 {n} 件"))).unwrap().status, 201);
        }
        let (all, pages) = follow(&mut client, "/api/v1/requests?limit=5");
        let seen = numbers(&all);
        assert_eq!((seen.len(), pages), (23, 5));
        assert!(seen.windows(2).all(|two| two[0] > two[1]), "newest first, none twice: {seen:?}");
        c.worked_on("2026-000130").await;
        for (query, want) in [
            ("state=submitted", 22), ("state=closed", 1), ("state=closed&unit=land", 1), ("unit=land", 1), ("unit=west", 0), ("category=land", 23),
            (&format!("enterprise={WESTERN}"), 6), (&format!("enterprise={WESTERN}&state=closed"), 0), ("category=x&state=draft", 0),
        ] {
            let (rows, _) = follow(&mut client, &format!("/api/v1/requests?limit=4&{query}"));
            assert_eq!(numbers(&rows).into_iter().collect::<BTreeSet<_>>().len(), want, "{query}");
            assert_eq!(rows.len(), want, "{query}");
            let (changed, _) = follow(&mut client, &format!("/api/v1/requests?limit=4&changed_since=2026-01-01T00:00:00Z&{query}"));
            assert_eq!(changed.len(), want, "{query} in the order of changes");
        }
        // Someone who keeps a copy reads two pages; then an old request changes and a new one comes.
        let since = "/api/v1/requests?limit=5&changed_since=2026-11-05T10:10:00%2B08:00";
        let first = read(&client.get(since).unwrap());
        c.at("2026-11-11T09:00");
        c.carry_out("2026-000136", &c.person(Role::Desk, c.root, "/c/"), vec![Command::Accept]).await;
        client.json("POST", "/api/v1/requests", &problem_of(CODE, "新来的")).unwrap();
        let (rest, _) = follow(&mut client, first["next"].as_str().unwrap());
        let items: Vec<Value> = first["items"].as_array().unwrap().iter().chain(&rest).cloned().collect();
        let changed: BTreeSet<&str> = numbers(&items).into_iter().collect();
        let want: BTreeSet<String> = ["2026-000130".to_owned()].into_iter().chain((133..=146).map(|n| format!("2026-000{n}"))).collect();
        assert_eq!(changed, want.iter().map(String::as_str).collect());
        assert_eq!(items.iter().rfind(|i| i["number"] == "2026-000136").unwrap()["state"], "accepted", "the last one read is the newest");
    }

    async fn a_token_sees_what_its_scope_and_unit_allow_until_it_ends(t: TestDb) {
        let c = county(t).await;
        let mut writer = c.system(c.root, &["requests:write", "requests:read", "enterprises:read"]).await;
        for code in [CODE, WESTERN] {
            assert_eq!(writer.json("POST", "/api/v1/requests", &problem_of(code, "二期用地")).unwrap().status, 201);
        }
        c.worked_on("2026-000123").await;
        let mut reader = c.system(c.root, &["requests:read"]).await;
        let request = read(&reader.get("/api/v1/requests/2026-000123").unwrap());
        assert_eq!(request["contact"], json!({"name": "李*", "phone": "138****0000"}), "who only reads need not call");
        assert_eq!((&request["state"], &request["needs"][0]["lead"]["code"]), (&json!("closed"), &json!("land")));

        let events = reader.get("/api/v1/requests/2026-000123/events").unwrap();
        let text = events.text();
        for inside in ["王芳", "内部便条", "只给同事看", "13800000000"] {
            assert!(!text.contains(inside), "{inside} in {text}");
        }
        assert!(text.contains("竣工测绘报告") && text.contains("办好了"));
        let events = read(&events);
        let kinds: Vec<&str> = events["items"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds[..6], ["submitted", "accepted", "classified", "assigned", "signed", "wait_started"]);
        assert_eq!(events["items"][3]["unit"]["code"], "land");
        let clocks = read(&reader.get("/api/v1/requests/2026-000123/clocks").unwrap());
        let resolve: Vec<&Value> = clocks["items"].as_array().unwrap().iter().filter(|i| i["clock"] == "resolve").collect();
        assert_eq!(resolve.len(), 2, "one for each round");
        assert_eq!((&resolve[0]["limit"], &resolve[0]["paused_days"]), (&json!({"n": 10, "unit": "working_day"}), &json!(1)));

        let mut east = c.system(c.east, &["requests:read", "requests:write", "enterprises:read"]).await;
        assert_eq!(numbers(&follow(&mut east, "/api/v1/requests").0), ["2026-000123"]);
        for hidden in ["/api/v1/requests/2026-000124", "/api/v1/requests/2026-000124/events", "/api/v1/requests/2026-000124/clocks",
            "/api/v1/requests/2026-999999", "/api/v1/requests/%00", "/api/v1/requests/%ff", "/api/v1/requests/x%2Fy", "/api/v1/nothing"] {
            let answer = east.get(hidden).unwrap();
            assert_eq!(problem(&answer).0, 404, "{hidden}");
        }
        let answer = east.json("POST", "/api/v1/requests", &problem_of(WESTERN, "x")).unwrap();
        assert_eq!(problem(&answer).2, ["credit_code:enterprise-not-registered"], "outside its unit there is nothing");

        let found = read(&east.get("/api/v1/enterprises?status=active&limit=1").unwrap());
        assert_eq!((&found["items"][0]["credit_code"], &found["next"]), (&json!(CODE), &Value::Null));
        assert_eq!(east.get(&format!("/api/v1/enterprises/{CODE}")).unwrap().status, 200);
        assert_eq!(problem(&east.get(&format!("/api/v1/enterprises/{WESTERN}")).unwrap()).0, 404);
        let (both, pages) = follow(&mut writer, "/api/v1/enterprises?division=4199&limit=1");
        assert_eq!((both.len(), pages), (2, 2));
        for path in ["/api/v1/enterprises", "/api/v1/figures", "/api/v1/enterprises/x"] {
            assert_eq!(problem(&reader.get(path).unwrap()), (403, "scope-missing".into(), vec![]), "{path}");
        }
        let figures = read(&c.system(c.root, &["figures:read"]).await.get("/api/v1/figures?from=2026-01-01&to=2026-12-31").unwrap());
        assert_eq!(figures["figures"][0]["denominator"], 2, "{figures}");

        let (id, secret) = c.token(c.root, &["requests:read"]).await;
        let mut ending = c.bearing(&secret);
        assert_eq!(ending.get("/api/v1/requests").unwrap().status, 200);
        let mut tx = t.db.begin().await.unwrap();
        assert!(identity::revoke(&mut tx, id, c.clock.now()).await.unwrap());
        tx.commit().await.unwrap();
        let mut stranger = Client::new(&c.server.url);
        let mut nonsense = c.bearing("wq_0000");
        for client in [&mut ending, &mut stranger, &mut nonsense] {
            let answer = client.get("/api/v1/requests").unwrap();
            assert_eq!(problem(&answer), (401, "token-unknown".into(), vec![]));
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
            assert_eq!(client.json("POST", "/api/v1/requests", &json!({})).unwrap().status, 401);
        }
        c.at("2027-01-05T09:00");
        assert_eq!(problem(&reader.get("/api/v1/requests").unwrap()).0, 401, "it ended by itself");
    }

    async fn wrong_questions_are_answered_with_what_was_expected(t: TestDb) {
        let c = county(t).await;
        let mut client = c.system(c.root, &identity::SCOPES).await;
        for (path, told) in [
            ("/requests?limit=0", "limit:out-of-range"), ("/requests?limit=201", "limit:out-of-range"),
            ("/requests?limit=99999999999999999999999", "limit:out-of-range"), ("/requests?limit=ten", "limit:out-of-range"),
            ("/requests?state=new", "state:one-of"), ("/requests?colour=red", "colour:unknown-parameter"),
            ("/requests?unit=a%00b", "unit:control-character"), ("/requests?unit=%ff", "unit:not-utf8"),
            ("/requests?unit=a&unit=b", "unit:given-twice"), ("/requests?changed_since=yesterday", "changed_since:wrong-type"),
            ("/requests?after=9223372036854775808", "after:cursor"), ("/requests?after=1.2", "after:cursor"), ("/requests?unit=", "unit:required"), ("/figures?to=", "to:required"),
            ("/figures?from=2026-02-01&to=2026-01-01", "to:ends-before-start"), ("/figures?from=2026-02-30", "from:wrong-type"),
            ("/enterprises?division=4x", "division:division-form"), ("/enterprises?after=x", "after:cursor"),
            ("/requests?changed_since=2026-01-01T00:00:00Z&after=5", "after:cursor"),
            ("/requests/2026-000123?x=1", "x:unknown-parameter"), ("/requests/2026-000123/events?limit=1", "limit:unknown-parameter"),
        ] {
            let answer = client.get(&format!("/api/v1{path}")).unwrap();
            assert_eq!(problem(&answer), (422, "invalid-fields".into(), vec![told.to_owned()]), "{path}");
        }
        assert_eq!(client.get("/api/v1/requests?changed_since=0000-01-01T00:00:00Z").unwrap().status, 200);
        for (method, path, allowed) in [("DELETE", "/api/v1/requests", "GET,HEAD,POST"), ("PUT", "/api/v1/requests/1", "GET,HEAD")] {
            let answer = client.send(method, path, None, b"").unwrap();
            assert_eq!(problem(&answer).0, 405);
            assert_eq!(answer.header("allow"), Some(allowed));
        }
        let page = client.get("/api").unwrap();
        assert_eq!(page.status, 200);
        assert!(page.text().contains("/requests/{number}/clocks") && !page.text().contains('⟦'));
        let described = read(&client.get("/api/v1/openapi.json").unwrap());
        assert_eq!(described, serde_json::from_str::<Value>(&app::api_docs::document()).unwrap());
        // Each described parameter is known to its endpoint: a wrong value is refused as wrong, not as unknown.
        for (path, item) in described["paths"].as_object().unwrap() {
            for parameter in item["get"]["parameters"].as_array().into_iter().flatten().filter(|p| p["in"] == "query") {
                let name = parameter["name"].as_str().unwrap();
                let path = path.replace("{number}", "2026-000123").replace("{credit_code}", CODE);
                let answer = client.get(&format!("/api/v1{path}?{name}=%00")).unwrap();
                let told = read(&answer).to_string();
                assert!(!told.contains("unknown-parameter"), "{path} {name}: {told}");
            }
        }
    }

    async fn a_fuzzer_finds_no_fault(t: TestDb) {
        let Some(python) = testkit::python() else { return };
        let c = county(t).await;
        let (_, secret) = c.token(c.root, &identity::SCOPES).await;
        let mut client = c.bearing(&secret);
        for n in 0..60 {
            let made = client.json("POST", "/api/v1/requests", &problem_of(CODE, &format!("第 {n} 件"))).unwrap();
            assert_eq!(made.status, 201, "{}", made.text());
        }
        c.worked_on("2026-000123").await;
        let mut fuzzer = Program::new(python);
        fuzzer.args(["-m", "schemathesis.cli", "run"]).arg(format!("{}/api/v1/openapi.json", c.server.url));
        fuzzer.args(["--header", &format!("Authorization: Bearer {secret}")]);
        // Valid data is refused where it makes no sense: a place nobody gave, an end before its start, a key used before.
        fuzzer.args(["--checks", "all", "--exclude-checks", "positive_data_acceptance"]);
        fuzzer.args(["--phases", "examples,coverage,fuzzing", "--max-examples", "40", "--seed", "7", "--workers", "2"]);
        fuzzer.args(["--suppress-health-check", "all", "--request-timeout", "10", "--continue-on-failure", "--no-color"]);
        let output = fuzzer.current_dir(t.folder()).env("PYTHONUTF8", "1").output().unwrap();
        let told = format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{told}");
        println!("{told}");
    }
}
