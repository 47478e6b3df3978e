//! The doors: nobody is locked out by a cookie, nothing typed is lost when a session ends, no way back leads elsewhere.

use chrono::Duration;
use testkit::both_engines;

use crate::enterprise_county::{County, HENGDA, PASSWORD, county, filled, send, set};
use crate::harness::client::Client;
use crate::harness::engines::TestDb;
use crate::harness::html::{self, Form};
use crate::harness::http::Response;

/// The form of a page that is sent to `action`.
fn form(page: &str, action: &str) -> Form {
    let forms = html::forms(page);
    let there: Vec<_> = forms.iter().map(|form| form.action.clone()).collect();
    forms.into_iter().find(|form| form.action == action).unwrap_or_else(|| panic!("no {action} among {there:?}"))
}

fn post(client: &mut Client, form: &Form) -> Response {
    let fields: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    client.post(&form.action, &fields).unwrap()
}

fn with(mut form: Form, fields: &[(&str, &str)]) -> Form {
    for (name, value) in fields {
        set(&mut form.fields, name, value);
    }
    form
}

/// Hours pass for the county and in the visitor's jar.
fn hours(c: &County, client: &mut Client, hours: i64) {
    c.clock.advance(Duration::hours(hours));
    client.wait(hours * 3600);
}

fn sign_in(client: &mut Client) -> Response {
    let page = client.get("/sign-in").unwrap().text();
    post(client, &with(form(&page, "/sign-in"), &[("login", "contact"), ("password", PASSWORD)]))
}

