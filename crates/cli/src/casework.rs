//! `wanqi casework replay`: dated events in, every clock out, as JSON.

use crate::arguments::CaseworkCommand;
use crate::say::{Outcome, Say, USAGE};

pub fn replay(command: CaseworkCommand, say: &Say) -> Outcome {
    let CaseworkCommand::Replay { file } = command;
    let name = file.display().to_string();
    let wrong = |reason: String| say.stop(USAGE, "replay-wrong", &[("file", &name), ("reason", &reason)]);
    let text = std::fs::read_to_string(&file).map_err(|e| wrong(e.to_string()))?;
    let told = casework::replay::replay(&text).map_err(|e| wrong(e.to_string()))?;
    say.answer(&told);
    Ok(())
}
