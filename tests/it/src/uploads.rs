//! Forms as somebody up to no good sends them: no byte of a file is kept before token, right and tries were looked at, and
//! a key somebody else made opens nothing.

use std::path::Path;

use db::sql;
use testkit::both_engines;

use crate::enterprise_county::{County, HENGDA, JPEG, county, filled, send, set};
use crate::harness::client::{Client, Part};
use crate::harness::engines::TestDb;
use crate::harness::html;
use crate::harness::http::Response;

/// Files below a folder beside the database.
fn lying(data: &Path, folder: &str) -> usize {
    let entries = std::fs::read_dir(data.join(folder)).into_iter().flatten().flatten();
    let below = |path: std::path::PathBuf| if path.is_dir() { std::fs::read_dir(path).unwrap().count() } else { 1 };
    entries.map(|entry| below(entry.path())).sum()
}

fn kept(t: &TestDb) -> usize {
    lying(t.folder(), "incoming") + lying(t.folder(), "pending") + lying(t.folder(), "files")
}

/// The form of a visitor for the first enterprise, filled in.
fn form(client: &mut Client, title: &str) -> Vec<(String, String)> {
    filled(&client.get(&format!("/raise?e={HENGDA}")).unwrap().text(), title)
}

fn visitor(c: &County) -> Client {
    c.visitor().not_following()
}

fn to(answer: &Response) -> &str {
    answer.header("location").unwrap_or("")
}

