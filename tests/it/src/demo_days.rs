//! The demo on ten days of the years 2026 to 2030, county and city, each behind its own server: whatever day it is made
//! on, its pages answer, their sentences are true and its figures come out.
//!
//! All twenty run on SQLite, one day of each scenario on PostgreSQL too: the day changes what is counted, not how the
//! engines count.

mod calendar;
mod made;
mod says;
mod texts;
mod visit;

use app::demo::Scenario::{self, City, County};
use db::Engine;

use crate::harness::engines::run;
use made::Made;

fn on(engine: Engine, scenario: Scenario, now: &str) {
    run(engine, async |t| {
        let made = Made::new(t, scenario, now).await;
        calendar::nothing_falls_due_on_a_day_off(&made).await;
        calendar::numbers_begin_with_the_year(&made).await;
        calendar::doctor_and_administrator_are_told_of_the_notice(&made).await;
        visit::every_page_answers(&made).await;
        says::desk_and_enterprise_read_the_same(&made).await;
        says::provisional_dates_say_so(&made).await;
        says::a_new_request_is_promised_a_working_day(&made).await;
        visit::the_overview_has_the_figures(&made).await;
    });
}

macro_rules! days {
    ($($name:ident: $now:literal $(and $engine:ident)?;)+) => {$(
        mod $name {
            use super::*;

            #[test]
            fn county() {
                on(Engine::Sqlite, County, $now);
            }

            #[test]
            fn city() {
                on(Engine::Sqlite, City, $now);
            }

            $(#[test]
            fn county_on_postgres() {
                on(Engine::$engine, County, $now);
            }

            #[test]
            fn city_on_postgres() {
                on(Engine::$engine, City, $now);
            })?
        }
    )+};
}

days! {
    new_years_day_2026: "2026-01-01T10:00";
    a_sunday: "2026-11-22T13:58";
    the_first_of_a_month_at_night: "2026-12-01T01:30";
    before_a_year_without_notice: "2026-12-25T10:20";
    the_first_worked_day_of_2027: "2027-01-04T08:10";
    after_the_spring_festival: "2027-02-10T14:00" and Postgres;
    the_leap_day: "2028-02-29T16:40";
    the_first_of_march: "2028-03-01T09:05";
    after_the_national_days: "2029-10-08T09:00";
    a_sunday_of_2030: "2030-06-02T22:45";
}
