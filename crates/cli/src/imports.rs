//! `wanqi import`: brings files in as a whole or not at all; every fault with sheet, row, column, value, expectation.

use std::path::Path;

use app::serve::assemble;
use identity::Actor;

use crate::arguments::Import;
use crate::context::Context;
use crate::say::{FAILURE, Outcome, USAGE};

/// So many faults are shown; whoever corrects these meets the rest next time.
const SHOWN: usize = 50;

pub async fn run(context: &Context, import: Import) -> Outcome {
    match import {
        Import::Requests { file } => requests(context, &file).await,
    }
}

async fn requests(context: &Context, file: &Path) -> Outcome {
    let say = &context.say;
    must_be_there(context, file)?;
    let db = context.open().await?;
    let app = assemble(&context.config, db.clone(), context.clock.clone(), context.random.clone())?;
    let done = casework::ledger::import_file(&app.casework, &Actor::program("cli"), file).await?;
    db.close().await;
    match done {
        Ok(imported) => {
            say.answer(&say.f("import-requests-done", &[("added", &imported.added), ("known", &imported.known)]));
            Ok(())
        }
        Err(faults) => {
            for fault in faults.iter().take(SHOWN) {
                say.note(&fault.text(&say.words));
            }
            Err(say.stop(FAILURE, "import-faults", &[("n", &faults.len())]))
        }
    }
}

fn must_be_there(context: &Context, file: &Path) -> Outcome {
    if file.is_file() {
        return Ok(());
    }
    Err(context.say.stop(USAGE, "import-no-file", &[("file", &file.display().to_string())]))
}
