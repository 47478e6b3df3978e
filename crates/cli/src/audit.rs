//! `wanqi audit verify`: the chain, its anchors, and every event and text it seals.

use app::doctor::Level;
use app::history::{self, anchors::Anchors};

use crate::arguments::Audit;
use crate::context::Context;
use crate::database::say_findings;
use crate::say::{FAILURE, Outcome, Stop};

pub async fn run(context: &Context, command: Audit) -> Outcome {
    let Audit::Verify = command;
    let db = context.open().await?;
    let verified = history::verify(&db, &Anchors::new(&context.config.data_dir), true).await;
    db.close().await;
    let (verdict, found) = verified?;
    let say = &context.say;
    if verdict.is_whole() {
        say.answer(&say.f("audit-whole", &[("n", &verdict.entries), ("head", &verdict.head)]));
    }
    let worst = say_findings(say, &found);
    let Some(entry) = verdict.first_broken else {
        return if worst == Level::Fail { Err(Stop::Code(FAILURE)) } else { Ok(()) };
    };
    let why = match verdict.reason {
        Some("missing") => "audit-missing",
        Some("moved") => "audit-moved",
        Some("cut-off") => "audit-cut-off",
        Some("head-missing") => "audit-head-missing",
        _ => "audit-changed",
    };
    let why = say.words.t(why).into_owned();
    Err(say.stop(FAILURE, "audit-broken", &[("entry", &entry), ("why", &why), ("good", &verdict.entries)]))
}
