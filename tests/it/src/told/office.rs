//! What enterprises, desk and departments change, each route with what is told of it.

use serde_json::json;

use super::{HENGDA, Stage, upload};
use crate::harness::book::book;
use crate::harness::html;

const NEW: &str = "91419981MA0000001X";

pub async fn register(s: &mut Stage) {
    let mut desk = s.seat("desk");
    let new = "/enterprises/new";
    let weihua = [("credit_code", NEW), ("code_anyway", "yes"), ("name", "示范卫华集团有限公司"), ("township", "town")];
    s.does(new, &mut desk, (new, new), &weihua, &["enterprise.entered"]).await;
    let (at, edit) = (format!("/enterprises/{NEW}"), format!("/enterprises/{NEW}/edit"));
    s.does("/enterprises/{code}/edit", &mut desk, (&edit, &edit), &[("staff", "7")], &["enterprise.changed"]).await;
    let (begin, end) = (format!("{at}/helpers"), format!("{at}/helpers/end"));
    let helper = [("person", "helper"), ("kind", "lead")];
    s.does("/enterprises/{code}/helpers", &mut desk, (&at, &begin), &helper, &["bond.started"]).await;
    let other = [("person", "handler"), ("kind", "lead")];
    let changed = ["bond.ended", "bond.started"];
    s.does("/enterprises/{code}/helpers", &mut desk, (&at, &begin), &other, &changed).await;
    let helper = [("person", "handler")];
    s.does("/enterprises/{code}/helpers/end", &mut desk, (&at, &end), &helper, &["bond.ended"]).await;

    let list = format!(
        "企业名称,统一社会信用代码,乡镇\n示范恒达起重机械有限公司,{HENGDA},\n示范瑞丰食品有限公司,91419981MA0000002X,城关镇\n"
    );
    let facts = format!("统一社会信用代码,营业收入（万元）\n{HENGDA},7\n");
    let (more, period) = ([], [("period", "2025"), ("source", "财务报表"), ("as_of", "2026-03-31")]);
    for (route, page, file, said, name) in [
        ("/enterprises/import/{id}", "/enterprises/import", &list, &more[..], "enterprises.imported"),
        ("/enterprises/facts/import/{id}", "/enterprises/facts/import", &facts, &period[..], "facts.imported"),
    ] {
        let follow = upload(&mut desk, page, ("名录.csv", file.as_bytes()), said);
        assert!(s.told().await.is_empty(), "{page}: nothing was written yet");
        let mut write = vec![("do", "write")];
        if html::text(&desk.get(&follow).unwrap().text()).contains("校验") {
            write = vec![("do", "override")];
            assert_eq!(desk.submit(&follow, &follow, &write).unwrap().status, 303);
            assert!(s.told().await.is_empty());
            write = vec![("do", "write")];
        }
        s.does(route, &mut desk, (&follow, &follow), &write, &[name]).await;
    }
    let headings = ["问题编号", "企业名称", "反映日期", "问题类别", "问题描述(诉求)", "牵头单位", "交办日期"];
    let row = ["A-1", "示范恒达起重机械有限公司", "2026-11-05", "用地", "增容", "自然资源局", "2026-11-06"];
    let ledger = book("台账", "2026 年", &headings, &[&row]);
    let follow = upload(&mut desk, "/ledger/import", ("台账.xlsx", &ledger), &[]);
    assert!(s.told().await.is_empty(), "a ledger that was checked is not in yet");
    s.does("/ledger/import/{id}", &mut desk, (&follow, &follow), &[], &["ledger.imported"]).await;
}

