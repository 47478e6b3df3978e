//! kernel: the words every crate shares. Pure: no I/O, no async; the only clock read is in `clock.rs`.

pub mod area;
pub mod clock;
pub mod credit_code;
pub mod date_text;
mod day_time;
mod decimal;
pub mod division;
pub mod error;
pub mod file_name;
pub mod id;
pub mod identity_number;
pub mod industry;
pub mod likeness;
pub mod mask;
pub mod money;
pub mod period;
pub mod phone;
pub mod pinyin;
pub mod random;
pub mod ratio;
pub mod search;
pub mod text;

pub use area::{Area, AreaUnit};
pub use clock::{
    Clock, ClockRef, FixedClock, SystemClock, date_time_local, format_minute, from_local, local, local_date,
    parse_date_time_local, shanghai, start_of_day,
};
pub use credit_code::{BadForm, BodyKind, Check, CreditCode, shown_code};
pub use date_text::{DateError, DateText, NO_END, from_excel_serial, parse_date, parse_date_time, parse_end_date};
pub use decimal::NumberError;
pub use division::{BadDivision, DivisionCode, DivisionLevel};
pub use error::{Error, ErrorKind, FieldError, Result};
pub use file_name::file_name;
pub use id::{
    AssignmentId, EnterpriseId, EventId, FileId, ImportId, JobId, NeedId, PersonId, RequestId, SessionId, TokenId,
    UnitId, uuid_v7,
};
pub use identity_number::is_identity_number;
pub use industry::{BadIndustry, IndustryCode, IndustryLevel};
pub use likeness::Pairs;
pub use mask::{mask_id, mask_name, mask_phone, mask_phones_in, unmask_phone};
pub use money::{Fen, MoneyUnit};
pub use period::{BadPeriod, Month, Quarter, Year};
pub use phone::{ChinaPhone, PhoneError, PhoneKind};
pub use pinyin::{READINGS_VERSION, pinyin_full, pinyin_initials, pinyin_person};
pub use random::{OsRandom, Random, RandomRef, SeededRandom};
pub use ratio::{Ppm, percent};
pub use search::{Term, fts5_query, search_document, search_document_named, search_query, search_tokens, tsquery};
pub use text::{english_given, english_name, halfwidth, is_never_meant, meant, name_key, normalise};

/// The texts of the codes that this crate's errors have, in Fluent: zh-CN, then en.
pub const WORDS: [(&str, &str); 2] =
    [("zh-CN", include_str!("../words/zh-CN.ftl")), ("en", include_str!("../words/en.ftl"))];
