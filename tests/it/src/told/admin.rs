//! What an administrator changes, each route with what is told of it.

use kernel::OsRandom;
use serde_json::json;

use super::{PASSWORD, Stage};
use crate::harness::calendar::PROSE_OF_2027;
use crate::harness::client::Client;
use crate::harness::html;

/// What stands in the first `<code>` of a page.
fn code_of(page: &str) -> String {
    let (_, rest) = page.split_once("<code").unwrap();
    rest.split_once('>').unwrap().1.split_once('<').unwrap().0.to_owned()
}

/// The first form of a page whose address begins and ends so.
fn action(client: &mut Client, page: &str, begin: &str, end: &str) -> String {
    let forms = html::forms(&client.get(page).unwrap().text());
    let found = forms.into_iter().map(|form| form.action).find(|a| a.starts_with(begin) && a.ends_with(end));
    found.unwrap_or_else(|| panic!("{page} has no form for {begin}…{end}"))
}

pub async fn units_and_settings(s: &mut Stage) {
    let mut boss = s.seat("boss");
    let new = [("parent", "c"), ("code", "old"), ("name", "旧办"), ("kind", "department")];
    let (list, at) = ("/admin/units/new", "/admin/units/old");
    s.does(list, &mut boss, (list, list), &new, &["unit.added"]).await;
    s.does("/admin/units/{code}", &mut boss, (at, at), &[("name", "老办")], &["unit.changed"]).await;
    let below = "/admin/units/old/move";
    s.does("/admin/units/{code}/move", &mut boss, (at, below), &[("parent", "land")], &["unit.moved"]).await;
    s.does("/admin/units/{code}/close", &mut boss, (at, "/admin/units/old/close"), &[], &["unit.closed"]).await;
    s.does("/admin/units/{code}/open", &mut boss, (at, "/admin/units/old/open"), &[], &["unit.opened"]).await;

    let chain = "/admin/chains/new";
    let new = [("code", "crane"), ("name", "起重装备产业链")];
    s.does(chain, &mut boss, (chain, chain), &new, &["chain.added"]).await;
    let at = "/admin/chains/crane";
    s.does("/admin/chains/{code}", &mut boss, (at, at), &[("name", "起重链")], &["chain.changed"]).await;

    let category = "/admin/categories/new";
    let new = [("code", "noise"), ("name", "噪声"), ("name_en", "Noise"), ("active", "yes")];
    s.does(category, &mut boss, (category, category), &new, &["category.added"]).await;
    let at = "/admin/categories/land";
    s.does("/admin/categories/{code}", &mut boss, (at, at), &[("lead", "land")], &["category.changed"]).await;
    let limits = "/admin/limits";
    let limit = [("clock", "accept"), ("category", "land"), ("n", "2"), ("unit", "working_day")];
    s.does(limits, &mut boss, (limits, limits), &limit, &["limit.added"]).await;
    let end = action(&mut boss, limits, "/admin/limits/accept-", "/end");
    s.does("/admin/limits/{id}/end", &mut boss, (limits, &end), &[], &["limit.ended"]).await;
    let hours = "/admin/hours";
    s.does(hours, &mut boss, (hours, hours), &[("hours", "周一至周五 8:30-12:00 14:30-18:00")], &["hours.changed"])
        .await;
    let line = "/admin/desk-line";
    s.does(line, &mut boss, (line, line), &[("phone", "0300-8812345")], &["desk_line.changed"]).await;

    let (list, notice) = ("/admin/calendars", "/admin/calendars/notice");
    let shown = boss.submit(notice, notice, &[("text", PROSE_OF_2027), ("of", "")]).unwrap();
    let forms = html::forms(&shown.text());
    let form = forms.iter().find(|form| form.fields.iter().any(|(name, _)| name == "keep")).unwrap();
    let fields: Vec<(&str, &str)> = form.fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let kept = boss.post(notice, &fields).unwrap();
    s.hears(notice, &kept, &["calendar.notice_added"]).await;
    let (id, gone) = ("示例〔2026〕1号", "/admin/calendars/withdraw");
    let page = format!("{gone}?of={}", web::href::encode(id));
    let why = [("of", id), ("reason", "重复录入")];
    s.does(gone, &mut boss, (&page, gone), &why, &["calendar.notice_withdrawn"]).await;
    let (last, no) = ("/admin/calendars/last-day", [("next_workday", "no"), ("reason", "市里另有规定")]);
    s.does(last, &mut boss, (list, last), &no, &["calendar.last_day_changed"]).await;

    let mut tx = s.db.begin().await.unwrap();
    // Nobody here can run it, so it waits.
    let job = jobs::enqueue(&mut tx, s.clock.as_ref(), &OsRandom, jobs::NewJob::new("nobody.runs", json!({})));
    let job = job.await.unwrap();
    tx.commit().await.unwrap();
    let (cancel, retry) = (format!("/admin/jobs/{job}/cancel"), format!("/admin/jobs/{job}/retry"));
    let list = "/admin/jobs?state=queued";
    s.does("/admin/jobs/{id}/cancel", &mut boss, (list, &cancel), &[], &["job.cancelled"]).await;
    let list = "/admin/jobs?state=cancelled";
    s.does("/admin/jobs/{id}/retry", &mut boss, (list, &retry), &[], &["job.retried"]).await;
}

