//! The form of one deed: its fields with what was typed, what the enterprise will see, and what went wrong last time.

use askama::Template;
use askama::filters::HtmlSafe;
use web::components::{Choice, ErrorSummary, Field, Link, Timeline};
use web::{Fields, SignedIn, Words};

use super::deed::{CaseView, Deed};
use super::orders::MOST_SAID;
use super::preview::{Due, due, seen};
use crate::event::{Grade, Level};
use crate::pages::shared;
use crate::state::State;
use crate::store::case::word;

/// Why a request may be returned.
pub const REASONS: [&str; 5] = ["out_of_scope", "incomplete", "duplicate", "elsewhere", "not_enterprise"];
const OUTCOMES: [&str; 5] = ["resolved", "planned", "not_possible", "withdrawn", "not_reachable"];
const RESULTS: [&str; 4] = ["satisfied", "basically_satisfied", "dissatisfied", "not_reached"];

/// What was typed into a form that was not carried out, and why it was not.
#[derive(Default)]
pub struct Typed<'a> {
    pub deed: Option<Deed>,
    pub fields: Option<&'a Fields>,
    /// Field and text.
    pub wrong: Vec<(String, String)>,
    pub problem: Option<Problem>,
}

/// Why nothing was done, and what others did meanwhile.
#[derive(Clone, Debug)]
pub struct Problem {
    pub text: String,
    pub since: Timeline,
}

impl Typed<'_> {
    fn of(&self, deed: Deed) -> Option<&Fields> {
        self.fields.filter(|_| self.deed == Some(deed))
    }
}

/// A button beside the main one, sent to another deed's address.
pub struct Aside {
    pub label: String,
    pub action: String,
}

/// The printed form.
#[derive(Template)]
#[template(path = "desk/deed_form.html")]
pub struct DeedForm {
    w: Words,
    csrf: String,
    action: String,
    preview: String,
    slug: &'static str,
    title: String,
    why: String,
    seq: u32,
    /// The category the lead was proposed for; empty in forms without a lead.
    was: String,
    back: String,
    draft: String,
    upload: bool,
    /// Labels stand left of the fields.
    side: bool,
    danger: bool,
    confirm: String,
    go: String,
    summary: ErrorSummary,
    problem: Option<Problem>,
    fields: Vec<Field>,
    /// Tick boxes folded away until wanted, with how many are ticked.
    co: Option<(Field, usize)>,
    due: Option<Due>,
    seen: Option<String>,
    asides: Vec<Aside>,
    links: Vec<Link>,
}

impl HtmlSafe for DeedForm {}

/// Builds the form of `deed`. `here` is where it stands and comes back to when done; other deeds are links from there.
pub fn form(
    by: &SignedIn,
    view: &CaseView,
    deed: Deed,
    typed: &Typed<'_>,
    here: &web::href::Href,
    back: &str,
) -> DeedForm {
    let w = &by.words;
    let number = &view.row.number;
    let builder = Builder { w, view, deed, fields: typed.of(deed), wrong: &typed.wrong };
    let (fields, co) = builder.fields();
    let slug = deed.as_str();
    let address = |deed: Deed| format!("/requests/{number}/{}", deed.as_str());
    let offered = view.offered();
    let asides = match deed {
        Deed::AcceptAssign => vec![Aside { label: w.t("desk-go-accept").into_owned(), action: address(Deed::Accept) }],
        _ => Vec::new(),
    };
    // words: desk-do-* desk-go-* desk-why-* desk-sure-*
    let others =
        offered.iter().filter(|other| **other != deed && !(deed == Deed::AcceptAssign && **other == Deed::Accept));
    let links = others.map(|other| {
        Link::new(format!("{}#do", here.with("do", other.as_str())), w.t(&format!("desk-do-{}", other.as_str())))
    });
    let sure = format!("desk-sure-{slug}");
    DeedForm {
        csrf: by.csrf.clone(),
        action: address(deed),
        preview: format!("/requests/{number}/preview"),
        slug,
        title: w.t(&format!("desk-do-{slug}")).into_owned(),
        why: w.t(&format!("desk-why-{slug}")).into_owned(),
        seq: view.kept.case.seq,
        was: if fields.iter().any(|field| field.name == "lead") {
            super::preview::class(view, typed.of(deed)).category
        } else {
            String::new()
        },
        back: back.to_owned(),
        draft: format!("need-{number}-{slug}"),
        upload: deed == Deed::Answer,
        side: matches!(deed, Deed::AcceptAssign | Deed::Assign | Deed::Classify),
        danger: matches!(deed, Deed::Return | Deed::Refuse | Deed::Unassign),
        confirm: if w.has(&sure) { w.t(&sure).into_owned() } else { String::new() },
        go: w.t(&format!("desk-go-{slug}")).into_owned(),
        summary: ErrorSummary::of(w, fields.iter().chain(co.iter().map(|(field, _)| field))),
        problem: typed.problem.clone().filter(|_| typed.deed == Some(deed)),
        due: due(w, view, deed, typed.of(deed), by.now),
        seen: seen(w, view, deed, typed.of(deed)),
        links: links.collect(),
        w: w.clone(),
        fields,
        co,
        asides,
    }
}

