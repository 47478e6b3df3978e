//! The replay of the example in the guide, and what wrong files are told.

use serde_json::Value;

use crate::replay::replay;

const GUIDE: &str = include_str!("../../../docs/guide/replay.md");

/// The fenced JSON blocks of the guide: the input and what is printed.
fn blocks() -> Vec<&'static str> {
    GUIDE.split("```json\n").skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

#[test]
fn the_example_of_the_guide_gives_what_the_guide_says() {
    let blocks = blocks();
    let got = replay(blocks[0]).unwrap();
    assert_eq!(got.trim(), blocks[1].trim());
}

#[test]
fn errors_name_the_place_and_what_was_expected() {
    let with = |change: &dyn Fn(&mut Value)| {
        let mut value: Value = serde_json::from_str(blocks()[0]).unwrap();
        change(&mut value);
        replay(&value.to_string()).unwrap_err().to_string()
    };
    let cases = [
        (with(&|file| file["nwo"] = 1.into()), "file: found the key `nwo`; expected one of the keys calendar"),
        (with(&|file| file["calendar"] = "us".into()), "calendar: found `\"us\"`; expected one of cn"),
        (with(&|file| file["events"] = 3.into()), "events: found `3`; expected a list in brackets"),
        (with(&|file| file["events"][1]["at"] = "soon".into()), "events[1].at: found `\"soon\"`; expected an instant"),
        (
            with(&|file| file["events"][1]["at"] = "2026-02-01T08:00".into()),
            "events[1].at: found `\"2026-02-01T08:00\"`; expected an instant not before the event ahead of it",
        ),
        (
            with(&|file| file["events"][1]["kind"] = "accept".into()),
            "events[1].kind: found `\"accept\"`; expected one of drafted, submitted",
        ),
        (with(&|file| file["events"][1]["need"] = 7.into()), "events[1].need: found `7`; expected a need from 1 to 1"),
        (
            with(&|file| file["events"][2]["grade"] = "urgent".into()),
            "events[2].grade: found `\"urgent\"`; expected one of ordinary, key, hard",
        ),
        (
            with(&|file| file["events"][2]["garde"] = "key".into()),
            "events[2]: found the key `garde`; expected one of the keys at, kind",
        ),
        (
            with(&|file| file["events"][5]["unit"] = "x".into()),
            "events[5].unit: found `\"x\"`; expected a unit to which",
        ),
        (
            with(&|file| file["limits"][0]["unit"] = "week".into()),
            "limits[0].unit: found `\"week\"`; expected one of working_hour",
        ),
        (with(&|file| file["limits"][0]["n"] = (-1).into()), "limits[0].n: found `-1`; expected a whole number"),
        (with(&|file| file["hours"]["mon-fri"][0] = "9".into()), "hours.mon-fri[0]: found `\"9\"`; expected a list"),
        (with(&|file| file["hours"]["mon-fri"][0][1] = "08:00".into()), "hours: found mon"),
        (
            with(&|file| file["now"] = "2026-02-01T08:00".into()),
            "now: found `\"2026-02-01T08:00\"`; expected an instant not before",
        ),
        (replay("{\"events\": [").unwrap_err().to_string(), "line 1, column 12: found text that is not JSON"),
        (replay("{\"events\": []}").unwrap_err().to_string(), "now: found nothing; expected an instant"),
        (replay("[]").unwrap_err().to_string(), "file: found a list; expected an object"),
    ];
    for (got, wanted) in cases {
        assert!(got.starts_with(wanted), "{got}\n  should begin\n{wanted}");
    }
}

#[test]
fn a_checked_history_must_be_legal() {
    let file = |events: &str| {
        let head = r#"{"at":"2026-03-02T09:00","kind":"submitted"},{"at":"2026-03-02T09:10","kind":"accepted"},
            {"at":"2026-03-02T09:20","kind":"classified","grade":"ordinary"},
            {"at":"2026-03-02T09:30","kind":"assigned","unit":"a"}"#;
        replay(&format!(r#"{{"check":true,"now":"2026-03-20T09:00","events":[{head},{events}]}}"#))
    };
    let late = r#"{"at":"2026-03-05T09:00","kind":"refused","unit":"a","reason":"not ours"}"#;
    assert!(file(late).unwrap_err().expected.contains("refuse-late (until: 2026-03-03 17:30)"));
    let answered = r#"{"at":"2026-03-05T09:00","kind":"answered","text":"done"}"#;
    let called = r#"{"at":"2026-03-06T09:00","kind":"called_back","result":"satisfied"}"#;
    let closed = r#"{"at":"2026-03-06T09:00","kind":"closed"}"#;
    assert!(file(&format!("{answered},{called}")).unwrap_err().expected.contains("`closed`"));
    assert!(file(&format!("{answered},{called},{closed}")).is_ok());
    let own = called.replace("\"result\"", "\"by\":{\"unit\":\"a\"},\"result\"");
    assert!(file(&format!("{answered},{own},{closed}")).unwrap_err().expected.contains("call-back-by-handler"));
}

#[test]
fn a_limit_in_days_that_ends_on_a_holiday_ends_on_the_next_working_day() {
    let told = |last_day: &str, grade: &str, classified: &str| {
        let json = format!(
            r#"{{{last_day}"limits":[{{"n":12,"unit":"day","clock":"resolve"{grade}}}],"now":"2026-09-21T10:00","events":[
                {{"at":"2026-09-21T09:00","kind":"submitted","number":"C-06"}},
                {{"at":"2026-09-21T09:10","kind":"accepted"}}{classified}]}}"#
        );
        let value: Value = serde_json::from_str(&replay(&json).unwrap()).unwrap();
        let clocks = value["needs"][0]["clocks"].as_array().unwrap().clone();
        let resolve = clocks.into_iter().find(|clock| clock["clock"] == "resolve").unwrap();
        resolve["due"].as_str().map(str::to_owned)
    };
    let classified = r#",{"at":"2026-09-21T09:20","kind":"classified","grade":"ordinary"}"#;
    let due = |last_day: &str| {
        let due = told(last_day, "", classified).unwrap();
        // A limit of every class is known before the need is classified, one of a grade is not.
        assert_eq!(told(last_day, "", "").as_ref(), Some(&due));
        assert_eq!(told(last_day, r#","grade":"ordinary""#, ""), None);
        due
    };
    assert_eq!(due(""), "2026-10-08T23:59:59+08:00");
    assert_eq!(due(r#""last_day":"next_working_day","#), "2026-10-08T23:59:59+08:00");
    assert_eq!(due(r#""last_day":"as_counted","#), "2026-10-03T23:59:59+08:00");
}

#[test]
fn a_year_whose_notice_is_not_entered_is_marked_or_refused() {
    let file = |provisional: bool| {
        let json = format!(
            r#"{{"provisional":{provisional},"now":"2026-12-31T11:00","events":[
                {{"at":"2026-12-31T10:00+08:00","kind":"submitted"}}]}}"#
        );
        let value: Value =
            serde_json::from_str(&replay(&json.replace("10:00+08:00", "10:00:00+08:00")).unwrap()).unwrap();
        value["needs"][0]["clocks"][0].clone()
    };
    let strict = file(false);
    assert!(strict["due"].is_null() && strict["unknown"].as_str().unwrap().contains("2027"));
    let guessed = file(true);
    assert_eq!(
        (guessed["provisional"].as_bool(), guessed["due"].as_str()),
        (Some(true), Some("2027-01-04T17:30:00+08:00"))
    );
}
