//! A telephone number as far as its reader needs it: in full, masked, or masked with a button that shows it.

use askama::Template;
use askama::filters::HtmlSafe;
use kernel::mask_phone;

use crate::words::Words;

/// How a reader sees a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// In full, to be dialled.
    Whole,
    /// Masked; a button shows it, which is written down.
    Button,
    /// Masked, and no more.
    Masked,
}

/// A telephone number. Prints nothing if there is none.
#[derive(Clone, Debug, Template)]
#[template(path = "components/phone.html")]
pub struct Phone {
    number: String,
    is_whole: bool,
    /// Where the button posts to; empty without one.
    address: String,
    show: String,
    /// Whose number it is, for those who hear the page.
    who: String,
    /// It has just been asked for.
    is_answer: bool,
}

impl Phone {
    /// `address` answers the button ([`crate::contact::reveal`]); `who` is whose number it is.
    pub fn new(w: &Words, sight: Sight, number: &str, who: &str, address: &str) -> Phone {
        Phone {
            number: if sight == Sight::Whole { number.to_owned() } else { mask_phone(number) },
            is_whole: sight == Sight::Whole,
            address: if sight == Sight::Button { address.to_owned() } else { String::new() },
            show: w.t("contact-show").into_owned(),
            who: who.to_owned(),
            is_answer: false,
        }
    }

    /// In full, in the place of the button.
    pub(crate) fn answer(w: &Words, number: &str) -> Phone {
        Phone { is_answer: true, ..Phone::new(w, Sight::Whole, number, "", "") }
    }

    pub fn is_empty(&self) -> bool {
        self.number.is_empty()
    }
}

impl HtmlSafe for Phone {}