pub async fn people(s: &mut Stage) {
    let mut boss = s.seat("boss");
    let new = "/admin/people/new";
    let fang = [("login", "fang"), ("name", "王芳"), ("role", "handler"), ("unit", "land")];
    let made = s.does(new, &mut boss, (new, new), &fang, &["person.added"]).await;
    let password = code_of(&made.text());
    let mut own = s.guest();
    let fields = [("login", "fang"), ("password", password.as_str())];
    assert_eq!(own.submit("/sign-in", "/sign-in", &fields).unwrap().status, 303);
    let fields = [("old", password.as_str()), ("new", PASSWORD), ("again", PASSWORD)];
    s.does("/account", &mut own, ("/account", "/account"), &fields, &["person.password_changed"]).await;

    let at = "/admin/people/fang";
    s.does("/admin/people/{login}", &mut boss, (at, at), &[("title", "科长")], &["person.changed"]).await;
    let (roles, desk) = ("/admin/people/fang/roles", [("role", "desk"), ("unit", "c")]);
    s.does("/admin/people/{login}/roles", &mut boss, (at, roles), &desk, &["role.given"]).await;
    let end = action(&mut boss, at, "/admin/people/fang/roles/", "/end");
    s.does("/admin/people/{login}/roles/{id}/end", &mut boss, (at, &end), &[], &["role.taken"]).await;
    let (reset, out) = ("/admin/people/fang/password", "/admin/people/fang/sign-out");
    s.does("/admin/people/{login}/password", &mut boss, (at, reset), &[], &["person.password_reset"]).await;
    s.does("/admin/people/{login}/sign-out", &mut boss, (at, out), &[], &["person.signed_out_by_other"]).await;
    let leave = "/admin/people/fang/leave";
    let left = ["role.taken", "person.left"];
    s.does("/admin/people/{login}/leave", &mut boss, (leave, leave), &[], &left).await;
    let back = "/admin/people/fang/return";
    s.does("/admin/people/{login}/return", &mut boss, (at, back), &[], &["person.returned"]).await;

    let tokens = "/admin/tokens";
    let hotline = [("name", "热线"), ("scopes", "requests:write"), ("unit", "c")];
    let issued = s.does(tokens, &mut boss, (tokens, tokens), &hotline, &["token.issued"]).await;
    let bearer = format!("Bearer {}", code_of(&issued.text()));
    let mut system = Client::new(&s.server.url).with_header("Authorization", &bearer);
    let raised = json!({"credit_code": super::HENGDA, "title": "用地", "body": "二期", "category": "land",
        "contact_name": "李明", "contact_phone": "13800000000", "source": "hotline"});
    let sent = system.json("POST", "/api/v1/requests", &raised).unwrap();
    s.hears("/api/v1/requests", &sent, &["request.submitted"]).await;
    let revoke = action(&mut boss, tokens, "/admin/tokens/", "/revoke");
    s.does("/admin/tokens/{id}/revoke", &mut boss, (tokens, &revoke), &[], &["token.revoked"]).await;
}
