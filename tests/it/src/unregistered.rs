//! An enterprise that is not in the register, written short or by another name: asked once, accepted as typed, looked at by
//! the desk, and then one of the register.

use casework::ask::NeedRow;
use db::sql;
use testkit::both_engines;

use crate::enterprise_county::{County, HENGDA, WEIHUA, county, filled, send, set};
use crate::harness::client::Client;
use crate::harness::engines::TestDb;
use crate::harness::html;
use crate::harness::http::Response;

fn to(answer: &Response) -> &str {
    answer.header("location").unwrap_or("")
}

/// What a visitor who knows no code sends: the name of the enterprise and what is the matter.
fn named(client: &mut Client, name: &str, title: &str) -> Vec<(String, String)> {
    let mut fields = filled(&client.get("/raise").unwrap().text(), title);
    set(&mut fields, "who", name);
    fields
}

/// Address of the one enterprise that waits.
fn waiting(desk: &mut Client) -> String {
    let page = desk.get("/desk/waiting").unwrap().text();
    let all: Vec<String> = html::links(&page).into_iter().filter(|href| href.starts_with("/desk/waiting/XX")).collect();
    assert_eq!(all.len(), 1, "{}", html::text(&page));
    all[0].clone()
}

async fn enterprise_of(c: &County, number: &str) -> NeedRow {
    c.rows().await.into_iter().find(|row| row.number == number).unwrap()
}

async fn codes(t: &TestDb) -> Vec<(String, String)> {
    let mut conn = t.db.read().await.unwrap();
    let rows = sql("SELECT credit_code, status FROM enterprise ORDER BY serial").all(&mut conn).await.unwrap();
    rows.iter().map(|row| (row.get(0).unwrap(), row.get(1).unwrap())).collect()
}

/// The seals of all requests fit their rows.
async fn sealed(t: &TestDb) {
    let mut conn = t.db.read().await.unwrap();
    let mut witness = casework::history::Witness::default();
    identity::verify_with(&mut conn, |entry, _| witness.see(entry)).await.unwrap();
    let checked = casework::history::check(&mut conn, &witness, None).await.unwrap();
    assert_eq!((checked.wrong, checked.first), (0, None));
}

