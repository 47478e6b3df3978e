//! The pages of enterprises, visitors and helpers over HTTP, on both databases: raising, following, rating, and what
//! people type who are in a hurry or up to no good.

use casework::command::Command;
use casework::event::{CallResult, Outcome, Role};
use casework::limits::LimitUnit;
use kernel::{AssignmentId, Clock};
use testkit::both_engines;

use crate::enterprise_county::{County, GUIDANCE, HENGDA, JPEG, WEIHUA, county, filled, html_link, send, set};
use crate::harness::client::Client;
use crate::harness::engines::TestDb;
use crate::harness::html;
use crate::harness::http::Response;

/// Light and sentence of the problem's own page.
fn sentence(page: &str) -> (String, String) {
    let card = page.split("<section class=\"card\">").nth(1).unwrap();
    let mut lines = card.split("<p>").skip(1).map(|rest| rest.split("</p>").next().unwrap().to_owned());
    (lines.next().unwrap(), lines.next().unwrap())
}

/// Moves the clock to an instant at which everybody has just been seen.
async fn awake(c: &County, now: &str) {
    let now: chrono::DateTime<chrono::Utc> = now.parse().unwrap();
    c.clock.set(now);
    let mut tx = c.casework.db.begin().await.unwrap();
    let seen =
        db::sql("UPDATE session SET seen_at = $1, expires_at = $2").bind(now).bind(now + chrono::Duration::days(1));
    seen.run(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}

both_engines! {
    async fn the_desk_is_shown_what_the_enterprise_reads(t: TestDb) {
        let c = county(t).await;
        let (mut contact, mut desk) = (c.signed_in(&c.contact), c.signed_in(&c.desk));
        let page = contact.get("/raise").unwrap().text();
        send(&mut contact, "/raise", &filled(&page, "二期用地不动产证办理"), &[]);
        let request = c.rows().await[0].request;
        let same = |contact: &mut Client, desk: &mut Client, what: &str| {
            let own = contact.get("/my/2026-000001").unwrap().text();
            let seen = desk.get("/requests/2026-000001").unwrap().text();
            let (light, says) = sentence(&own);
            assert!(seen.contains(&light), "{what}: {light}: {seen}");
            assert!(seen.contains(&format!("<p class=\"seen said\">{says}</p>")), "{what}: {says}: {seen}");
            says
        };
        same(&mut contact, &mut desk, "submitted");
        let lead = c.take_up(request).await;
        same(&mut contact, &mut desk, "in progress");
        let co = AssignmentId::new(c.clock.now(), c.random.as_ref());
        let assign = Command::Assign { assignment: co, unit: c.town, role: Role::Co, note: String::new(), share: Some((3, LimitUnit::WorkingDay)) };
        c.county_does(request, vec![assign]).await;
        c.county_does(request, vec![Command::Answer { assignment: lead, outcome: Outcome::Resolved, text: "已核发".into() }]).await;
        let waits = same(&mut contact, &mut desk, "a co-unit is behind");
        assert!(waits.contains("自然资源局已答复") && waits.contains("城关镇") && waits.contains("11月12日"), "{waits}");
        assert!(c.rows().await[0].co_due_at.is_some());
        awake(&c, "2026-11-15T17:38:00Z").await;
        let late = same(&mut contact, &mut desk, "late");
        assert!(late.contains("超期 1 个工作日") && !late.contains("催办"), "a weekend and a night count for nothing: {late}");
        c.county_does(request, vec![Command::Answer { assignment: co, outcome: Outcome::Resolved, text: "已配合".into() }]).await;
        assert!(same(&mut contact, &mut desk, "answered").contains("已经答复"));
        c.county_does(request, vec![Command::CallBack { result: CallResult::Satisfied, note: String::new() }]).await;
        same(&mut contact, &mut desk, "closed");
    }

    async fn a_visitor_raises_once_follows_and_adds(t: TestDb) {
        let c = county(t).await;
        let mut visitor = c.visitor().not_following();
        let page = visitor.get(&format!("/raise?e={HENGDA}")).unwrap().text();
        assert!(page.contains("示范恒达起重机械有限公司") && page.contains(GUIDANCE));
        assert!(!page.contains("13800000000"), "a visitor is not told the enterprise's number");
        let fields = filled(&page, "二期用地不动产证办理");
        let first = send(&mut visitor, "/raise", &fields, &[("门口.jpg", JPEG)]);
        assert_eq!(first.status, 303, "{}", first.text());
        let second = send(&mut visitor, "/raise", &fields, &[("门口.jpg", JPEG)]);
        assert_eq!(first.header("location"), second.header("location"), "a double click makes one");
        let rows = c.rows().await;
        assert_eq!((rows.len(), rows[0].source.as_str(), rows[0].number.as_str()), (1, "qr", "2026-000001"));
        let sent = visitor.get(first.header("location").unwrap()).unwrap().text();
        assert!(sent.contains("2026-000001") && sent.contains("11月10日"), "number and until when: {sent}");

        // Without the pass nobody sees it, whether the number exists or not.
        let mut stranger = c.visitor().not_following();
        for number in ["2026-000001", "2026-999999"] {
            let answer = stranger.get(&format!("/follow/{number}")).unwrap();
            assert_eq!((answer.status, answer.header("location").map(str::to_owned)), (303, Some(format!("/follow?number={number}"))));
        }
        let csrf = html::forms(&stranger.get("/follow").unwrap().text())[0].fields[0].1.clone();
        let ask = |client: &mut Client, number: &str, phone: &str| {
            client.post("/follow", &[("csrf", &csrf), ("number", number), ("phone", phone)]).unwrap()
        };
        let plain = |answer: Response, number: &str| answer.text().replace(number, "N");
        let wrong = ask(&mut stranger, "2026-000001", "13900000000");
        assert_eq!(wrong.status, 422);
        let unknown = ask(&mut stranger, "2026-999999", "13900000000");
        assert_eq!(plain(wrong, "2026-000001"), plain(unknown, "2026-999999"), "nothing tells them apart");
        let found = ask(&mut stranger, "2026-000001", "+86 138-1234-6021");
        assert_eq!(found.header("location"), Some("/follow/2026-000001"));
        let seen = stranger.get("/follow/2026-000001").unwrap().text();
        assert!(seen.contains("竣工测绘已完成") && seen.contains("门口.jpg"));
        let file = html_link(&seen, "/files/");
        assert_eq!(stranger.get(&file).unwrap().body, JPEG);
        assert_eq!(stranger.get("/my/2026-000001").unwrap().header("location"), Some("/sign-in?next=%2Fmy%2F2026-000001"));

        // Papers that are waited for end the wait; sent twice they are there once.
        let assignment = c.take_up(rows[0].request).await;
        c.county_does(rows[0].request, vec![Command::StartWait { reason: "请补规划核实意见".into() }]).await;
        let page = stranger.get("/follow/2026-000001").unwrap().text();
        assert!(page.contains("请补规划核实意见"));
        let form = html::forms(&page).into_iter().find(|f| f.action.ends_with("/remark")).unwrap();
        let mut fields = form.fields;
        set(&mut fields, "text", "核实意见见附件");
        for _ in 0..2 {
            let answer = send(&mut stranger, &form.action, &fields, &[("意见.pdf", b"%PDF-1.7 x")]);
            assert_eq!(answer.status, 303, "{}", answer.text());
        }
        let page = stranger.get("/follow/2026-000001").unwrap().text();
        let history = page.split("class=\"timeline\"").nth(1).unwrap();
        assert_eq!(history.matches("核实意见见附件").count(), 1);
        assert_eq!(c.rows().await[0].state, "in_progress");
        let _ = assignment;

        // Guessing stops.
        let last = (0..25).map(|_| ask(&mut stranger, "2026-000001", "13900000000").status).fold(None, |_, status| Some(status));
        assert_eq!(last, Some(429));
    }

    async fn people_with_an_account_raise_for_theirs_only(t: TestDb) {
        let c = county(t).await;
        let mut contact = c.signed_in(&c.contact);
        let home = contact.get("/my").unwrap().text();
        assert!(home.contains("还没有反映过问题") && home.contains("周帮") && home.contains("tel:13812346021"), "{home}");
        let page = contact.get("/raise").unwrap().text();
        let form = html::forms(&page).into_iter().find(|form| form.action == "/raise").unwrap();
        assert!(form.fields.iter().any(|(name, value)| name == "phone" && value == "13812346021"), "known already");
        let answer = send(&mut contact, "/raise", &filled(&page, "厂区门口公交线路"), &[]);
        assert!(answer.text().contains("2026-000001"));

        // Another enterprise is not theirs, whatever the form is made to say.
        let mut fields = filled(&page, "别家的事");
        set(&mut fields, "who", WEIHUA);
        set(&mut fields, "once", "11111111-2222-3333-4444-555555555555");
        send(&mut contact, "/raise", &fields, &[]);
        assert!(c.rows().await.iter().all(|row| row.enterprise_name.contains("恒达")));
        let mut other = c.signed_in(&c.other);
        assert_eq!(other.get("/my/2026-000001").unwrap().status, 404);
        assert_eq!(other.get(&format!("/helped/{HENGDA}")).unwrap().status, 404);
        assert_eq!(other.get(&format!("/posters/enterprise/{HENGDA}")).unwrap().status, 404);
        let page = other.get("/my").unwrap().text();
        let csrf = html::forms(&page).iter().find_map(|f| f.fields.iter().find(|(n, _)| n == "csrf").cloned()).unwrap().1;
        let answer = other.post("/my/2026-000001/withdraw", &[("csrf", &csrf), ("seq", "1")]).unwrap();
        assert_eq!(answer.status, 404);

        // The same again: asked first, nothing lost, added to the one that is there.
        let page = contact.get("/raise").unwrap().text();
        let asked = send(&mut contact, "/raise", &filled(&page, "希望厂区门口通公交线路"), &[("门口.jpg", JPEG)]);
        let asked = asked.text();
        assert!(asked.contains("是不是这件事") && asked.contains("2026-000001@"), "{asked}");
        assert!(asked.contains("希望厂区门口通公交线路") && asked.contains("门口.jpg"), "typed and attached are kept");
        let before = c.rows().await.len();
        let mut fields = filled(&asked, "希望厂区门口通公交线路");
        let value = asked.split("name=\"add_to\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        set(&mut fields, "add_to", value);
        let added = send(&mut contact, "/raise", &fields, &[]).text();
        assert!(added.contains("门口.jpg") && added.contains("希望厂区门口通公交线路"), "{added}");
        assert_eq!(c.rows().await.len(), before);
        // Or sent as new, with its file.
        let page = contact.get("/raise").unwrap().text();
        let asked = send(&mut contact, "/raise", &filled(&page, "厂区门口公交线路"), &[("夜景.jpg", JPEG)]).text();
        let mut fields = filled(&asked, "厂区门口公交线路");
        set(&mut fields, "anyway", "yes");
        let sent = send(&mut contact, "/raise", &fields, &[]).text();
        assert!(sent.contains("已经收到"), "{sent}");
        let newest = c.rows().await.pop().unwrap();
        assert!(contact.get(&format!("/my/{}", newest.number)).unwrap().text().contains("夜景.jpg"));

        // A visitor learns only that there is one.
        let mut visitor = c.visitor();
        let page = visitor.get(&format!("/raise?e={HENGDA}")).unwrap().text();
        let asked = send(&mut visitor, "/raise", &filled(&page, "厂区门口公交线路 2"), &[]).text();
        assert!(asked.contains("好像已经提过") && !asked.contains("2026-000001"), "{asked}");

        // The helper raises for the enterprise; the desk sees a visit.
        let mut helper = c.signed_in(&c.helper);
        let page = helper.get(&format!("/raise?e={HENGDA}")).unwrap().text();
        send(&mut helper, "/raise", &filled(&page, "缺电焊工二十名"), &[]);
        let row = c.rows().await.pop().unwrap();
        assert_eq!((row.source.as_str(), row.title.as_str()), ("visit", "缺电焊工二十名"));
        let list = helper.get("/helped").unwrap().text();
        assert!(list.contains("示范恒达起重机械有限公司") && !list.contains("卫华") && list.contains("最近动静"), "{list}");
        assert!(helper.get("/helped?show=quiet").unwrap().text().contains("没有符合条件的企业"));
        let one = helper.get(&format!("/helped/{HENGDA}")).unwrap().text();
        assert!(one.contains("缺电焊工二十名") && !one.contains("/rate"), "a helper does not rate");
        let sheet = helper.get("/helped?export=xlsx").unwrap();
        assert!(sheet.status == 200 && sheet.body.starts_with(b"PK"));
        assert_eq!(contact.get("/helped").unwrap().status, 403);

        // Posters.
        let poster = helper.get(&format!("/posters/enterprise/{HENGDA}")).unwrap().text();
        assert!(poster.contains("<svg") && poster.contains(&format!("https://county.example/raise?e={HENGDA}")) && poster.contains("周帮"));
        let mut desk = c.signed_in(&c.desk);
        assert!(desk.get("/posters").unwrap().text().contains("/posters/township/town"));
        assert!(desk.get("/posters/township/town").unwrap().text().contains("/raise?t=town"));
        assert_eq!(contact.get("/posters").unwrap().status, 403);
    }

    async fn what_people_type_is_told_kept_and_harmless(t: TestDb) {
        let c = county(t).await;
        let mut contact = c.signed_in(&c.contact);
        let page = contact.get("/raise").unwrap().text();
        let long = "长".repeat(10_000);
        for (field, value, told) in [
            ("body", long.as_str(), "现在是 10000 个字"),
            ("title", "", "请填写"),
            ("phone", "1380000", "区号"),
            ("phone", "明天打给我", "error"),
            ("category", "nonsense", "请选择"),
            ("body", GUIDANCE, "提示的原文"),
        ] {
            let mut fields = filled(&page, "標題 😀 <b>粗</b>");
            set(&mut fields, field, value);
            let answer = send(&mut contact, "/raise", &fields, &[]);
            let text = answer.text();
            assert_eq!(answer.status, 422, "{field}");
            assert!(text.contains(told), "{field}: {told}");
            let again = html::forms(&text).into_iter().find(|form| form.action == "/raise").unwrap();
            if field != "category" {
                assert!(again.fields.contains(&(field.to_owned(), value.to_owned())), "{field} is kept");
            }
        }
        // Files that are none are named; everything else stays, also the file that is one.
        let big = vec![0xff_u8; 25 * 1024 * 1024];
        let mut big_jpeg = JPEG.to_vec();
        big_jpeg.extend(big);
        let files: [(&str, &[u8]); 3] = [("发票.pdf", b"MZ\x90\x00 this is a program"), ("大图.jpg", &big_jpeg), ("好.jpg", JPEG)];
        let fields = filled(&page, "标题");
        let answer = send(&mut contact, "/raise", &fields, &files);
        let text = answer.text();
        assert_eq!(answer.status, 422);
        assert!(text.contains("“发票.pdf”不是照片") && text.contains("“大图.jpg”超过 20 MB"), "{text}");
        let again = html::forms(&text).into_iter().find(|form| form.action == "/raise").unwrap();
        assert!(again.fields.iter().any(|(name, value)| name == "body" && value.contains("竣工测绘")));
        assert!(again.fields.iter().any(|(name, _)| name == "kept") && text.contains("好.jpg"));
        // The token of waiting files is worth nothing to anybody else.
        let mut other = c.signed_in(&c.other);
        let theirs = other.get("/raise").unwrap().text();
        let mut stolen = filled(&theirs, "偷来的附件");
        for name in ["pending", "kept"] {
            set(&mut stolen, name, &again.fields.iter().find(|(n, _)| n == name).unwrap().1);
        }
        let number = send(&mut other, "/raise", &stolen, &[]).text();
        assert!(number.contains("2026-000001"));
        assert!(!other.get("/my/2026-000001").unwrap().text().contains("好.jpg"));

        // HTML, SQL and templates in every field come back as text.
        let nasty = "'; DROP TABLE request; -- <img src=x onerror=alert(1)> {{7*7}} \u{202e}龍";
        let mut fields = filled(&page, nasty);
        set(&mut fields, "body", nasty);
        set(&mut fields, "name", "<img src=x onerror=alert(1)>'; --");
        set(&mut fields, "once", "99999999-2222-3333-4444-555555555555");
        let sent = send(&mut contact, "/raise", &fields, &[]);
        assert!(sent.text().contains("2026-000002"), "{}", sent.text());
        for path in ["/my", "/my/2026-000002"] {
            let text = contact.get(path).unwrap().text();
            assert!(!text.contains("<img src=x") && text.contains("DROP TABLE request") && text.contains("{{7*7}}"), "{path}");
        }
        // A form that is no form of ours does nothing: it is shown, to be looked at.
        let before = c.rows().await.len();
        for resumed in ["", "yes"] {
            let foreign = filled(&page, "不是我们的表").into_iter().filter(|(name, _)| name != "csrf").chain([("resumed".to_owned(), resumed.to_owned())]);
            let answer = send(&mut contact, "/raise", &foreign.collect::<Vec<_>>(), &[("好.jpg", JPEG)]);
            assert_eq!(answer.status, 422);
            assert!(!answer.text().contains("好.jpg"), "and keeps no file");
        }
        assert_eq!(c.rows().await.len(), before);
        for path in ["/my/2026-000009'--", "/my/%00", "/posters/township/%00", "/posters/enterprise/%00%27"] {
            assert_eq!(contact.get(path).unwrap().status, 404, "{path}");
        }
        assert_eq!(c.visitor().get("/raise?e=%3Cscript%3E&t=%00").unwrap().status, 200);
    }

    async fn the_enterprise_has_the_last_word(t: TestDb) {
        let c = county(t).await;
        let mut contact = c.signed_in(&c.contact);
        let raise = |client: &mut Client, title: &str| {
            let page = client.get("/raise").unwrap().text();
            let text = send(client, "/raise", &filled(&page, title), &[]).text();
            assert!(text.contains("已经收到"), "{text}");
        };
        raise(&mut contact, "二期用地不动产证办理");
        let request = c.rows().await[0].request;
        let mine = "/my/2026-000001";
        let solved = |client: &mut Client, verdict: &str| client.submit(mine, "/my/2026-000001/rate", &[("verdict", verdict)]).unwrap();
        let assignment = c.take_up(request).await;
        c.county_does(request, vec![Command::Answer { assignment, outcome: Outcome::Resolved, text: "已核发".into() }]).await;

        // Not solved asks why first and then reopens.
        let home = contact.get("/my").unwrap().text();
        assert!(home.contains("解决了") && home.contains("没解决"));
        let asked = solved(&mut contact, "not_solved").text();
        assert_eq!(c.rows().await[0].state, "answered", "nothing is reopened by a slip of the thumb");
        assert!(asked.contains("没解决，我们接着办"), "{asked}");
        contact.submit(&format!("{mine}?rate=not_solved"), "/my/2026-000001/rate", &[("text", "证上面积不对")]).unwrap();
        let row = &c.rows().await[0];
        assert_eq!((row.state.as_str(), row.reopened), ("assigned", 1));

        // Solved asks once as well, with stars and words, and can be taken back until the end of the next day.
        c.county_does(request, vec![Command::Answer { assignment, outcome: Outcome::Resolved, text: "已更正".into() }]).await;
        let stale = contact.get(mine).unwrap().text();
        let sure = solved(&mut contact, "solved").text();
        assert!(sure.contains("确定解决了吗"), "{sure}");
        assert!(!contact.get("/my").unwrap().text().contains("您已评价"), "nothing is said by a slip of the thumb");
        let confirm = |client: &mut Client| {
            let fields = [("stars", "5"), ("text", "很快")];
            client.submit(&format!("{mine}?rate=solved"), "/my/2026-000001/rate", &fields).unwrap().text()
        };
        assert!(confirm(&mut contact).contains("5 颗星"));
        let taken = contact.submit(mine, "/my/2026-000001/take-back", &[]).unwrap().text();
        assert!(taken.contains("收回了“解决了”") && taken.contains("没解决"), "{taken}");
        // Also what the desk has closed on that word alone.
        confirm(&mut contact);
        c.county_does(request, vec![Command::Close]).await;
        assert_eq!(c.rows().await[0].state, "closed");
        contact.submit(mine, "/my/2026-000001/take-back", &[]).unwrap();
        assert_eq!(c.rows().await[0].state, "answered");
        confirm(&mut contact);
        let form = html::forms(&contact.get(mine).unwrap().text()).into_iter().find(|form| form.action.ends_with("/take-back"));
        let now = c.clock.now();
        awake(&c, "2026-11-10T16:00:00Z").await;
        let late = send(&mut contact, "/my/2026-000001/take-back", &form.expect("within the time").fields, &[]);
        assert_eq!(late.status, 422, "the day after the next it stands");
        assert!(!contact.get(mine).unwrap().text().contains("/take-back"));
        c.clock.set(now);
        let home = contact.get("/my").unwrap().text();
        assert!(home.contains("您已评价") && !home.contains("没解决"), "asked once: {home}");

        // Somebody was quicker: told what happened, words kept, nothing done.
        let form = html::forms(&stale).into_iter().find(|form| form.action.ends_with("/remark")).unwrap();
        let mut fields = form.fields;
        set(&mut fields, "text", "补充一句");
        let answer = send(&mut contact, &form.action, &fields, &[]);
        assert_eq!(answer.status, 200, "a remark contradicts nothing: {}", answer.text());

        c.county_does(request, vec![Command::CallBack { result: CallResult::Satisfied, note: "秘密备注".into() }]).await;
        let page = contact.get(mine).unwrap().text();
        assert!(page.contains("已办结") && !page.contains("秘密备注"));
        let object = |client: &mut Client| {
            let form = html::forms(&client.get(mine).unwrap().text()).into_iter().find(|form| form.action.ends_with("/object"));
            form.map(|form| form.fields)
        };
        let fields = object(&mut contact).expect("within the time");
        let mut late = fields.clone();
        set(&mut late, "text", "");
        assert_eq!(send(&mut contact, "/my/2026-000001/object", &late, &[]).status, 422, "say what");
        set(&mut late, "text", "还是没拿到证");
        assert_eq!(send(&mut contact, "/my/2026-000001/object", &late, &[]).status, 200);
        assert_eq!(c.rows().await[0].reopened, 2);
        let twice = send(&mut contact, "/my/2026-000001/object", &late, &[]);
        assert_eq!((twice.status, c.rows().await[0].reopened), (200, 2), "a double click objects once");

        // A page that is out of date does not withdraw; it says what happened.
        let page = contact.get(mine).unwrap().text();
        let form = html::forms(&page).into_iter().find(|form| form.action.ends_with("/withdraw")).unwrap();
        c.county_does(request, vec![Command::Report { assignment: Some(assignment), text: "已约窗口".into(), visible_to_enterprise: true }]).await;
        let mut fields = form.fields;
        set(&mut fields, "text", "自己办好了");
        let refused = send(&mut contact, &form.action, &fields, &[]);
        let text = refused.text();
        assert_eq!(refused.status, 422);
        assert!(text.contains("您打开页面之后：") && text.contains("已约窗口") && text.contains("自己办好了"), "{text}");
        let withdrawn = contact.submit(mine, "/my/2026-000001/withdraw", &[("text", "自己办好了")]).unwrap();
        assert!(withdrawn.text().contains("您已经撤回"));

        // Returned with an explanation, completed, handed in again.
        raise(&mut contact, "招二十名焊工");
        let second = c.rows().await[1].request;
        c.county_does(second, vec![Command::Return { reason_code: "incomplete".into(), explanation: "请写明工资".into() }]).await;
        let home = contact.get("/my").unwrap().text();
        assert!(home.contains("招二十名焊工") && home.contains("已退回"));
        assert!(contact.get("/my/2026-000002").unwrap().text().contains("请写明工资"));
        let again = contact
            .submit("/my/2026-000002", "/my/2026-000002/resubmit", &[("title", "招二十名焊工，月薪八千"), ("text", "包吃住")])
            .unwrap();
        assert!(again.text().contains("月薪八千") && again.text().contains("包吃住"), "{}", again.text());
        assert_eq!(c.rows().await[1].state, "submitted");
    }
}
