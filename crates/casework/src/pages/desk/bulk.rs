//! /desk/bulk: many needs accepted and assigned at once; each says what became of it.

use askama::Template;
use axum::Extension;
use kernel::{AssignmentId, Error, ErrorKind, FieldError, Result};
use web::components::{Choice, ErrorSummary, Field, Light as Pill, LightState, Link};
use web::href::Href;
use web::{
    Fields, PageResult, PostedTextBy, Shell, SignedIn, Words, describe, describe_fields, html, redirect_warning,
    safe_back, shown_again,
};

use super::parts::place;
use super::units::Units;
use crate::access;
use crate::command::{Command, Order};
use crate::engine::Casework;
use crate::event::{Classification, Grade, Level, Role};
use crate::pages::shared;
use crate::settings::Settings;
use crate::store::case::{read_word, word};
use crate::store::list::{Moment, NeedRow, find};

/// So many rows at a time: a page of the list.
const MOST: usize = 50;

#[derive(Template)]
#[template(path = "desk/bulk.html")]
struct Page {
    shell: Shell,
    rows: Vec<Row>,
    done: Option<String>,
    summary: ErrorSummary,
    fields: Vec<Field>,
    back: String,
}

struct Row {
    number: String,
    /// Number and the version it was looked at, as the form sends it.
    value: String,
    title: String,
    place: String,
    light: Pill,
    result: String,
}

/// The question: as what, to whom.
pub async fn ask(by: SignedIn, Extension(casework): Extension<Casework>) -> PageResult {
    let here = Href::parse(&by.here);
    let numbers: Vec<String> =
        here.pairs().iter().filter(|(key, _)| key == "row").map(|(_, value)| value.clone()).take(MOST).collect();
    let back = safe_back(here.get("back").unwrap_or("/desk")).to_owned();
    if numbers.is_empty() {
        return Ok(redirect_warning(&back, "desk-bulk-none"));
    }
    let (settings, units, rows) = load(&by, &casework, &numbers).await?;
    let fields = fields(&by.words, &settings, &units, &Fields::default(), &[]);
    html(&page(&by, &settings, &rows, fields, back))
}

/// Carries it out, one need after the other; what cannot be done stops nothing else.
pub async fn act(
    Extension(casework): Extension<Casework>,
    PostedTextBy { by, fields: sent }: PostedTextBy,
) -> PageResult {
    let w = &by.words;
    let numbers: Vec<(String, Option<u32>)> = sent
        .all("row")
        .take(MOST)
        .map(|row| match row.split_once('@') {
            Some((number, seq)) => (number.to_owned(), seq.parse().ok()),
            None => (row.to_owned(), None),
        })
        .collect();
    let names: Vec<String> = numbers.iter().map(|(number, _)| number.clone()).collect();
    let (settings, units, rows) = load(&by, &casework, &names).await?;
    let mut wrong = Vec::new();
    let choice = Chosen::read(&sent, &settings, &units, &mut wrong);
    let back = safe_back(sent.get("back")).to_owned();
    if let Err(error) = sent.fresh().and_then(|()| Error::check(wrong)) {
        let fields = fields(w, &settings, &units, &sent, &describe_fields(w, &error));
        return Ok(shown_again(html(&page(&by, &settings, &rows, fields, back))?));
    }
    let mut page = page(&by, &settings, &rows, Vec::new(), back);
    let mut done = 0_i64;
    for (row, shown) in rows.iter().zip(&mut page.rows) {
        let expected = numbers.iter().find(|(number, _)| *number == row.number).and_then(|(_, seq)| *seq);
        let result = match choice.orders(&by, &casework, &settings, row) {
            Ok(orders) => casework.execute(&by.actor, row.request, expected, orders, Vec::new()).await.map(drop),
            Err(error) => Err(error),
        };
        (shown.light, shown.result) = match result {
            Ok(()) => {
                done += 1;
                let unit = choice.lead(&settings, row).map(|id| units.name(w, id)).unwrap_or_default();
                (
                    Pill::new(LightState::Done, w.t("desk-bulk-done")),
                    w.f("desk-event-assigned-lead", &[("unit", &unit)]),
                )
            }
            Err(e) if matches!(e.kind, ErrorKind::Internal | ErrorKind::Unavailable) => return Err(e.into()),
            Err(e) => (Pill::new(LightState::Late, w.t("desk-bulk-refused")), describe(w, &e)),
        };
    }
    page.done = Some(w.f("desk-bulk-result", &[("done", &done), ("all", &rows.len())]));
    html(&page)
}

type Loaded = (std::sync::Arc<Settings>, Units, Vec<NeedRow>);

async fn load(by: &SignedIn, casework: &Casework, numbers: &[String]) -> Result<Loaded> {
    let reached = identity::reach(&by.actor, &access::HANDLE)?;
    let mut conn = by.state.db.read().await?;
    let settings = casework.settings(&mut conn).await?;
    let at = Moment { now: by.now };
    let units = Units::load(casework, &mut conn).await?;
    let mut rows = Vec::new();
    // A handful of look-ups by a unique key; a row that is gone or out of reach is left out.
    for number in numbers {
        rows.extend(find(&mut conn, &reached, number, at).await?);
    }
    Ok((settings, units, rows))
}

/// What is chosen for all of them.
struct Chosen {
    /// `None`: as each is filed or as its enterprise thinks.
    category: Option<String>,
    grade: Grade,
    level: Level,
    /// `None`: the usual lead of the category.
    lead: Option<kernel::UnitId>,
    note: String,
}

