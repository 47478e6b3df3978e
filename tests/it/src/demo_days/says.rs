//! What desk, unit, enterprise and export say of the open needs: the same, and 暂定 where a notice may move a date.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use chrono::{DateTime, Datelike, Utc};
use kernel::local_date;

use super::calendar::is_worked;
use super::made::{Made, Open, is_beyond};
use super::texts::{self, between};
use crate::harness::html;

const PROVISIONAL: &str = "（暂定）";

/// The card "what the enterprise sees" of the county's page against the enterprise's own, for every open need.
pub async fn desk_and_enterprise_read_the_same(made: &Made) {
    let mut desk = made.seat("desk");
    let mut compared = 0;
    for own in made.open().await {
        let page = texts::raw(&mut desk, &format!("/requests/{}", own.number));
        let seen = between(&page, "<h2>企业现在看到</h2>", "</section>").unwrap();
        let Some(contact) = own.contact else { continue };
        let mut contact = made.person(contact).await;
        let page = texts::raw(&mut contact, &format!("/my/{}", own.number));
        let (_, main) = page.split_once("<div class=\"stack\">").unwrap();
        let mut cards = main.split("<section class=\"card\">").skip(1);
        // Its light and its sentence; a bar and buttons may follow.
        let card: Vec<&str> = cards.next().unwrap().split_inclusive("</p>").take(2).collect();
        let card = html::text(&card.concat());
        assert_eq!(html::text(seen), card, "{}", own.number);
        says_provisional(&own, own_due(&own), &card);
        let list = texts::raw(&mut contact, "/my");
        let card = list.split("<article").find(|card| card.contains(&own.number)).unwrap();
        let line = between(card, "<p class=\"small\">", "</p>").unwrap();
        assert!(html::text(seen).contains(line), "{}: {line}, {}", own.number, html::text(seen));
        compared += 1;
    }
    assert!(compared >= made.of(10, 60), "{compared}");
}

/// The time an enterprise is told of while its need is in this state.
fn own_due(own: &Open) -> Option<DateTime<Utc>> {
    match own.state.as_str() {
        "submitted" => own.due,
        "accepted" | "assigned" | "in_progress" => own.resolve_due,
        _ => None,
    }
}

fn says_provisional(own: &Open, due: Option<DateTime<Utc>>, said: &str) {
    assert_eq!(said.contains(PROVISIONAL), due.is_some_and(is_beyond), "{} {} {due:?}: {said}", own.number, own.state);
}

pub async fn provisional_dates_say_so(made: &Made) {
    let open = made.open().await;
    let running = |own: &&Open| own.due.is_some();
    let mut desk = made.seat("desk");
    // The lists of the desk and of the leader, by their lights.
    let lights = ["/desk?open=yes&per=200", "/requests?open=yes"].map(|path| texts::raw(&mut desk, path));
    let overview = texts::raw(&mut made.seat("leader"), "/overview?period=all");
    // The working days left of a month may change as well.
    let (_, left) = overview.split_once("个工作日，还剩").unwrap();
    let left = left.split_once("</p>").unwrap().0;
    assert_eq!(left.contains(PROVISIONAL), is_beyond(made.now), "{left}");
    let queue = texts::raw(&mut made.seat("handler"), "/queue");
    let (mut seen, mut owed) = (0, 0);
    for own in open.iter().filter(running) {
        for page in lights.iter().chain([&overview]) {
            let Some(row) = texts::row(page, &own.number) else { continue };
            if ["天到期", "还剩", "超期"].iter().any(|light| row.contains(light)) {
                says_provisional(own, own.due, &row);
                seen += 1;
            }
        }
        if let Some(row) = texts::row(&queue, &own.number) {
            says_provisional(own, own.resolve_due, &row);
            owed += 1;
        }
    }
    assert!(seen >= made.of(12, 40) && owed >= 2, "{seen} {owed}");

    // The export has a column of its own for it.
    let answer = desk.get("/requests?open=yes&export=xlsx").unwrap();
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(answer.body)).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    let told = |cell: &Data| cell.to_string();
    let rows: Vec<Vec<String>> = range.rows().map(|row| row.iter().map(told).collect()).collect();
    let head = rows.iter().find(|row| row.iter().any(|cell| cell == "期限暂定")).unwrap();
    let at = head.iter().position(|cell| cell == "期限暂定").unwrap();
    for own in &open {
        let row = rows.iter().find(|row| row.contains(&own.number)).unwrap();
        assert_eq!(row[at] == "暂定", own.is_provisional(), "{}: {row:?}", own.number);
    }
    assert_eq!(rows.iter().filter(|row| row[0].starts_with("20")).count(), open.len());
}

/// A guest who raises something now gets the next number of the year and a date on a working day.
pub async fn a_new_request_is_promised_a_working_day(made: &Made) {
    let of_year = made.count(&format!("request WHERE number LIKE '{}-%'", made.year())).await;
    let mut guest = made.guest();
    let who = made.any_firm().await;
    let fields = [
        ("who", who.as_str()),
        ("category", "land"),
        ("title", "厂房屋顶想装光伏"),
        ("body", "请问手续怎么办。"),
        ("name", "李明"),
        ("phone", "13800000000"),
    ];
    let sent = guest.submit("/raise", "/raise", &fields).unwrap();
    let text = html::text(&sent.text());
    assert!(text.contains(&format!("{}-{:06}", made.year(), of_year + 1)), "{text}");
    let number = format!("{}-{:06}", made.year(), of_year + 1);
    let own = made.open().await.into_iter().find(|own| own.number == number).unwrap();
    let due = own.due.unwrap();
    assert!(due > made.now && is_worked(local_date(due)), "{due}");
    let day = format!("{}月{}日", local_date(due).month(), local_date(due).day());
    let promise = between(&text, "服务专班将在", "告诉您是否受理").unwrap_or_else(|| panic!("{text}"));
    assert!(promise.contains(&day), "{day}: {promise}");
    says_provisional(&own, own.due, promise);
    // The desk, which has not looked at it yet, reads the same as its page.
    let page = texts::raw(&mut made.seat("desk"), &format!("/requests/{number}"));
    says_provisional(&own, own.due, &html::text(between(&page, "<h2>企业现在看到</h2>", "</section>").unwrap()));
    // What it will read once the desk has promised, before the desk does.
    let page = texts::raw(&mut made.seat("desk"), &format!("/requests/{number}?do=accept-assign"));
    let due = between(&page, "<b class=\"nb\">", "</b>").unwrap();
    let (_, seen) = page.split_once("企业会看到：").unwrap();
    let seen = between(seen, "<p class=\"seen said\">", "</p>").unwrap();
    assert_eq!(seen.contains(PROVISIONAL), due.contains(PROVISIONAL), "{due}: {seen}");
    assert!(due.contains(PROVISIONAL) || local_date(made.now).year() < 2027, "{due}");
}
