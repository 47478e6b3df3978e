//! How facts of an enterprise are said on every page.

use identity::{Actor, Subject, allowed};
use kernel::IndustryCode;
use web::components::Sight;
use web::{Lang, Words};

use crate::access;
use crate::enterprise::{Chain, HelperKind, Scale, Status, Township};
use crate::store::AliasKind;

/// The reader's language, as the dictionary of facts knows it.
pub fn lang(w: &Words) -> rulepack::diagnostic::Lang {
    match w.lang() {
        Lang::Zh => rulepack::diagnostic::Lang::Zh,
        Lang::En => rulepack::diagnostic::Lang::En,
    }
}

/// The name in the reader's language of something that has two.
pub fn one_of<'n>(w: &Words, zh: &'n str, en: &'n str) -> &'n str {
    if w.lang() == Lang::En && !en.is_empty() { en } else { zh }
}

pub fn township<'n>(w: &Words, township: Option<&'n Township>) -> &'n str {
    township.map_or("", |t| one_of(w, &t.name, &t.name_en))
}

pub fn chain<'n>(w: &Words, chain: Option<&'n Chain>) -> &'n str {
    chain.map_or("", |c| one_of(w, &c.name, &c.name_en))
}

// words: ent-scale-*
pub fn scale(w: &Words, scale: Scale) -> String {
    w.t(&format!("ent-scale-{scale}")).into_owned()
}

/// What is to be told beside the name of an enterprise that is not simply there; empty for those that are.
pub fn status_apart(w: &Words, status: Status) -> String {
    if status == Status::Active { String::new() } else { self::status(w, status) }
}

// words: ent-status-*
pub fn status(w: &Words, status: Status) -> String {
    w.t(&format!("ent-status-{}", status.as_str())).into_owned()
}

// words: ent-helper-*
pub fn helper_kind(w: &Words, kind: HelperKind) -> String {
    w.t(&format!("ent-helper-{}", kind.as_str())).into_owned()
}

// words: ent-alias-*
pub fn alias_kind(w: &Words, kind: AliasKind) -> String {
    w.t(&format!("ent-alias-{}", kind.as_str())).into_owned()
}

/// The title of a column or field by its name in forms and files.
// words: ent-col-*
pub fn column(w: &Words, name: &str) -> String {
    w.t(&format!("ent-col-{}", name.replace('_', "-"))).into_owned()
}

/// `3432 生产专用起重机制造`; names of industries are Chinese only, as the standard is.
pub fn industry(code: &str) -> String {
    code.parse::<IndustryCode>().map_or_else(|_| code.to_owned(), |c| format!("{} {}", c.as_str(), c.name()))
}

/// How the reader sees telephone numbers of an enterprise and its helpers: its own people in full, those who keep the register and
/// its helpers behind a button, all others masked.
pub fn sight(actor: &Actor, subject: &Subject) -> Sight {
    let is_own = subject.enterprise.is_some_and(|id| actor.enterprises().any(|own| own == id));
    match allowed(actor, &access::SHOW_CONTACT, subject) {
        true if is_own => Sight::Whole,
        true => Sight::Button,
        false => Sight::Masked,
    }
}
