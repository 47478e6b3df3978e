//! The form of `/raise`: what was typed, what is wrong with it, and the page that shows it.

use askama::Template;
use kernel::{ChinaPhone, Error, FieldError, mask_phone, name_key, unmask_phone, uuid_v7};
use web::components::{Choice, ErrorSummary, Field, LOOKED_THROUGH, Light as Pill, by_reading};
use web::{DeskCall, Fields, Shell, Visitor, describe_fields};

use super::asker::{Asker, one_of};
use super::pending::Pending;
use crate::pages::standing::accept_limit;
use crate::settings::{Category, Settings};
use crate::store::enterprise_side::{Brief, Township};

/// What browsers offer to choose from; phones add their camera for `image/*`.
pub(super) const ACCEPT: &str = "image/*,.pdf,.doc,.docx,.xls,.xlsx,.ppt,.pptx,.wps,.et,.dps";
const TITLE: usize = 100;
const BODY: usize = 5000;
const NAME: usize = 50;

/// What stands in the form.
#[derive(Clone, Debug, Default)]
pub(super) struct Typed {
    pub who: String,
    /// Which of the enterprises offered is meant: its code, or [`super::asker::NONE_OF_THEM`].
    pub which: String,
    /// `qr` when the visitor came by a poster.
    pub from: String,
    /// Code of the township whose poster it was.
    pub town: String,
    pub title: String,
    pub body: String,
    pub category: String,
    pub name: String,
    pub phone: String,
    pub once: String,
}

impl Typed {
    /// What was sent; wrong values are named and kept as they are.
    pub(super) fn read(fields: &Fields, settings: &Settings, wrong: &mut Vec<FieldError>) -> Typed {
        let get = |name: &str| fields.get(name).replace('\0', "");
        let typed = Typed {
            who: get("who").split_whitespace().collect::<Vec<_>>().join(" "),
            which: get("which"),
            from: get("from"),
            town: get("town"),
            title: fields.text("title", true, TITLE, wrong),
            body: fields.text("body", true, BODY, wrong),
            category: get("category"),
            name: fields.text("name", true, NAME, wrong),
            phone: get("phone"),
            once: get("once"),
        };
        match settings.category(&typed.category).filter(|own| own.active) {
            None => wrong.push(FieldError::new("category", "choose")),
            Some(own) => {
                let body = name_key(&typed.body);
                let copied = [&own.guidance, &own.guidance_en].iter().any(|text| name_key(text) == body);
                if copied && !body.is_empty() {
                    wrong.push(FieldError::new("body", "enterprise-guidance-copied"));
                }
            }
        }
        typed
    }

    /// The number in the one form in which it is kept. The mask of the enterprise's number is that number to whoever was shown the mask:
    /// somebody signed in who may speak of this enterprise.
    pub(super) fn number(
        &self,
        asker: &Asker,
        enterprise: Option<&Brief>,
        wrong: &mut Vec<FieldError>,
    ) -> Option<String> {
        let kept = enterprise.filter(|_| asker.actor.is_some()).map_or("", |brief| brief.contact_phone.as_str());
        match ChinaPhone::parse(&unmask_phone(&self.phone, kept)) {
            Ok(phone) => Some(phone.as_str().to_owned()),
            Err(error) => {
                wrong.push(FieldError::new("phone", error.code()));
                None
            }
        }
    }
}

/// A card to pick a category from.
struct Pick {
    id: String,
    code: String,
    name: String,
    guide: String,
    chosen: bool,
}

/// An enterprise that may be meant.
struct Maybe {
    code: String,
    name: String,
    place: String,
}

/// An open problem that may be the same.
pub(super) struct Similar {
    /// `NUMBER@VERSION`: what the button sends.
    pub value: String,
    pub number: String,
    pub title: String,
    pub light: Pill,
    pub line: String,
}

/// The page of the form.
#[derive(Template)]
#[template(path = "enterprise/raise.html")]
pub(super) struct Page {
    shell: Shell,
    limit: String,
    place: String,
    once: String,
    from: String,
    town: String,
    pending: String,
    summary: ErrorSummary,
    /// The only enterprise there is to choose: code and name.
    fixed: Option<(String, String)>,
    who: Field,
    /// Enterprises of the register that may be meant by what was typed; the answer is the field `which`.
    meant: Vec<Maybe>,
    category: Field,
    picks: Vec<Pick>,
    title: Field,
    body: Field,
    name: Field,
    phone: Field,
    files: Field,
    kept: Vec<(String, String)>,
    similar: Vec<Similar>,
    /// A visitor is told only that there is one.
    alike: bool,
    /// Said on top when sending was refused as a whole.
    problem: String,
    visitor: bool,
    /// Whom to call who gets no further.
    desk: DeskCall,
}

/// What the page is made from.
pub(super) struct Shown<'a> {
    pub visitor: &'a Visitor,
    pub settings: &'a Settings,
    pub asker: &'a Asker,
    pub typed: &'a Typed,
    pub pending: Option<&'a Pending>,
    pub wrong: Vec<FieldError>,
    pub township: Option<Township>,
    pub fixed: Option<Brief>,
    /// Enterprises that may be meant.
    pub meant: Vec<Brief>,
    pub similar: Vec<Similar>,
    pub alike: bool,
    pub problem: String,
}

