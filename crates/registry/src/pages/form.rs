//! /enterprises/new and /enterprises/{credit_code}/edit: entering and correcting by hand.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use identity::{Subject, Unit, UnitKind, require};
use kernel::{Check, CreditCode, Error, ErrorKind, FieldError, Result, mask_phone, unmask_phone};
use web::components::{Choice, Crumbs, ErrorSummary, Field, LOOKED_THROUGH, Link, by_reading, chosen};
use web::extract::redirect_saying;
use web::{Fields, PageResult, PostedTextBy, Shell, SignedIn, Words, describe_fields, html, shown_again};

use super::said;
use super::show::one;
use crate::access;
use crate::chain::Kept;
use crate::enterprise::{Brief, Chain, Enterprise, NewEnterprise, Scale, Status};
use crate::keep::{self, place};
use crate::store;

#[derive(Template)]
#[template(path = "enterprises/form.html")]
pub(super) struct Page {
    pub shell: Shell,
    pub crumbs: Crumbs,
    pub title: String,
    pub action: String,
    pub back: String,
    pub version: i64,
    pub summary: ErrorSummary,
    pub fields: Vec<Field>,
    /// Enterprises that may be the same one: code and name.
    pub same: Vec<(String, String)>,
    /// What somebody else changed meanwhile: field and what stands there now.
    pub meanwhile: Vec<(String, String)>,
}

/// What the choices of the form are made from.
pub(super) struct Lists {
    pub townships: Vec<Unit>,
    pub chains: Vec<Kept>,
}

impl Lists {
    async fn load(conn: &mut db::Conn) -> Result<Lists> {
        let units = identity::list_units(conn).await?;
        let places = |u: &Unit| matches!(u.kind, UnitKind::Township | UnitKind::Park);
        let mut townships: Vec<Unit> = units.into_iter().filter(places).collect();
        townships.sort_by_key(|unit| (unit.kind == UnitKind::Park, unit.sort));
        Ok(Lists { townships, chains: store::kept_chains(conn).await? })
    }

    /// A chain by code or name; a closed one too, so that an enterprise may stay in it.
    fn chain(&self, text: &str) -> Option<&Chain> {
        let named = |kept: &&Kept| kept.chain.code == text || (kept.active && kept.chain.name == text);
        self.chains.iter().find(named).map(|kept| &kept.chain)
    }
}

