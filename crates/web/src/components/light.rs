//! Lights: the state of a matter as shape, word and colour together.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::words::Words;

/// What a light says. The shape goes with the state, so that colour is never needed to read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LightState {
    OnTime,
    DueSoon,
    Late,
    Waiting,
    Done,
}

impl LightState {
    pub const ALL: [LightState; 5] =
        [LightState::OnTime, LightState::DueSoon, LightState::Late, LightState::Waiting, LightState::Done];

    /// CSS modifier and value in addresses: `on-time`, `due-soon`, `late`, `waiting`, `done`.
    pub fn code(self) -> &'static str {
        match self {
            LightState::OnTime => "on-time",
            LightState::DueSoon => "due-soon",
            LightState::Late => "late",
            LightState::Waiting => "waiting",
            LightState::Done => "done",
        }
    }

    /// The state with this `code`.
    pub fn parse(code: &str) -> Option<LightState> {
        LightState::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Outline of the shape in a box of 10 × 10: ● ◆ ▲ ○ ✓. Drawn, since fonts disagree about the size of such signs.
    pub fn shape(self) -> &'static str {
        match self {
            LightState::OnTime => "M5 .6a4.4 4.4 0 1 1 0 8.8 4.4 4.4 0 0 1 0-8.8z",
            LightState::DueSoon => "M5 .2 9.8 5 5 9.8.2 5z",
            LightState::Late => "M5 .6 9.9 9.4H.1z",
            LightState::Waiting => "M5 1.4a3.6 3.6 0 1 1 0 7.2 3.6 3.6 0 0 1 0-7.2z",
            LightState::Done => "M1.2 5.4 4 8.2 9 2.2",
        }
    }

    /// The word alone: `超期` / `Late`.
    pub fn word(self, w: &Words) -> String {
        // words: light-*
        w.t(&format!("light-{}", self.code())).into_owned()
    }
}

/// The pill with shape and word.
#[derive(Clone, Debug, Template)]
#[template(path = "components/light.html")]
pub struct Light {
    pub state: LightState,
    pub text: String,
}

impl Light {
    /// A pill with its own words, such as `超期 6 日`.
    pub fn new(state: LightState, text: impl Into<String>) -> Light {
        Light { state, text: text.into() }
    }

    /// A pill with the state's usual word.
    pub fn word(w: &Words, state: LightState) -> Light {
        Light::new(state, state.word(w))
    }
}

impl HtmlSafe for Light {}