/// Builds the page.
pub(super) fn page(shown: Shown<'_>) -> Page {
    let Shown { visitor, settings, asker, typed, .. } = shown;
    let w = &visitor.words;
    let error = Error { fields: shown.wrong, ..Error::invalid("invalid-fields") };
    let texts = describe_fields(w, &error);
    let error = |name: &str| {
        let of_field: Vec<&str> = texts.iter().filter(|(f, _)| f == name).map(|(_, text)| text.as_str()).collect();
        Some(of_field.join(" "))
    };
    let english = w.lang() == web::Lang::En;
    let said = |own: &Category| match english {
        true => (own.name_en.clone(), own.guidance_en.clone()),
        false => (own.name.clone(), own.guidance.clone()),
    };
    let picks: Vec<Pick> = settings
        .categories
        .iter()
        .filter(|own| own.active)
        .enumerate()
        .map(|(at, own)| {
            let (name, guide) = said(own);
            let id = if at == 0 { "f-category".to_owned() } else { format!("f-category-{at}") };
            Pick { id, chosen: own.code == typed.category, code: own.code.clone(), name, guide }
        })
        .collect();
    let fixed =
        shown.fixed.filter(|brief| !kernel::shown_code(&brief.code).is_empty()).map(|brief| (brief.code, brief.name));
    let fixed = fixed.filter(|_| error("who").is_some_and(|e| e.is_empty()));
    let picked = one_of(&asker.choices, &typed.who).map(|brief| brief.code.as_str());
    let mut choices: Vec<Choice> = asker
        .choices
        .iter()
        .map(|brief| Choice::new(&brief.code, brief.name.clone(), picked == Some(brief.code.as_str())))
        .collect();
    if choices.len() > LOOKED_THROUGH {
        by_reading(&mut choices);
    }
    let who = if choices.is_empty() || asker.desk {
        Field::text("who", w.t("enterprise-raise-who"))
            .hint(w.t("enterprise-raise-who-hint"))
            .value(&typed.who)
            .maxlength(120)
    } else {
        Field::pick("who", w.t("enterprise-raise-which"), choices).value(&typed.who).empty(w)
    };
    let who = who.required().error(error("who"));
    let category = Field::text("category", w.t("enterprise-raise-category")).error(error("category"));
    let title = Field::text("title", w.t("enterprise-raise-title"))
        .hint(w.t("enterprise-raise-title-hint"))
        .value(&typed.title)
        .maxlength(100)
        .required()
        .error(error("title"));
    let body = Field::area("body", w.t("enterprise-raise-body"), 6)
        .hint(w.t("enterprise-raise-body-hint"))
        .value(&typed.body)
        .maxlength(5000)
        .required()
        .error(error("body"));
    let name = Field::text("name", w.t("enterprise-raise-name"))
        .value(&typed.name)
        .maxlength(50)
        .autocomplete("name")
        .required()
        .error(error("name"));
    let phone = Field::input("tel", "phone", w.t("enterprise-raise-phone"))
        .hint(w.t(if typed.phone.contains('*') { "contact-mask-hint" } else { "enterprise-raise-phone-hint" }))
        .value(&typed.phone)
        .inputmode("tel")
        .autocomplete("tel")
        .maxlength(40)
        .required()
        .error(error("phone"));
    let files = Field::file(web::posted::ATTACHMENT, w.t("enterprise-files"), ACCEPT, true)
        .hint(w.t("enterprise-files-hint"))
        .optional(w)
        .error(error("attachment"));
    let place =
        shown.township.as_ref().map_or_else(String::new, |t| crate::pages::shared::name(w, &t.names).to_owned());
    let maybe = |brief: Brief| Maybe {
        place: brief.township.as_ref().map_or_else(String::new, |t| crate::pages::shared::name(w, t).to_owned()),
        code: brief.code,
        name: brief.name,
    };
    Page {
        meant: shown.meant.into_iter().map(maybe).collect(),
        limit: accept_limit(w, &settings.limits),
        place,
        once: if typed.once.is_empty() {
            uuid_v7(visitor.now, visitor.state.random.as_ref()).to_string()
        } else {
            typed.once.clone()
        },
        from: typed.from.clone(),
        town: typed.town.clone(),
        pending: shown.pending.map_or_else(String::new, |own| own.token.clone()),
        summary: ErrorSummary::of(w, [&who, &category, &title, &body, &files, &name, &phone]),
        fixed,
        who,
        category,
        picks,
        title,
        body,
        name,
        phone,
        files,
        kept: shown.pending.map_or_else(Vec::new, Pending::names),
        similar: shown.similar,
        alike: shown.alike,
        problem: shown.problem,
        visitor: asker.actor.is_none(),
        desk: settings.desk_line.call(w),
        shell: visitor.shell(),
    }
}

/// The contact to begin with: the person who is signed in, or the contact of the enterprise that is helped.
pub(super) fn contact(asker: &Asker, enterprise: Option<&Brief>) -> (String, String) {
    match (&asker.actor, enterprise) {
        (Some(actor), Some(brief)) if asker.own.contains(&brief.id) => {
            let phone = if asker.phone.is_empty() { &brief.contact_phone } else { &asker.phone };
            (actor.name.clone(), phone.clone())
        }
        (Some(actor), None) if !asker.own.is_empty() => (actor.name.clone(), asker.phone.clone()),
        // A visitor is not told who the enterprise's contact is; others see of the number what they need to know it again.
        (Some(_), Some(brief)) => (brief.contact_name.clone(), mask_phone(&brief.contact_phone)),
        _ => Default::default(),
    }
}