struct Builder<'a> {
    w: &'a Words,
    view: &'a CaseView,
    deed: Deed,
    fields: Option<&'a Fields>,
    wrong: &'a [(String, String)],
}

impl Builder<'_> {
    fn fields(&self) -> (Vec<Field>, Option<(Field, usize)>) {
        let w = self.w;
        let none = |fields| (fields, None);
        match self.deed {
            Deed::AcceptAssign => {
                let mut fields = self.class();
                fields.push(self.lead());
                fields.push(self.area("note", 2, false));
                (fields, Some(self.co()))
            }
            Deed::Assign if self.view.need.state() == State::Accepted => {
                let mut fields = self.class();
                fields.push(self.lead());
                fields.push(self.area("note", 2, false));
                (fields, Some(self.co()))
            }
            Deed::Assign => {
                let share = self
                    .put(Field::text("share", w.t("desk-field-share")).inputmode("numeric"))
                    .hint(w.t("desk-hint-share"))
                    .optional(w);
                (vec![share, self.area("note", 2, false)], Some(self.co()))
            }
            Deed::Accept | Deed::Close | Deed::Sign | Deed::Resume => none(Vec::new()),
            Deed::Return => none(vec![self.choice("reason_code", &REASONS), self.area("explanation", 4, true)]),
            Deed::Classify => none(self.class()),
            Deed::Unassign => none(vec![self.units(|own| own.answer.is_none()), self.area("reason", 3, true)]),
            Deed::DecideExtension => {
                let now = self.typed("granted");
                // words: desk-granted-*
                let granted = ["yes", "no"].map(|v| Choice::new(v, w.t(&format!("desk-granted-{v}")), now == v));
                let granted = Field::radios("granted", w.t("desk-field-granted"), granted.into()).required();
                let unit = self.units(|own| own.extension_asked.is_some());
                none(vec![
                    unit,
                    granted.error(self.error("granted")),
                    self.area("note", 2, false).hint(w.t("desk-hint-extension-note")),
                ])
            }
            Deed::CallBack => none(vec![
                self.choice("result", &RESULTS),
                self.area("note", 3, false).hint(w.t("desk-hint-call-note")),
            ]),
            Deed::Split => {
                none(vec![self.put(Field::text("title", w.t("desk-field-title"))).required().maxlength(100)])
            }
            Deed::Report => none(vec![self.area("text", 3, true), self.visible(true)]),
            Deed::Comment => none(vec![self.area("text", 3, true), self.visible(false)]),
            Deed::TryContact => none(vec![self.area("note", 2, false).hint(self.sought())]),
            Deed::Wait => none(vec![self.area("reason", 3, true).hint(w.t("desk-hint-wait"))]),
            Deed::AskExtension => {
                let n = Field::input("number", "n", w.t("desk-field-n")).inputmode("numeric").bounds(1, 60, 1);
                none(vec![self.put(n).required(), self.area("reason", 3, true)])
            }
            Deed::Refuse => none(vec![self.area("reason", 3, true).hint(w.t("desk-hint-refuse"))]),
            Deed::Answer => {
                let review = self.put(Field::input("date", "review_on", w.t("desk-field-review"))).optional(w);
                let files = Field::file(
                    web::posted::ATTACHMENT,
                    w.t("desk-field-files"),
                    ".pdf,.docx,.xlsx,.doc,.xls,.wps,.et,image/*",
                    true,
                )
                .error(self.error(web::posted::ATTACHMENT))
                .optional(w);
                let text = self.area("text", 6, true).hint(w.t("desk-hint-answer"));
                none(vec![self.choice("outcome", &OUTCOMES), text, review.hint(w.t("desk-hint-review")), files])
            }
        }
    }

    fn typed(&self, name: &str) -> String {
        self.fields.map(|fields| fields.get(name).to_owned()).unwrap_or_default()
    }

    fn error(&self, name: &str) -> Option<String> {
        let found = self.wrong.iter().find(|(field, _)| field == name);
        found.filter(|_| self.fields.is_some()).map(|(_, text)| text.clone())
    }

    /// With what was typed and what was wrong with it.
    fn put(&self, field: Field) -> Field {
        let (value, error) = (self.typed(&field.name), self.error(&field.name));
        field.value(value).error(error)
    }

    /// words: desk-field-*
    fn area(&self, name: &'static str, rows: u8, required: bool) -> Field {
        let label = self.w.t(&format!("desk-field-{}-{name}", self.deed.as_str())).into_owned();
        let field = self.put(Field::area(name, label, rows)).maxlength(u32::try_from(MOST_SAID).unwrap_or(4000));
        if required { field.required() } else { field.optional(self.w) }
    }

    /// words: desk-reason-*
    fn choice(&self, name: &'static str, all: &[&str]) -> Field {
        let (w, now) = (self.w, self.typed(name));
        let label = |value: &str| match name {
            "result" => shared::result(w, value),
            "outcome" => shared::outcome(w, value),
            _ => w.t(&format!("desk-reason-{}", value.replace('_', "-"))).into_owned(),
        };
        let choices = all.iter().map(|value| {
            let choice = Choice::new(value, label(value), now == *value);
            match *value {
                "dissatisfied" => choice.hint(w.t("desk-hint-dissatisfied")),
                "not_reached" => choice.hint(w.t("desk-hint-not-reached")),
                "not_reachable" => choice.hint(self.sought()),
                "planned" => choice.hint(w.t("desk-hint-planned")),
                "not_possible" => choice.hint(w.t("desk-hint-not-possible")),
                _ => choice,
            }
        });
        Field::radios(name, w.t(&format!("desk-field-{}", name.replace('_', "-"))), choices.collect())
            .required()
            .error(self.error(name))
    }

    /// How often it was tried, and how often it must be before 联系不上 can be answered.
    fn sought(&self) -> String {
        let (days, wanted) = self.view.sought();
        let key = if days < wanted { "desk-hint-sought" } else { "desk-hint-sought-enough" };
        self.w.f(key, &[("days", &days), ("wanted", &wanted)])
    }

    fn visible(&self, preset: bool) -> Field {
        let on = self.fields.map_or(preset, |fields| fields.get("visible") == "yes");
        Field::check("visible", self.w.t("desk-field-visible"), on)
    }

    /// Units of active assignments that fit.
    fn units(&self, fits: impl Fn(&crate::case::Assignment) -> bool) -> Field {
        let now = self.typed("unit");
        let fitting: Vec<_> = self.view.need.active().filter(|own| fits(own)).collect();
        let choices = fitting.iter().filter_map(|own| self.view.units.get(own.unit)).map(|unit| {
            Choice::new(&unit.code, super::units::name(self.w, unit), fitting.len() == 1 || unit.code == now)
        });
        let field = Field::select("unit", self.w.t("desk-field-unit"), choices.collect()).required();
        let field = if fitting.len() == 1 { field } else { field.empty(self.w) };
        field.error(self.error("unit"))
    }

    /// Category, grade and level, preset from what is known; each grade says what it promises.
    fn class(&self) -> Vec<Field> {
        let (w, view) = (self.w, self.view);
        let chosen = super::preview::class(view, self.fields);
        let categories = view.settings.categories.iter().filter(|c| c.active || c.code == chosen.category);
        let categories = categories
            .map(|c| Choice::new(&c.code, shared::category(w, &view.settings, &c.code), c.code == chosen.category));
        let grades = [Grade::Ordinary, Grade::Key, Grade::Hard].map(|grade| {
            let mut label = shared::grade(w, &word(&grade));
            let class = crate::event::Classification { grade, ..chosen.clone() };
            if let Some(promise) = super::preview::promise(view, &class) {
                label = format!("{label} · {}", super::strip::promised(w, &promise));
            }
            Choice::new(word(&grade), label, grade == chosen.grade)
        });
        let levels = [Level::Township, Level::County, Level::City, Level::Province]
            .map(|level| Choice::new(word(&level), shared::level(w, &word(&level)), level == chosen.level));
        let category = Field::select("category", w.t("desk-field-category"), categories.collect()).required();
        let category = if chosen.category.is_empty() { category.empty(w) } else { category };
        vec![
            category.error(self.error("category")),
            Field::select("grade", w.t("desk-field-grade"), grades.into()).required().error(self.error("grade")),
            Field::select("level", w.t("desk-field-level"), levels.into()).required().error(self.error("level")),
        ]
    }

    fn lead(&self) -> Field {
        let class = super::preview::class(self.view, self.fields);
        let usual = self.view.settings.category(&class.category).and_then(|c| c.lead);
        let chosen = super::preview::lead(self.view, self.fields);
        let choices = self.view.units.choices(self.w, usual, &chosen.into_iter().collect::<Vec<_>>());
        Field::pick("lead", self.w.t("desk-field-lead"), choices)
            .value(self.fields.map_or("", |fields| fields.get("lead")))
            .empty(self.w)
            .required()
            .error(self.error("lead"))
    }

    fn co(&self) -> (Field, usize) {
        let ticked: Vec<String> =
            self.fields.map(|fields| fields.all("co").map(str::to_owned).collect()).unwrap_or_default();
        let here: Vec<_> = self.view.need.active().filter_map(|own| self.view.units.get(own.unit)).collect();
        let mut choices = self.view.units.choices(self.w, None, &ticked);
        choices.retain(|choice| !here.iter().any(|unit| unit.code == choice.value));
        let field =
            Field::checks("co", self.w.t("desk-field-co"), choices).found_by_typing(self.w).error(self.error("co"));
        (field, ticked.len())
    }
}
