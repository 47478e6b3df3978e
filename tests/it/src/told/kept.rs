//! What was worked out stays until a module it was read from changes: a sign-out or another module's change empties nothing.

use db::sql;
use kernel::OsRandom;
use serde_json::json;

use super::Stage;

/// Whether the list still shows the title it was made with: the row was changed behind the program's back.
fn kept(client: &mut crate::harness::client::Client) -> bool {
    client.get("/requests").unwrap().text().contains("厂区门口道路破损")
}

pub async fn until_it_changes(s: &mut Stage) {
    let problem = [
        ("who", "示范恒达起重机械有限公司"),
        ("category", "land"),
        ("title", "厂区门口道路破损"),
        ("body", "货车出入困难，请修复。"),
        ("name", "李明"),
        ("phone", "13800000000"),
    ];
    let mut desk = s.seat("desk");
    assert_eq!(s.guest().submit("/raise", "/raise", &problem).unwrap().status, 303);
    assert!(kept(&mut desk));
    let mut tx = s.db.begin().await.unwrap();
    sql("UPDATE need SET title = 'x'").run(&mut tx).await.unwrap();
    let job = jobs::NewJob::new("nobody.runs", json!({}));
    let job = jobs::enqueue(&mut tx, s.clock.as_ref(), &OsRandom, job).await.unwrap();
    tx.commit().await.unwrap();
    let entries = async || identity::audit_seq(&mut s.db.read().await.unwrap()).await.unwrap();

    let before = entries().await;
    let mut boss = s.seat("boss");
    let cancel = format!("/admin/jobs/{job}/cancel");
    assert_eq!(boss.submit("/admin/jobs?state=queued", &cancel, &[]).unwrap().status, 303);
    assert!(entries().await > before && kept(&mut desk), "a change of the queue is none of requests");
    let before = entries().await;
    assert_eq!(s.seat("handler").submit("/queue", "/sign-out", &[]).unwrap().status, 303);
    assert!(entries().await > before && kept(&mut desk), "a sign-out empties nothing");

    let chain = [("code", "crane"), ("name", "起重装备产业链")];
    assert_eq!(boss.submit("/admin/chains/new", "/admin/chains/new", &chain).unwrap().status, 303);
    assert!(!kept(&mut desk), "rows show what the register says, so its change ends them");
}