both_engines! {
    async fn a_form_without_its_token_first_keeps_nothing(t: TestDb) {
        let c = county(t).await;
        let mut guest = visitor(&c);
        let fields = form(&mut guest, "门口公交");
        let token = fields.iter().find(|(name, _)| name == "csrf").unwrap().1.clone();
        let file = ("attachment", Part::File { name: "门口.jpg", media_type: "image/jpeg", bytes: JPEG });
        let texts: Vec<(&str, Part)> = fields.iter().map(|(n, v)| (n.as_str(), Part::Text(v))).collect();
        let late: Vec<_> = std::iter::once(file).chain(texts.clone()).collect();
        let wrong: Vec<_> = [("csrf", Part::Text("0123456789abcdef")), file].into_iter().chain(texts.iter().skip(1).copied()).collect();
        for parts in [late, wrong] {
            let answer = guest.post_multipart("/raise", &parts).unwrap();
            assert!(answer.status == 422 && answer.text().contains("竣工测绘已完成"), "what was written comes back");
        }
        // Sent from a page of another site, with everything else right.
        for (name, value) in [("Origin", "http://evil.example"), ("Sec-Fetch-Site", "cross-site")] {
            let mut lured = guest.clone().with_header(name, value);
            let answer = send(&mut lured, "/raise", &fields, &[("门口.jpg", JPEG)]);
            assert_eq!((answer.status, answer.text().contains("不是从本站页面提交的")), (403, true));
        }
        // Signed out, on pages for people with an account and on pages that take no file.
        for path in ["/requests/new", "/ledger/import", "/my/2026-000001/remark", "/requests/2026-000001/answer", "/sign-in"] {
            let mut stranger = visitor(&c);
            stranger.set_cookie("wanqi-form", &token);
            let answer = stranger.post_multipart(path, &[("csrf", Part::Text(&token)), file, ("sheet", file.1)]).unwrap();
            assert!(matches!(answer.status, 303 | 403 | 422), "{path}: {}", answer.status);
        }
        // Signed in, without the right.
        let mut contact = c.signed_in(&c.contact).not_following();
        let page = contact.get("/raise").unwrap().text();
        let token = html::forms(&page).iter().find_map(|f| f.fields.iter().find(|(n, _)| n == "csrf").cloned()).unwrap().1;
        let answer = contact.post_multipart("/ledger/import", &[("csrf", Part::Text(&token)), ("sheet", file.1)]).unwrap();
        assert_eq!(answer.status, 403);
        assert_eq!((kept(t), c.rows().await.len()), (0, 0));
        assert_eq!(send(&mut guest, "/raise", &fields, &[("门口.jpg", JPEG)]).status, 303, "the honest one is taken");
        assert_eq!(lying(t.folder(), "files"), 1);
    }

    async fn an_address_that_tries_too_often_keeps_its_words_and_no_file(t: TestDb) {
        let c = county(t).await;
        let mut guest = visitor(&c);
        let mut fields = form(&mut guest, "门口公交");
        let known = fields.clone();
        assert_eq!(send(&mut guest, "/raise", &known, &[]).status, 303);
        set(&mut fields, "phone", "1380000");
        set(&mut fields, "once", "11111111-2222-3333-4444-555555555555");
        // What was taken counts for nothing: only refused tries do.
        for n in 0..40 {
            let answer = send(&mut guest, "/raise", &fields, &[("门口.jpg", &[JPEG, &[n]].concat())]);
            assert_eq!(answer.status, if n < 30 { 422 } else { 429 }, "{n}");
            assert!(answer.text().contains("竣工测绘已完成"));
        }
        let after = lying(t.folder(), "pending");
        assert_eq!((after, lying(t.folder(), "incoming")), (30 * 3, 0), "a file, a list and a mark for each that was looked at");
        // A hit is counted like a miss.
        let answer = send(&mut guest, "/raise", &known, &[]);
        assert_eq!((answer.status, answer.header("set-cookie").is_some_and(|c| c.contains("wanqi-follow"))), (429, false));
    }

    async fn an_address_that_raises_too_much_for_one_enterprise_leaves_no_file(t: TestDb) {
        let c = county(t).await;
        let mut guest = visitor(&c);
        for n in 0..32 {
            let mut fields = form(&mut guest, &format!("第 {n} 件事"));
            set(&mut fields, "anyway", "yes");
            let answer = send(&mut guest, "/raise", &fields, &[("门口.jpg", JPEG)]);
            assert_eq!(answer.status, if n < 30 { 303 } else { 429 }, "{n}");
        }
        assert_eq!((c.rows().await.len(), lying(t.folder(), "pending"), lying(t.folder(), "incoming")), (30, 0, 0));
    }

    async fn files_of_the_enterprise_leave_the_offices_their_room(t: TestDb) {
        let c = county(t).await;
        let mut guest = visitor(&c);
        let own = form(&mut guest, "门口公交线路");
        assert_eq!(send(&mut guest, "/raise", &own, &[("a.jpg", JPEG)]).status, 303);
        let remark = |guest: &mut Client, n: usize, files: usize| {
            let page = guest.get("/follow/2026-000001").unwrap().text();
            let form = html::forms(&page).into_iter().find(|form| form.action.ends_with("/remark")).expect("a remark");
            let mut fields = form.fields;
            set(&mut fields, "text", &format!("第 {n} 次补充"));
            let photos: Vec<Vec<u8>> = (0..files).map(|at| [JPEG, format!("{n}-{at}").as_bytes()].concat()).collect();
            let named: Vec<(&str, &[u8])> = photos.iter().map(|bytes| ("照片.jpg", bytes.as_slice())).collect();
            send(guest, "/follow/2026-000001/remark", &fields, &named)
        };
        assert_eq!([(1, 10), (2, 9)].map(|(n, files)| remark(&mut guest, n, files).status), [303, 303]);
        let refused = remark(&mut guest, 3, 1);
        assert!(refused.status == 422 && refused.text().contains("最多 20 个附件"), "{}", html::text(&refused.text()));
        assert_eq!(remark(&mut guest, 4, 0).status, 303, "words always come through");
        // The desk and the unit go on with and without files of their own.
        let mut desk = c.signed_in(&c.desk).not_following();
        let page = desk.get("/requests/2026-000001?do=accept").unwrap().text();
        let form = html::forms(&page).into_iter().find(|form| form.action.ends_with("/accept")).expect("the form");
        let texts: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(desk.post(&form.action, &texts).unwrap().status, 303);
        let page = desk.get("/requests/2026-000001?do=comment").unwrap().text();
        let form = html::forms(&page).into_iter().find(|form| form.action.ends_with("/comment")).expect("the form");
        let mut fields = form.fields;
        set(&mut fields, "text", "内部说明");
        assert_eq!(send(&mut desk, &form.action, &fields, &[("说明.jpg", JPEG)]).status, 303);
    }

    async fn what_a_visitor_leaves_in_a_day_has_an_end(t: TestDb) {
        let c = county(t).await;
        let mut guest = visitor(&c);
        let page = form(&mut guest, "门口公交线路");
        // The share of the day is nearly used up.
        let mut tx = t.db.begin().await.unwrap();
        sql("UPDATE throttle SET n = 300 WHERE key LIKE 'files:%'").run(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(send(&mut guest, "/raise", &page, &[("a.jpg", JPEG)]).status, 303, "the first is counted");
        let mut tx = t.db.begin().await.unwrap();
        sql("UPDATE throttle SET n = 300 WHERE key LIKE 'files:%'").run(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let mut fields = form(&mut guest, "厂区停电");
        let full = send(&mut guest, "/raise", &fields, &[("b.jpg", JPEG)]);
        assert!(full.status == 429 && full.text().contains("附件已满") && full.text().contains("厂区停电"), "{}", full.status);
        assert_eq!((lying(t.folder(), "pending"), lying(t.folder(), "incoming")), (0, 0));
        set(&mut fields, "anyway", "yes");
        assert_eq!(send(&mut guest, "/raise", &fields, &[]).status, 303, "words always come through");
    }

    async fn the_like_is_not_told_for_ever(t: TestDb) {
        let c = county(t).await;
        let mut contact = c.signed_in(&c.contact).not_following();
        let theirs = filled(&contact.get("/raise").unwrap().text(), "二期用地不动产证办理");
        send(&mut contact, "/raise", &theirs, &[]);
        let mut told = 0;
        for _ in 0..15 {
            let mut guest = visitor(&c);
            let fields = form(&mut guest, "二期用地不动产证");
            let answer = send(&mut guest, "/raise", &fields, &[]);
            told += usize::from(answer.status == 200 && answer.text().contains("类似"));
        }
        assert_eq!(told, 10);
    }

    async fn a_known_key_opens_nothing_to_anybody_else(t: TestDb) {
        let c = county(t).await;
        let mut contact = c.signed_in(&c.contact).not_following();
        let theirs = filled(&contact.get("/raise").unwrap().text(), "二期用地不动产证办理");
        assert_eq!(to(&send(&mut contact, "/raise", &theirs, &[])), "/raise/sent/2026-000001");
        let mut guest = visitor(&c);
        let own = form(&mut guest, "门口公交线路");
        let first = send(&mut guest, "/raise", &own, &[]);
        assert_eq!(to(&first), "/raise/sent/2026-000002");
        assert_eq!(to(&send(&mut guest, "/raise", &own, &[])), "/raise/sent/2026-000002", "a double click makes one");
        assert_eq!(guest.get("/follow/2026-000002").unwrap().status, 200);

        let key = |of: &[(String, String)]| of.iter().find(|(name, _)| name == "once").unwrap().1.clone();
        let mut stored = Vec::new();
        let mut conn = t.db.read().await.unwrap();
        for row in sql("SELECT once_key FROM request ORDER BY number").all(&mut conn).await.unwrap() {
            stored.push(row.get::<String>(0).unwrap());
        }
        drop(conn);
        // As they stand in the form and as they stand in the row, from another browser and from another account.
        let keys: Vec<String> = [key(&theirs), key(&own)].into_iter().chain(stored).collect();
        let mut other = c.signed_in(&c.other).not_following();
        for (n, key) in keys.iter().enumerate() {
            let mut stranger = visitor(&c);
            let mut fields = form(&mut stranger, &format!("第 {n} 件不相干的事情"));
            set(&mut fields, "once", key);
            set(&mut fields, "anyway", "yes");
            let answer = send(&mut stranger, "/raise", &fields, &[]);
            assert!(!to(&answer).ends_with("000001") && !to(&answer).ends_with("000002"), "{key}: {}", to(&answer));
            for number in ["2026-000001", "2026-000002"] {
                assert_eq!(stranger.get(&format!("/follow/{number}")).unwrap().status, 303, "{key} gives no pass");
            }
            let mut fields = filled(&other.get("/raise").unwrap().text(), &format!("别家第 {n} 件事情"));
            set(&mut fields, "once", key);
            set(&mut fields, "anyway", "yes");
            let answer = send(&mut other, "/raise", &fields, &[]);
            assert!(to(&answer).starts_with("/raise/sent/") && !to(&answer).ends_with("000001"), "{key}: {}", to(&answer));
        }
        // Guessing ends, and the last guess is right.
        let mut stranger = visitor(&c);
        let mut fields = form(&mut stranger, "猜");
        let answers: Vec<u16> = (0..300).map(|n| {
            set(&mut fields, "once", &if n == 299 { key(&own) } else { format!("{n:032}") });
            set(&mut fields, "phone", "1");
            send(&mut stranger, "/raise", &fields, &[]).status
        }).collect();
        assert!(answers.iter().skip(30).all(|status| *status == 429), "{answers:?}");
    }

    async fn too_many_files_are_refused_with_what_was_written(t: TestDb) {
        let c = county(t).await;
        let mut contact = c.signed_in(&c.contact).not_following();
        let fields = filled(&contact.get("/raise").unwrap().text(), "门口公交");
        let many = [("照片.jpg", JPEG); 21];
        let answer = send(&mut contact, "/raise", &fields, &many);
        let text = html::text(&answer.text());
        assert!(answer.status == 422 && text.contains("一次最多上传 20 个文件") && text.contains("竣工测绘已完成"), "{text}");
        assert_eq!(kept(t), 0);
    }
}
