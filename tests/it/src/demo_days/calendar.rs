//! Days off by law, numbers of the year, and who is told that a holiday notice is wanted.

use app::doctor::Level;
use casework::figures::Beside;
use chrono::{DateTime, Datelike, NaiveDate, Utc, Weekday};
use db::sql_text;
use kernel::local_date;

use super::made::{ENTERED, Made};
use super::texts;

/// Days off by law beyond the notices: Spring Festival from the eve to the third day, Qingming, Dragon Boat, Mid-Autumn;
/// from almanacs, not from the program. 1 January, 1–2 May and 1–3 October are off every year.
const OFF: [(i32, [(u32, u32); 7]); 5] = [
    (2027, [(2, 5), (2, 6), (2, 7), (2, 8), (4, 5), (6, 9), (9, 15)]),
    (2028, [(1, 25), (1, 26), (1, 27), (1, 28), (4, 4), (5, 28), (10, 3)]),
    (2029, [(2, 12), (2, 13), (2, 14), (2, 15), (4, 4), (6, 16), (9, 22)]),
    (2030, [(2, 2), (2, 3), (2, 4), (2, 5), (4, 5), (6, 5), (9, 12)]),
    (2031, [(1, 22), (1, 23), (1, 24), (1, 25), (4, 5), (6, 24), (10, 1)]),
];

/// Whether a day is worked, as far as law alone says, or the notice where there is one.
pub fn is_worked(day: NaiveDate) -> bool {
    let own = (day.month(), day.day());
    if let Some((_, movable)) = OFF.iter().find(|(year, _)| *year == day.year()) {
        let fixed = [(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)];
        return !fixed.contains(&own)
            && !movable.contains(&own)
            && !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    }
    workdays::Calendar::china().is_workday(day, workdays::Mode::Strict).unwrap()
}

/// The working days that have begun since an instant, offices opening at nine.
pub fn working_days_since(due: DateTime<Utc>, now: DateTime<Utc>) -> usize {
    let (from, opened) = (local_date(due), local_date(now - chrono::Duration::hours(9)));
    from.iter_days().skip(1).take_while(|day| *day <= opened).filter(|day| is_worked(*day)).count()
}

pub async fn nothing_falls_due_on_a_day_off(made: &Made) {
    let columns = ["due_at", "accept_due_at", "resolve_due_at", "co_due_at"];
    let mut due = made.instants("SELECT due_at FROM assignment").await;
    for column in columns {
        due.extend(made.instants(&format!("SELECT {column} FROM need")).await);
    }
    assert!(due.len() > 1_000);
    for at in due {
        assert!(is_worked(local_date(at)), "due on {}", local_date(at));
    }
    // Nor does an official do anything on one.
    let acts =
        "'accepted', 'returned', 'assigned', 'signed', 'refused', 'answered', 'extension_decided', 'called_back'";
    for at in made.instants(&format!("SELECT at FROM case_event WHERE kind IN ({acts})")).await {
        assert!(is_worked(local_date(at)), "done on {}", local_date(at));
    }
}

pub async fn numbers_begin_with_the_year(made: &Made) {
    let mut conn = made.db.read().await.unwrap();
    let rows =
        sql_text("SELECT number, submitted_at FROM need ORDER BY number".to_owned()).all(&mut conn).await.unwrap();
    let mut last = (0, 0);
    for row in rows {
        let (number, at): (String, DateTime<Utc>) = (row.get(0).unwrap(), row.get(1).unwrap());
        let year = local_date(at).year();
        last = if last.0 == year { (year, last.1 + 1) } else { (year, 1) };
        assert_eq!(number, format!("{year}-{:06}", last.1));
    }
}

/// From two months before the end of the last notice on, a wish; after it a fault; in the words of the same place.
pub async fn doctor_and_administrator_are_told_of_the_notice(made: &Made) {
    let today = local_date(made.now);
    let clock: kernel::ClockRef = made.clock.clone();
    let found = app::doctor::examine(&made.config, &clock, false).await;
    let own = found.iter().find(|own| own.key.starts_with("doctor-calendar")).unwrap();
    let wanted = match (today.year() > ENTERED, today.year() == ENTERED && today.month() > 10) {
        (true, _) => (Level::Fail, "doctor-calendar-over"),
        (_, true) => (Level::Warn, "doctor-calendar-ends"),
        _ => (Level::Ok, "doctor-calendar-ok"),
    };
    assert_eq!((own.level, own.key), wanted, "{today}");
    let others = found.iter().filter(|own| own.level == Level::Fail && own.key != "doctor-calendar-over");
    assert_eq!(others.map(|own| own.key).collect::<Vec<_>>(), [""; 0], "{today}");

    let mut admin = made.seat("admin");
    let home = texts::page(&mut admin, "/admin");
    assert_eq!(home.contains("放假通知只录入到"), wanted.1 == "doctor-calendar-ends", "{home}");
    let over = format!("本系统尚未录入 {} 年放假通知", ENTERED + 1);
    assert_eq!(home.contains(&over), wanted.0 == Level::Fail, "{home}");
    for year in [today.year(), today.year() + 1] {
        let page = texts::page(&mut admin, &format!("/admin/calendars/{year}"));
        assert!(page.contains("周日 1 休"), "1 January is drawn as a day off: {year}: {page}");
        assert_eq!(page.contains("放假通知本系统尚未录入"), year > ENTERED, "{year}");
    }
    // The front of a month needs five working days behind it.
    let calendar = workdays::Calendar::china();
    let gone = today.with_day(1).unwrap().iter_days().take_while(|day| *day <= today).filter(|day| is_worked(*day));
    assert_eq!(Beside::at(Some(calendar), made.now).finished, gone.count() < 5, "{today}");
}