both_engines! {
    async fn who_writes_the_name_short_is_asked_which_one_it_is(t: TestDb) {
        let c = county(t).await;
        for (typed, offered) in [
            ("恒达起重", "示范恒达起重机械有限公司"),
            ("河南示范市恒达起重设备厂", "示范恒达起重机械有限公司"),
            ("sfwhjt", "示范卫华集团有限公司"),
        ] {
            let mut guest = c.visitor().not_following();
            let fields = named(&mut guest, typed, "门口公交");
            let asked = send(&mut guest, "/raise", &fields, &[]);
            let page = asked.text();
            assert!(asked.status == 200 && page.contains(offered), "{typed}: {}", html::text(&page));
            assert!(page.contains("竣工测绘已完成"), "what was typed stands there still");
        }
        assert!(c.rows().await.is_empty(), "nothing is raised before the answer");
        let mut guest = c.visitor().not_following();
        let mut fields = named(&mut guest, "恒达起重", "门口公交");
        set(&mut fields, "which", HENGDA);
        assert_eq!(to(&send(&mut guest, "/raise", &fields, &[])), "/raise/sent/2026-000001");
        assert_eq!(enterprise_of(&c, "2026-000001").await.enterprise_name, "示范恒达起重机械有限公司");
        // “None of these” is an answer too.
        let mut guest = c.visitor().not_following();
        let mut fields = named(&mut guest, "恒达起重", "厂区停电");
        set(&mut fields, "which", "none");
        assert_eq!(to(&send(&mut guest, "/raise", &fields, &[])), "/raise/sent/2026-000002");
        assert_eq!(enterprise_of(&c, "2026-000002").await.enterprise_name, "恒达起重");
        // What is no name is told as what it is, and nothing of a long one is dropped.
        for (typed, said) in [("恒", "至少两个字"), ("恒".repeat(300).as_str(), "最多 120 个字")] {
            let mut guest = c.visitor().not_following();
            let answer = { let fields = named(&mut guest, typed, "门口公交"); send(&mut guest, "/raise", &fields, &[]) };
            assert!(answer.status == 422 && answer.text().contains(said) && answer.text().contains(typed), "{said}: {}", html::text(&answer.text()));
        }
        // A code nobody has is told as such, and so is what is no name.
        for wrong in ["91419981MA0000009X", "12345678"] {
            let mut guest = c.visitor().not_following();
            let fields = named(&mut guest, wrong, "门口公交");
            let answer = send(&mut guest, "/raise", &fields, &[]);
            assert!(answer.status == 422 && answer.text().contains("名册里没有这个代码"), "{wrong}");
        }
    }

    async fn an_enterprise_nobody_registered_is_accepted_and_linked(t: TestDb) {
        let c = county(t).await;
        let mut guest = c.visitor().not_following();
        let fields = named(&mut guest, "新野光伏科技", "并网排队半年");
        let sent = send(&mut guest, "/raise", &fields, &[]);
        assert_eq!(to(&sent), "/raise/sent/2026-000001");
        let page = guest.get("/raise/sent/2026-000001").unwrap().text();
        assert!(page.contains("企业名册里还没有“新野光伏科技”"), "{}", html::text(&page));
        assert_eq!(to(&send(&mut guest, "/raise", &fields, &[])), "/raise/sent/2026-000001", "a double click makes one");
        // The same name waits once, however often it raises something.
        let mut second = c.visitor().not_following();
        let fields = named(&mut second, " 新野 光伏科技", "招不到焊工");
        assert_eq!(to(&send(&mut second, "/raise", &fields, &[])), "/raise/sent/2026-000002");
        assert_eq!(codes(t).await.iter().filter(|(_, status)| status == "unchecked").count(), 1);
        assert_eq!(guest.get("/follow/2026-000001").unwrap().status, 200);

        let mut desk = c.signed_in(&c.desk).not_following();
        let inbox = desk.get("/desk").unwrap().text();
        assert!(html::text(&inbox).contains("待核对企业 1 家"), "{}", html::text(&inbox));
        let at = waiting(&mut desk);
        let request = desk.get("/requests/2026-000001").unwrap().text();
        assert!(request.contains(&at) && !request.contains(">XX0"), "the stand-in is no code to be shown");
        let page = desk.get(&at).unwrap().text();
        assert!(page.contains("新野光伏科技") && page.contains("招不到焊工"), "{}", html::text(&page));
        let asked = format!("{at}?find={}", crate::harness::http::percent_encode("卫华"));
        let found = desk.get(&asked).unwrap().text();
        assert!(found.contains("示范卫华集团有限公司"), "{}", html::text(&found));
        let token = html::forms(&found).into_iter().flat_map(|form| form.fields).find(|(name, _)| name == "csrf").unwrap().1;
        let mut answered = |own: &[(&str, &str)]| desk.post(&at, &[&[("csrf", token.as_str())], own].concat()).unwrap();
        let unsaid = answered(&[]);
        assert_eq!(unsaid.status, 422);
        let linked = answered(&[("to", WEIHUA), ("remember", "yes")]);
        assert_eq!(to(&linked), format!("/requests?enterprise={WEIHUA}"), "{}", html::text(&linked.text()));
        for number in ["2026-000001", "2026-000002"] {
            assert_eq!(enterprise_of(&c, number).await.enterprise_name, "示范卫华集团有限公司");
        }
        assert_eq!(codes(t).await.len(), 2, "the noted one is gone");
        sealed(t).await;
        let history = html::text(&desk.get("/requests/2026-000001").unwrap().text());
        assert!(history.contains("“新野光伏科技”即名册中的示范卫华集团有限公司"), "{history}");
        // Who speaks for it finds it among the own, who followed it still does, and the name is found from now on.
        assert!(c.signed_in(&c.other).get("/my").unwrap().text().contains("并网排队半年"));
        assert_eq!(guest.get("/follow/2026-000001").unwrap().status, 200);
        assert!(html::text(&desk.get("/search?q=%E6%96%B0%E9%87%8E%E5%85%89%E4%BC%8F").unwrap().text()).contains("示范卫华集团有限公司"));
        // A second answer to the same question, from another window.
        let late = desk.post(&at, &[("csrf", token.as_str()), ("to", HENGDA)]).unwrap();
        assert_eq!(late.status, 404);
    }

    async fn the_desk_takes_a_call_of_an_unknown_enterprise_and_registers_it(t: TestDb) {
        let c = county(t).await;
        let mut desk = c.signed_in(&c.desk).not_following();
        let find = format!("/requests/new?find={}", crate::harness::http::percent_encode("新野光伏科技"));
        let page = desk.get(&find).unwrap().text();
        let form = html::links(&page).into_iter().find(|href| href.starts_with("/requests/new?name=")).expect("a way on");
        let page = desk.get(&form).unwrap().text();
        assert!(page.contains("不在企业名册，待核对"));
        let fields = [("title", "并网排队半年"), ("body", "来电反映"), ("source", "hotline"), ("contact_name", "王工"), ("contact_phone", "13900001234"), ("township", "town")];
        let wrong = desk.submit(&form, "/requests/new", &[&fields[..4], &[("contact_phone", "1")]].concat()).unwrap();
        assert!(wrong.status == 422 && wrong.text().contains("来电反映") && wrong.text().contains("新野光伏科技"));
        let done = desk.submit(&form, "/requests/new", &fields).unwrap();
        assert_eq!(to(&done), "/requests/2026-000001", "{}", html::text(&done.text()));
        let at = waiting(&mut desk);
        let code = at.rsplit('/').next().unwrap().to_owned();
        // Nobody is named its helper, prints its poster or judges it by rules before it is known which one it is.
        let own = desk.get(&format!("/enterprises/{code}")).unwrap().text();
        assert!(!own.contains("/posters/") && !own.contains("/rules?") && !own.contains(&format!("{code}/helpers")), "{}", html::text(&own));
        let csrf = html::forms(&own).into_iter().flat_map(|form| form.fields).find(|(name, _)| name == "csrf").unwrap().1;
        let bond = [("csrf", csrf.as_str()), ("person", "helper"), ("kind", "lead"), ("from", "2026-11-09")];
        let refused = desk.post(&format!("/enterprises/{code}/helpers"), &bond).unwrap();
        assert!(refused.status == 409 && refused.text().contains("还没有登记入册"), "{} {}", refused.status, html::text(&refused.text()));
        let mut conn = t.db.read().await.unwrap();
        let told = sql("SELECT payload FROM outbox WHERE topic = 'registry.enterprise'").all(&mut conn).await.unwrap();
        assert!(told.iter().all(|row| !row.get::<String>(0).unwrap().contains("XX0")), "a stand-in is told as no code");
        drop(conn);
        let edit = format!("/enterprises/{code}/edit");
        let page = desk.get(&edit).unwrap().text();
        assert!(page.contains("新野光伏科技") && page.contains("13900001234".get(..3).unwrap()) && !page.contains(&format!("value=\"{code}\"")));
        let none = desk.submit(&edit, &edit, &[]).unwrap();
        assert_eq!(none.status, 422, "without its code it is not registered");
        let made = desk.submit(&edit, &edit, &[("credit_code", "91419981MA0000002X"), ("code_anyway", "yes")]).unwrap();
        assert_eq!(to(&made), "/enterprises/91419981MA0000002X", "{}", html::text(&made.text()));
        assert!(codes(t).await.contains(&("91419981MA0000002X".to_owned(), "active".to_owned())));
        assert_eq!(enterprise_of(&c, "2026-000001").await.enterprise_name, "新野光伏科技");
        assert!(html::text(&desk.get("/desk/waiting").unwrap().text()).contains("没有待核对的企业"));
        sealed(t).await;
    }

    async fn what_others_typed_is_not_guessed_by_number(t: TestDb) {
        let c = county(t).await;
        let mut guest = c.visitor().not_following();
        let fields = named(&mut guest, "新野光伏科技", "并网排队半年");
        send(&mut guest, "/raise", &fields, &[]);
        let at = waiting(&mut c.signed_in(&c.desk));
        let code = at.rsplit('/').next().unwrap().to_owned();
        let mut stranger = c.visitor().not_following();
        let page = stranger.get(&format!("/raise?e={code}")).unwrap().text();
        assert!(!page.contains("新野光伏科技"));
        for who in [c.contact.as_str(), c.helper.as_str()] {
            let mut other = c.signed_in(who).not_following();
            for path in ["/desk/waiting", at.as_str()] {
                assert!(matches!(other.get(path).unwrap().status, 403 | 404), "{path}");
            }
            assert!(matches!(other.post(&at, &[("to", HENGDA)]).unwrap().status, 403 | 404 | 422));
        }
        // The list of the register does not have it, unless asked for.
        let mut desk = c.signed_in(&c.desk);
        assert!(!desk.get("/enterprises?status=all").unwrap().text().contains("新野光伏科技"));
        assert!(desk.get("/enterprises?status=unchecked").unwrap().text().contains("新野光伏科技"));
        let sheet = desk.get("/enterprises?status=unchecked&export=xlsx").unwrap();
        assert!(!String::from_utf8_lossy(&sheet.body).contains(&code));
    }
}
