//! The smallest county a neighbouring system can raise requests in, for tests of the real process.

use db::Db;
use kernel::{Clock, OsRandom, SystemClock};

/// Credit code of its one enterprise.
pub const CODE: &str = "91419981MA00000011";

/// One unit, one enterprise, and a token that may raise requests for it.
pub async fn county(db: &Db) -> String {
    let mut tx = db.begin().await.unwrap();
    let unit = identity::NewUnit {
        parent: None,
        kind: identity::UnitKind::County,
        code: "c".to_owned(),
        name: "示范县".to_owned(),
        name_en: "Demo County".to_owned(),
        sort: 0,
    };
    let unit = identity::create_unit(&mut tx, &SystemClock, &OsRandom, unit).await.unwrap().id;
    let from = chrono::NaiveDate::from_ymd_opt(2019, 1, 1).unwrap();
    casework::seed::install(&mut tx, &[], from, SystemClock.now()).await.unwrap();
    let firm = registry::NewEnterprise::new(kernel::CreditCode::parse(CODE).unwrap(), "示范恒达起重机械有限公司");
    registry::seed::create(&mut tx, &SystemClock, &OsRandom, firm).await.unwrap();
    let token = identity::NewToken {
        name: "neighbour".to_owned(),
        scopes: vec!["requests:write".to_owned(), "requests:read".to_owned()],
        unit,
        issued_by: None,
        expires_at: None,
    };
    let token = identity::issue(&mut tx, &SystemClock, &OsRandom, token).await.unwrap().secret;
    tx.commit().await.unwrap();
    token
}