pub async fn requests(s: &mut Stage) {
    let mut desk = s.seat("desk");
    let mut guest = s.guest();
    let problem = [
        ("who", "示范恒达起重机械有限公司"),
        ("category", "land"),
        ("title", "厂区门口道路破损"),
        ("body", "货车出入困难，请修复。"),
        ("name", "李明"),
        ("phone", "13800000000"),
    ];
    let sent = s.does("/raise", &mut guest, ("/raise", "/raise"), &problem, &["request.submitted"]).await;
    let number = sent.header("location").unwrap().rsplit('/').next().unwrap().to_owned();
    let (at, remark) = (format!("/follow/{number}"), format!("/follow/{number}/remark"));
    let text = [("text", "三号门也坏了")];
    s.does("/follow/{number}/{act}", &mut guest, (&at, &remark), &text, &["request.commented"]).await;
    let mut contact = s.seat("contact");
    let other = [("title", "夜间常停电"), ("body", "变压器太小，一周停三回")];
    let fields = [&problem[1..2], &other, &problem[4..]].concat();
    let page = format!("/raise?e={HENGDA}");
    let own = s.does("/raise", &mut contact, (&page, "/raise"), &fields, &["request.submitted"]).await;
    let mine = own.header("location").unwrap().rsplit('/').next().unwrap().to_owned();
    let (at, remark) = (format!("/my/{mine}"), format!("/my/{mine}/remark"));
    s.does("/my/{number}/{act}", &mut contact, (&at, &remark), &text, &["request.commented"]).await;

    let form = format!("/requests/new?enterprise={HENGDA}");
    let call = [("source", "visit"), ("title", "招不到焊工"), ("body", "缺三十个焊工"), ("category", "land")];
    s.does("/requests/new", &mut desk, (&form, "/requests/new"), &call, &["request.submitted"]).await;

    // Three orders at once are one change with three facts.
    let (page, deed) = (format!("/requests/{number}?do=accept-assign"), format!("/requests/{number}/accept-assign"));
    let class = [("category", "land"), ("grade", "key"), ("level", "county"), ("lead", "land")];
    let answer = desk.submit(&page, &deed, &class).unwrap();
    let told = s.hears("/requests/{number}/{action}", &answer, &["request.accepted"]).await.remove(0);
    assert_eq!(told.topic, "casework.request");
    let land = identity::find_unit_by_code(&mut s.db.read().await.unwrap(), "land").await.unwrap().unwrap().id;
    let fact = |event: &str| json!({"event": event, "need": 1});
    assert_eq!(
        told.payload["facts"],
        json!([fact("request.accepted"), fact("need.classified"), fact("need.assigned")])
    );
    assert_eq!(told.payload["needs"], json!([{"need": 1, "state": "assigned", "units": [land]}]));
    assert_eq!((&told.payload["number"], &told.payload["what"]), (&json!(number), &json!("accept")));
    assert_eq!(
        (&told.payload["seq"], &told.payload["version"], &told.payload["state"]),
        (&json!(5), &json!(5), &json!("assigned"))
    );

    let bulk = format!("/desk/bulk?row={mine}&back=%2Fdesk");
    s.does("/desk/bulk", &mut desk, (&bulk, "/desk/bulk"), &[], &["request.accepted"]).await;
    let mut handler = s.seat("handler");
    let page = html::forms(&handler.get("/queue").unwrap().text());
    let form = page.iter().find(|form| form.action == "/queue/sign").expect("something to sign");
    let mut fields: Vec<(&str, &str)> = form.fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    fields.push(("row", &mine));
    let signed = handler.post("/queue/sign", &fields).unwrap();
    s.hears("/queue/sign", &signed, &["need.signed"]).await;

    // An enterprise the register does not have: noted with the request, then found to be another.
    let mut stranger = s.guest();
    let unknown = [&[("who", "新野光伏科技")][..], &problem[1..]].concat();
    let noted = ["enterprise.noted", "request.submitted"];
    s.does("/raise", &mut stranger, ("/raise", "/raise"), &unknown, &noted).await;
    let page = desk.get("/desk/waiting").unwrap().text();
    let at = html::links(&page).into_iter().find(|href| href.starts_with("/desk/waiting/XX")).unwrap();
    let token = html::forms(&desk.get(&at).unwrap().text()).into_iter().flat_map(|form| form.fields);
    let token = token.into_iter().find(|(name, _)| name == "csrf").unwrap().1;
    let linked = desk.post(&at, &[("csrf", &token), ("to", HENGDA), ("remember", "yes")]).unwrap();
    let names = ["request.enterprise_linked", "enterprise.linked"];
    s.hears("/desk/waiting/{code}", &linked, &names).await;
}