impl Chosen {
    fn read(sent: &Fields, settings: &Settings, units: &Units, wrong: &mut Vec<FieldError>) -> Chosen {
        let category = Some(sent.get("category").to_owned()).filter(|code| !code.is_empty());
        if category.as_deref().is_some_and(|code| settings.category(code).is_none()) {
            wrong.push(FieldError::new("category", "choose"));
        }
        let lead = units.by_code(sent.get("lead")).map(|unit| unit.id);
        if lead.is_none() && !sent.get("lead").is_empty() {
            wrong.push(FieldError::new("lead", "choose"));
        }
        let grade = read_word(sent.get("grade")).ok();
        if grade.is_none() {
            wrong.push(FieldError::new("grade", "choose"));
        }
        Chosen {
            category,
            grade: grade.unwrap_or(Grade::Ordinary),
            level: read_word(sent.get("level")).unwrap_or(Level::County),
            lead,
            note: sent.text("note", false, super::orders::MOST_SAID, wrong),
        }
    }

    fn category(&self, row: &NeedRow) -> Option<String> {
        self.category.clone().or_else(|| row.category.clone())
    }

    fn lead(&self, settings: &Settings, row: &NeedRow) -> Option<kernel::UnitId> {
        self.lead.or_else(|| settings.category(&self.category(row)?)?.lead)
    }

    fn orders(&self, by: &SignedIn, casework: &Casework, settings: &Settings, row: &NeedRow) -> Result<Vec<Order>> {
        let category = self.category(row).ok_or_else(|| Error::conflict("bulk-no-category"))?;
        let unit = self.lead(settings, row).ok_or_else(|| Error::conflict("bulk-no-lead"))?;
        let need = Some(u16::try_from(row.idx).map_err(Error::internal)?);
        let wanted = Classification { category, grade: self.grade, level: self.level };
        let filed = row.category.as_deref() == Some(wanted.category.as_str())
            && row.grade.as_deref() == Some(word(&wanted.grade).as_str())
            && row.level.as_deref() == Some(word(&wanted.level).as_str());
        let mut commands = Vec::new();
        if row.state == "submitted" {
            commands.push(Command::Accept);
        }
        if !filed {
            commands.push(Command::Classify { classification: wanted });
        }
        commands.push(Command::Assign {
            assignment: AssignmentId::new(by.now, casework.random.as_ref()),
            unit,
            role: Role::Lead,
            note: self.note.clone(),
            share: None,
        });
        Ok(commands.into_iter().map(|command| Order { need, command }).collect())
    }
}

fn fields(w: &Words, settings: &Settings, units: &Units, sent: &Fields, wrong: &[(String, String)]) -> Vec<Field> {
    let error = |name: &str| wrong.iter().find(|(field, _)| field == name).map(|(_, text)| text.clone());
    let now = |name: &str, preset: &str| Some(sent.get(name)).filter(|v| !v.is_empty()).unwrap_or(preset).to_owned();
    let category = now("category", "");
    let mut categories = vec![Choice::new("", w.t("desk-bulk-own-category"), category.is_empty())];
    categories.extend(
        settings
            .categories
            .iter()
            .filter(|c| c.active)
            .map(|c| Choice::new(&c.code, shared::category(w, settings, &c.code), c.code == category)),
    );
    let grade = now("grade", "ordinary");
    let grades = ["ordinary", "key", "hard"].map(|g| Choice::new(g, shared::grade(w, g), g == grade));
    let level = now("level", "county");
    let levels = ["township", "county", "city", "province"].map(|l| Choice::new(l, shared::level(w, l), l == level));
    let lead = now("lead", "");
    let mut leads = vec![Choice::new("", w.t("desk-bulk-own-lead"), lead.is_empty())];
    leads.extend(units.choices(w, None, &[lead]));
    vec![
        Field::select("category", w.t("desk-field-category"), categories).error(error("category")),
        Field::select("grade", w.t("desk-field-grade"), grades.into()).required().error(error("grade")),
        Field::select("level", w.t("desk-field-level"), levels.into()).error(error("level")),
        Field::pick("lead", w.t("desk-field-lead"), leads).value(sent.get("lead")).error(error("lead")),
        Field::area("note", w.t("desk-field-assign-note"), 2).value(sent.get("note")).optional(w).error(error("note")),
    ]
}

fn page(by: &SignedIn, settings: &Settings, rows: &[NeedRow], fields: Vec<Field>, back: String) -> Page {
    let w = &by.words;
    let at = Moment { now: by.now };
    let row = |row: &NeedRow| Row {
        number: row.number.clone(),
        value: format!("{}@{}", row.number, row.version),
        title: row.title.clone(),
        place: place(w, &row.enterprise_name, row.township.as_ref()),
        light: shared::pill(w, settings, row, at),
        result: row.category.as_deref().map(|code| shared::category(w, settings, code)).unwrap_or_default(),
    };
    let mut shell = by.shell();
    if shell.path.starts_with("/desk/bulk") && !shell.path.contains("row=") {
        shell.path = back.clone();
    }
    Page {
        summary: ErrorSummary::of(w, &fields),
        rows: rows.iter().map(row).collect(),
        done: None,
        fields,
        back,
        shell,
    }
}

/// Where the list stands, for the crumbs of the page.
impl Page {
    fn list(&self) -> Link {
        Link::new(&self.back, self.shell.t("desk-title"))
    }
}