/// The values of the form as typed.
#[derive(Clone, Default)]
pub(super) struct Typed(Vec<(&'static str, String)>);

const NAMES: [&str; 14] = [
    "credit_code",
    "code_anyway",
    "name",
    "short_name",
    "township",
    "division",
    "industry",
    "chain",
    "scale",
    "staff",
    "address",
    "contact_name",
    "contact_phone",
    "status",
];

impl Typed {
    fn sent(fields: &Fields) -> Typed {
        Typed(NAMES.into_iter().map(|name| (name, fields.get(name).to_owned())).collect())
    }

    pub(super) fn of(e: &Enterprise) -> Typed {
        let f = &e.facts;
        Typed(vec![
            ("credit_code", f.credit_code.known().unwrap_or_default().to_owned()),
            // What was accepted once is not asked again.
            ("code_anyway", if e.code_fits { String::new() } else { "yes".to_owned() }),
            ("name", f.name.clone()),
            ("short_name", f.short_name.clone()),
            ("township", e.township.as_ref().map(|t| t.code.clone()).unwrap_or_default()),
            ("division", f.division.map(|d| d.to_string()).unwrap_or_default()),
            ("industry", f.industry.map(|i| i.as_str().to_owned()).unwrap_or_default()),
            ("chain", f.chain.clone().unwrap_or_default()),
            ("scale", f.scale.as_str().to_owned()),
            ("staff", f.staff.map(|n| n.to_string()).unwrap_or_default()),
            ("address", f.address.clone()),
            ("contact_name", f.contact_name.clone()),
            ("contact_phone", mask_phone(&f.contact_phone)),
            // Who gives a code that fits has looked: it is in the register then.
            ("status", if f.status == Status::Unchecked { Status::Active } else { f.status }.as_str().to_owned()),
        ])
    }

    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
    }

    /// The same with the telephone number that `old` has where its mask was left in the form.
    fn with_number_of(&self, old: &Enterprise) -> Typed {
        let kept = &old.facts.contact_phone;
        let value = |(name, value): &(&'static str, String)| match *name {
            "contact_phone" => (*name, unmask_phone(value, kept)),
            _ => (*name, value.clone()),
        };
        Typed(self.0.iter().map(value).collect())
    }

    /// The facts, or everything that is wrong at once.
    fn read(&self, lists: &Lists) -> Result<NewEnterprise> {
        let mut wrong = Vec::new();
        let code = CreditCode::parse(self.get("credit_code"));
        let code = code.map_err(|error| wrong.push(FieldError::new("credit_code", error.code()))).ok();
        if let Some(Check::BadCheck { expected }) = code.map(CreditCode::check)
            && self.get("code_anyway") != "yes"
        {
            wrong.push(FieldError::new("credit_code", "import-code-check").arg("expected", expected));
        }
        let mut optional = |name: &'static str, code: &'static str, fine: bool| {
            if !fine && !self.get(name).is_empty() {
                wrong.push(FieldError::new(name, code));
            }
        };
        let township = identity::unit_meant(&lists.townships, chosen(self.get("township")));
        optional("township", "choose", township.is_some());
        let chain = lists.chain(chosen(self.get("chain")));
        optional("chain", "choose", chain.is_some());
        let division = self.get("division").parse().ok();
        optional("division", "division-form", division.is_some());
        let industry = self.get("industry").parse::<kernel::IndustryCode>();
        optional("industry", industry.as_ref().err().map_or("industry-form", |e| e.code()), industry.is_ok());
        let staff = self.get("staff").replace(',', "").parse().ok();
        optional("staff", "import-staff", staff.is_some());
        let Some(credit_code) = code else {
            // The other fields are judged too, so that everything is told at once.
            let mut rest = self.facts(CreditCode::make('9', '1', "000000", "000000000").map_err(Error::internal)?);
            wrong.extend(rest.tidy());
            return Err(Error { fields: wrong, ..Error::invalid("invalid-fields") });
        };
        let mut facts = NewEnterprise {
            township: township.map(|u| u.id),
            chain: chain.map(|c| c.code.clone()),
            division,
            industry: industry.ok(),
            staff,
            ..self.facts(credit_code)
        };
        wrong.extend(facts.tidy());
        Error::check(wrong)?;
        Ok(facts)
    }

    fn facts(&self, code: CreditCode) -> NewEnterprise {
        let text = |name: &str| self.get(name).to_owned();
        NewEnterprise {
            short_name: text("short_name"),
            address: text("address"),
            contact_name: text("contact_name"),
            contact_phone: text("contact_phone"),
            scale: self.get("scale").parse().unwrap_or(Scale::Unknown),
            status: self.get("status").parse().ok().filter(|s| *s != Status::Unchecked).unwrap_or_default(),
            ..NewEnterprise::new(code, self.get("name"))
        }
    }
}

pub(super) async fn new(by: SignedIn) -> PageResult {
    may_enter(&by)?;
    let mut conn = by.state.db.read().await?;
    let lists = Lists::load(&mut conn).await?;
    html(&page(&by.shell(), &lists, None, &Typed::default(), &[]))
}

/// Whether the person may enter enterprises anywhere; whether in the place chosen is judged when the form is sent.
fn may_enter(by: &SignedIn) -> Result<()> {
    let whole = if by.actor.has(identity::Role::Admin) { Subject::default() } else { desk_place(by) };
    require(&by.actor, &access::CHANGE, &whole)
}

/// A desk may enter enterprises of its own places; which one is judged when the form is sent.
fn desk_place(by: &SignedIn) -> Subject {
    let grants = by.actor.grants.iter().filter(|g| g.role == identity::Role::Desk);
    Subject { units: grants.filter_map(|g| Some((g.unit?, g.unit_path.clone()))).collect(), ..Subject::default() }
}

pub(super) async fn create(PostedTextBy { by, fields }: PostedTextBy) -> PageResult {
    may_enter(&by)?;
    let state = &by.state;
    let mut conn = state.db.read().await?;
    let lists = Lists::load(&mut conn).await?;
    let typed = Typed::sent(&fields);
    let facts = match fields.fresh().and_then(|()| typed.read(&lists)) {
        Ok(facts) => facts,
        Err(error) => return again(&by, &lists, None, &typed, &error),
    };
    // Before anything is told of what is there already: may the person enter enterprises there?
    require(&by.actor, &access::CHANGE, &place(&mut conn, facts.township).await?)?;
    if fields.get("same_anyway") != "yes" {
        let code = facts.credit_code.as_str();
        let same = store::duplicates(&mut conn, &facts.name, code).await?;
        if same.iter().any(|other| other.credit_code != code) {
            let mut page = page(&by.shell(), &lists, None, &typed, &[]);
            page.same(&same);
            return Ok(shown_again(html(&page)?));
        }
    }
    drop(conn);
    let code = facts.credit_code;
    match keep::create(&state.db, state.clock.as_ref(), state.random.as_ref(), &by.actor, facts).await {
        // words: ent-created
        Ok(_) => Ok(redirect_saying(&format!("/enterprises/{}", code.as_str()), "ent-created")),
        Err(error) => again(&by, &lists, None, &typed, &error),
    }
}

pub(super) async fn edit(by: SignedIn, Path(code): Path<String>) -> PageResult {
    let mut conn = by.state.db.read().await?;
    let (found, subject) = one(&mut conn, &by.actor, &code).await?;
    require(&by.actor, &access::CHANGE, &subject)?;
    let lists = Lists::load(&mut conn).await?;
    html(&page(&by.shell(), &lists, Some(&found), &Typed::of(&found), &[]))
}

pub(super) async fn change(Path(code): Path<String>, PostedTextBy { by, fields }: PostedTextBy) -> PageResult {
    let state = &by.state;
    let mut conn = state.db.read().await?;
    let (found, subject) = one(&mut conn, &by.actor, &code).await?;
    require(&by.actor, &access::CHANGE, &subject)?;
    let lists = Lists::load(&mut conn).await?;
    drop(conn);
    let typed = Typed::sent(&fields);
    let facts = match fields.fresh().and_then(|()| typed.with_number_of(&found).read(&lists)) {
        Ok(facts) => facts,
        Err(error) => return again(&by, &lists, Some(&found), &typed, &error),
    };
    let version = fields.get("version").parse().unwrap_or(0);
    let now = facts.credit_code;
    match keep::update(&state.db, state.clock.as_ref(), state.random.as_ref(), &by.actor, found.id, version, facts)
        .await
    {
        // words: ent-changed ent-created
        Ok(()) => {
            let said = if found.facts.status == Status::Unchecked { "ent-created" } else { "ent-changed" };
            Ok(redirect_saying(&format!("/enterprises/{}", now.as_str()), said))
        }
        Err(error) => again(&by, &lists, Some(&found), &typed, &error),
    }
}

/// The form once more with what was typed: what is wrong with it, or what somebody else changed meanwhile.
fn again(by: &SignedIn, lists: &Lists, old: Option<&Enterprise>, typed: &Typed, error: &Error) -> PageResult {
    let meanwhile = error.code == "changed-meanwhile";
    if !meanwhile && error.kind != ErrorKind::Invalid {
        let (kind, code) = (error.kind, error.code);
        return Err(Error::new(kind, code).into());
    }
    let mut page = page(&by.shell(), lists, old, typed, &describe_fields(&by.words, error));
    if let Some(old) = old.filter(|_| meanwhile) {
        page.meanwhile(old, typed);
    }
    let mut response: Response = shown_again(html(&page)?);
    if meanwhile {
        *response.status_mut() = web::errors::status(error.kind);
    }
    Ok(response)
}

pub(super) fn page(
    shell: &Shell,
    lists: &Lists,
    old: Option<&Enterprise>,
    typed: &Typed,
    wrong: &[(String, String)],
) -> Page {
    let w = &shell.w;
    let fields = fields(w, lists, old.is_some(), typed, wrong);
    let back = old.map_or("/enterprises".to_owned(), |e| format!("/enterprises/{}", e.facts.credit_code.as_str()));
    let mut links = vec![Link::new("/enterprises", w.t("nav-enterprises"))];
    links.extend(old.map(|e| Link::new(&back, e.facts.short())));
    // One that waits to be looked at is entered in the register by this.
    let entered = old.is_some_and(|old| old.facts.status != Status::Unchecked);
    let title = if entered { w.t("ent-edit") } else { w.t("ent-new") }.into_owned();
    Page {
        crumbs: Crumbs::new(w, links, title.as_str()),
        title,
        action: old.map_or("/enterprises/new".to_owned(), |_| format!("{back}/edit")),
        back,
        version: old.map_or(0, |e| e.version),
        summary: ErrorSummary::of(w, &fields),
        fields,
        same: Vec::new(),
        meanwhile: Vec::new(),
        shell: shell.clone(),
    }
}

fn fields(w: &Words, lists: &Lists, old: bool, typed: &Typed, wrong: &[(String, String)]) -> Vec<Field> {
    let error = |name: &str| wrong.iter().find(|(field, _)| field == name).map(|(_, text)| text.clone());
    let done = |name: &str, field: Field| field.value(typed.get(name)).error(error(name));
    let text = |name: &'static str| done(name, Field::text(name, said::column(w, name)));
    let now = identity::unit_meant(&lists.townships, chosen(typed.get("township"))).map(|unit| unit.id);
    let offered = lists.townships.iter().filter(|unit| unit.active || now == Some(unit.id));
    let townships =
        offered.map(|u| Choice::new(&u.code, said::one_of(w, &u.name, &u.name_en), now == Some(u.id))).collect();
    let now = lists.chain(chosen(typed.get("chain"))).map(|chain| chain.code.as_str());
    let offered = lists.chains.iter().filter(|kept| kept.active || now == Some(&*kept.chain.code));
    let chains = offered
        .map(|kept| Choice::new(&kept.chain.code, said::chain(w, Some(&kept.chain)), now == Some(&*kept.chain.code)));
    let chains = chains.collect();
    let scales = Scale::ALL.into_iter().map(|s| {
        let chosen = s.as_str() == typed.get("scale") || (s == Scale::Unknown && typed.get("scale").is_empty());
        Choice::new(s.as_str(), said::scale(w, s), chosen)
    });
    let mut fields = vec![text("credit_code").hint(w.t("ent-code-hint")).required().autocomplete("off")];
    let doubted = CreditCode::parse(typed.get("credit_code")).is_ok_and(|c| c.check() != Check::Ok);
    if doubted {
        fields.push(Field::check("code_anyway", w.t("ent-code-anyway"), typed.get("code_anyway") == "yes"));
    }
    fields.extend([
        text("name").required(),
        text("short_name").optional(w),
        done("township", choice(w, "township", townships, "ent-no-townships")),
        text("division").optional(w).hint(w.t("ent-division-hint")).inputmode("numeric"),
        text("industry").optional(w).hint(w.t("ent-industry-hint")),
        done("chain", choice(w, "chain", chains, "ent-no-chains")),
        done("scale", Field::select("scale", said::column(w, "scale"), scales.collect())),
        text("staff").optional(w).inputmode("numeric"),
        text("address").optional(w),
        text("contact_name").optional(w).autocomplete("off"),
        done("contact_phone", Field::input("tel", "contact_phone", said::column(w, "contact_phone")))
            .optional(w)
            .hint(if old { w.t("contact-mask-hint") } else { "".into() })
            .autocomplete("off"),
    ]);
    if old {
        let states = [Status::Active, Status::Closed]
            .into_iter()
            .map(|s| Choice::new(s.as_str(), said::status(w, s), s.as_str() == typed.get("status")));
        fields.push(Field::select("status", w.t("ent-status"), states.collect()).error(error("status")));
    }
    fields
}

/// A choice that nobody needs to make; where there is nothing to choose from, it says what to do first.
// words: ent-no-townships ent-no-chains
fn choice(w: &Words, name: &'static str, mut choices: Vec<Choice>, none: &str) -> Field {
    let hint = if choices.is_empty() { w.t(none).into_owned() } else { String::new() };
    if choices.len() > LOOKED_THROUGH {
        by_reading(&mut choices);
    }
    Field::pick(name, said::column(w, name), choices).empty(w).optional(w).hint(hint)
}

impl Page {
    pub(super) fn same(&mut self, same: &[Brief]) {
        self.same = same.iter().map(|e| (e.credit_code.clone(), e.name.clone())).collect();
    }

    /// Says what stands there now, field by field, where it differs from what was typed.
    pub(super) fn meanwhile(&mut self, now: &Enterprise, typed: &Typed) {
        let w = &self.shell.w;
        let current = Typed::of(now);
        let differs = NAMES.into_iter().filter(|name| *name != "code_anyway" && current.get(name) != typed.get(name));
        let shown = |name: &str| match name {
            "scale" => said::scale(w, now.facts.scale),
            "status" => said::status(w, now.facts.status),
            "township" => said::township(w, now.township.as_ref()).to_owned(),
            other => current.get(other).to_owned(),
        };
        self.meanwhile = differs.map(|name| (said::column(w, name), shown(name))).collect();
    }
}
