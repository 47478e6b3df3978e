//! Every main page of every seat, and the figures the scenario is known by.

use chrono::Datelike;
use kernel::{Month, local_date};

use super::calendar::{is_worked, working_days_since};
use super::made::Made;
use super::texts;
use crate::harness::html;

const PAGES: [(&str, &[&str]); 7] = [
    (
        "leader",
        &[
            "/overview",
            "/overview?period=month",
            "/overview?period=quarter",
            "/overview?period=year",
            "/overview?units=all",
            "/requests",
            "/overview/units/natural-resources",
        ],
    ),
    (
        "desk",
        &[
            "/desk",
            "/desk?light=late",
            "/desk?state=submitted",
            "/requests?state=closed",
            "/requests/new",
            "/enterprises",
            "/search?q=hd",
            "/posters",
        ],
    ),
    ("handler", &["/queue"]),
    ("helper", &["/helped", "/helped?show=open", "/requests"]),
    ("enterprise", &["/my", "/raise", "/rules"]),
    ("analyst", &["/overview", "/enterprises", "/rules/size-class-2017/try"]),
    (
        "admin",
        &[
            "/admin",
            "/admin/calendars",
            "/admin/calendars/notice",
            "/admin/limits",
            "/admin/people",
            "/admin/units",
            "/admin/audit",
            "/admin/jobs",
        ],
    ),
];

pub async fn every_page_answers(made: &Made) {
    for (role, paths) in PAGES {
        let mut client = made.seat(role);
        for path in paths {
            texts::raw(&mut client, path);
        }
        client = client.with_header("Accept-Language", "en");
        texts::raw(&mut client, paths[0]);
    }
    for path in ["/raise", "/follow", "/sign-in"] {
        texts::raw(&mut made.guest(), path);
    }
}

/// The public figures, and lateness in working days.
pub async fn the_overview_has_the_figures(made: &Made) {
    let mut leader = made.seat("leader");
    let page = texts::raw(&mut leader, "/overview?period=all");
    let text = html::text(&page);
    let (closed, accepted, open, late) = made.of((288, 298, 12, 2), (1_805, 1_873, 74, 7));
    let rate = made.of("288/298", "1805/1873");
    assert!(text.replace([',', ' '], "").contains(rate), "{text}");
    assert_eq!(made.count("need WHERE closed_at IS NOT NULL").await, closed);
    assert_eq!(made.count("need WHERE accepted_at IS NOT NULL").await, accepted);
    // One more was raised by the test itself.
    assert_eq!(made.open().await.len(), open + 1);
    let overdue: Vec<_> =
        made.open().await.into_iter().filter(|own| own.due.is_some_and(|due| due < made.now)).collect();
    assert_eq!(overdue.len(), late);
    for own in overdue {
        let row = texts::row(&page, &own.number).unwrap_or_else(|| panic!("{}: {text}", own.number));
        let said = match working_days_since(own.due.unwrap(), made.now) {
            0 => "超期不足 1 个工作日".to_owned(),
            n => format!("超期 {n} 个工作日"),
        };
        assert!(row.contains(&said), "{}: {said}, not {row}", own.number);
    }
    // The months: the finished ones while this one has hardly begun, and no points from a handful of cases.
    let today = local_date(made.now);
    let gone = today.with_day(1).unwrap().iter_days().take_while(|day| *day <= today).filter(|day| is_worked(*day));
    let finished = gone.count() < 5;
    assert_eq!((text.contains("上月与前月"), text.contains("本月与上月同期")), (finished, !finished), "{text}");
    let front = if finished { Month::at(made.now).prev() } else { Month::at(made.now) };
    let table = texts::between(&page, "class=\"table compared\"", "</table>").unwrap();
    let head = html::text(table.split("</thead>").next().unwrap());
    assert!(head.contains(&format!("{}月", front.first_day().month())), "{front}: {head}");
    for row in table.split("<tr").skip(2) {
        let cells: Vec<String> = row.split("<td").skip(1).map(|cell| html::text(&format!("<td{cell}"))).collect();
        let few = cells[..2].iter().any(|cell| {
            let whole = cell.split_once('/').map(|(_, whole)| whole.trim().replace(',', "").parse::<i64>().unwrap());
            whole.is_some_and(|whole| whole < 10)
        });
        assert!(!few || !cells[2].contains('点'), "{}", html::text(&format!("<tr{row}")));
    }
}