both_engines! {
    async fn who_never_signs_out_signs_in_on_each_of_thirty_days(t: TestDb) {
        let c = county(t).await;
        let mut client = c.visitor().not_following();
        // Every day, then after pauses in which either cookie is over and the other is not.
        let pauses = std::iter::repeat_n(24, 30).chain([11, 12, 13, 71, 96, 167, 168, 169, 192, 24, 216, 330, 337]);
        for (nth, pause) in pauses.enumerate() {
            for path in ["/sign-in", "/raise", "/follow"] {
                let page = client.get(path).unwrap().text();
                let tokens: Vec<_> = html::forms(&page).into_iter().flat_map(|form| form.fields).filter(|(name, _)| name == "csrf").collect();
                assert!(!tokens.is_empty() && tokens.iter().all(|(_, token)| token.len() == 32), "{nth} {path} {tokens:?}");
            }
            let answer = sign_in(&mut client);
            assert_eq!(answer.status, 303, "day {nth}: {}", answer.text());
            assert_eq!(client.get("/my").unwrap().status, 200, "day {nth}");
            hours(&c, &mut client, pause);
        }
    }

    async fn the_cookie_of_a_session_that_is_over_goes(t: TestDb) {
        let c = county(t).await;
        let mut client = c.visitor().not_following();
        assert_eq!(sign_in(&mut client).status, 303);
        assert!(client.cookie("wanqi").is_some());
        hours(&c, &mut client, 13);
        assert_eq!(client.get("/my").unwrap().status, 303);
        assert_eq!(client.cookie("wanqi"), None);
        // A session that lives keeps its cookie, on pages and on what is not there.
        assert_eq!(sign_in(&mut client).status, 303);
        for path in ["/my", "/nowhere", "/raise", "/api/v1/requests"] {
            client.get(path).unwrap();
            assert!(client.cookie("wanqi").is_some(), "{path}");
        }
    }

    async fn what_was_typed_is_there_after_signing_in_again(t: TestDb) {
        let c = county(t).await;
        let mut client = c.visitor().not_following();
        assert_eq!(sign_in(&mut client).status, 303);
        let page = client.get(&format!("/raise?e={HENGDA}")).unwrap().text();
        let raised = send(&mut client, "/raise", &filled(&page, "门口公交"), &[]);
        assert_eq!(raised.status, 303, "{}", raised.text());
        let before = c.rows().await[0].clone();
        let page = client.get("/my/2026-000001").unwrap().text();
        let typed = "第一行 & <b>第二行</b>\n补充：三号门也要一块站牌";
        let remark = with(form(&page, "/my/2026-000001/remark"), &[("text", typed)]);

        hours(&c, &mut client, 13);
        let answer = post(&mut client, &remark);
        assert_eq!(answer.status, 403);
        let again = with(form(&answer.text(), "/sign-in"), &[("login", "contact"), ("password", "wrong-Password-1")]);
        let answer = post(&mut client, &again);
        assert_eq!(answer.status, 422, "a slip of the password loses nothing");
        let again = with(form(&answer.text(), "/sign-in"), &[("login", "contact"), ("password", PASSWORD)]);
        let answer = post(&mut client, &again);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let back = form(&answer.text(), "/my/2026-000001/remark");
        let shown = post(&mut client, &back);
        assert_eq!(shown.status, 422, "{}", shown.text());
        let shown = form(&shown.text(), "/my/2026-000001/remark");
        let text = shown.fields.iter().find(|(name, _)| name == "text").unwrap();
        assert_eq!(text.1.replace("\r\n", "\n"), typed);
        assert_eq!(c.rows().await[0].version, before.version, "nothing is done before the person sends it");
        assert_eq!(post(&mut client, &shown).status, 303);
        assert_ne!(c.rows().await[0].version, before.version);
    }

    async fn a_guest_whose_page_grew_old_gets_the_form_back_filled_in(t: TestDb) {
        let c = county(t).await;
        let mut guest = c.visitor().not_following();
        let page = guest.get(&format!("/raise?e={HENGDA}")).unwrap().text();
        let fields = filled(&page, "路灯不亮三周了");
        hours(&c, &mut guest, 8 * 24);
        let answer = send(&mut guest, "/raise", &fields, &[]);
        assert_eq!(answer.status, 422, "{}", answer.text());
        assert!(c.rows().await.is_empty());
        let answer = post(&mut guest, &form(&answer.text(), "/raise"));
        assert_eq!(answer.status, 303, "{}", answer.text());
        assert_eq!(c.rows().await[0].title, "路灯不亮三周了");
    }

    async fn a_person_signed_out_while_raising_may_sign_in_or_go_on(t: TestDb) {
        let c = county(t).await;
        let mut client = c.visitor().not_following();
        assert_eq!(sign_in(&mut client).status, 303);
        let page = client.get("/raise").unwrap().text();
        let fields = filled(&page, "用电增容");
        hours(&c, &mut client, 13);
        let answer = send(&mut client, "/raise", &fields, &[]).text();
        let as_guest = form(&answer, "/raise");
        assert!(as_guest.fields.iter().any(|(name, value)| name == "title" && value == "用电增容"));
        assert_eq!(post(&mut client.clone(), &as_guest).status, 422);
        let answer = post(&mut client, &with(form(&answer, "/sign-in"), &[("login", "contact"), ("password", PASSWORD)]));
        let shown = post(&mut client, &form(&answer.text(), "/raise"));
        assert_eq!(post(&mut client, &form(&shown.text(), "/raise")).status, 303);
        assert_eq!(c.rows().await[0].title, "用电增容");
    }

    async fn a_form_somebody_else_wrote_is_never_carried_out(t: TestDb) {
        let c = county(t).await;
        let mut client = c.visitor().not_following();
        // Planted from another site: a form of the account's page, and one of a problem, in the sign-in of the victim.
        let page = client.get("/sign-in").unwrap().text();
        let planted = "carried-to=%2Fsign-out%2Fall&x=1";
        let answer = post(&mut client, &with(form(&page, "/sign-in"), &[("login", "contact"), ("password", PASSWORD), ("carried", planted)]));
        let go = form(&answer.text(), "/sign-out/all");
        assert_eq!(post(&mut client, &go).status, 403);
        assert_eq!(client.get("/my").unwrap().status, 200, "still signed in");
        let page = client.get(&format!("/raise?e={HENGDA}")).unwrap().text();
        let mut fields = filled(&page, "别人写的");
        set(&mut fields, "resumed", "yes");
        assert_eq!(send(&mut client, "/raise", &fields, &[]).status, 422);
        assert!(c.rows().await.is_empty());
    }

    async fn no_way_back_leads_elsewhere(t: TestDb) {
        let c = county(t).await;
        let mut client = c.visitor().not_following();
        for back in ["/%09/evil.example", "/%09%5Cevil.example", "/%5Cevil.example", "//evil.example", "/%0A/evil.example", "%20//evil.example", "https:evil.example"] {
            let answer = client.get(&format!("/language/en?back={back}")).unwrap();
            assert_eq!(answer.header("location"), Some("/"), "{back}");
            let page = client.get(&format!("/sign-in?next={back}")).unwrap().text();
            let sent = with(form(&page, "/sign-in"), &[("login", "contact"), ("password", PASSWORD)]);
            let next = sent.fields.iter().find(|(name, _)| name == "next").map(|(_, value)| value.as_str());
            assert_eq!(next, Some("/"), "{back}");
            let answer = post(&mut client, &with(sent, &[("next", "/\t/evil.example")]));
            assert_eq!((answer.status, answer.header("location")), (303, Some("/")), "{back}");
            client.set_cookie("wanqi", "");
        }
    }
}
