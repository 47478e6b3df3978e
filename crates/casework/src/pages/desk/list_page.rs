//! /requests: every need the reader may see, narrowed by any filter a figure can link to; exported as it is shown.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use identity::Reached;
use kernel::{Error, Result};
use web::components::{Choice, Empty, Field, FilterPanel, Link, Pager, TableHead};
use web::href::Href;
use web::{PageResult, Shell, SignedIn, Words, html, redirect};

use super::case_tables::counted;
use super::export;
use super::filters::{self, Facets};
use super::inbox::{PAGE, head, shown};
use super::need::COUNTED;
use super::parts::ListRow;
use super::units::Units;
use crate::access;
use crate::engine::Casework;
use crate::filter::FilterQuery;
use crate::settings::Settings;
use crate::store::list::{self, After, Line, Moment, Order};
use crate::until_changed::{UntilChanged, valid_for};

#[derive(Template)]
#[template(path = "desk/requests.html")]
struct Page {
    shell: Shell,
    count: String,
    filters: FilterPanel,
    chips: Vec<Link>,
    clear: Option<String>,
    orders: Vec<(Link, bool)>,
    /// Parameters the search form keeps.
    kept: Vec<(String, String)>,
    fields: Vec<Field>,
    head: TableHead,
    listed: Arc<Listed>,
    pager: Pager,
    first: Option<Link>,
    empty: Empty,
    export: Option<(String, String)>,
    may_raise: bool,
}

/// Rows of one page.
pub struct Paged {
    pub rows: Vec<Line>,
    pub ends: Ends,
}

/// How many rows a page has, and the keys of its neighbours.
pub struct Ends {
    rows: usize,
    before: Option<String>,
    after: Option<String>,
}

/// The rows of a page in a language, written.
pub struct Listed {
    rows: String,
    ends: Ends,
}

/// First pages of the whole county.
pub type Lists = UntilChanged<Listed>;

/// The rows as they are written.
#[derive(Template)]
#[template(path = "desk/list_rows.html")]
struct Rows {
    rows: Vec<ListRow>,
}

impl Paged {
    /// The page an address asks for.
    pub async fn load(
        conn: &mut db::Conn,
        reached: &Reached,
        query: &FilterQuery,
        at: Moment,
        units: &Units,
    ) -> Result<Paged> {
        let FilterQuery { filter, order, .. } = query;
        let page = list::Page { filter, at, order: *order, limit: PAGE + 1 };
        let key = |row: Option<&Line>| row.map(|row| After::of(row, *order).write());
        if let Some(before) = &query.before {
            let mut rows = list::lines_before(conn, reached, page, before, units.all()).await?;
            let more = rows.len() > PAGE;
            if more {
                rows.remove(0);
            }
            // Fewer than a page stand above: that is the first page, shown whole.
            if rows.len() == PAGE {
                let (before, after) = (key(rows.first()).filter(|_| more), key(rows.last()));
                return Ok(Paged { ends: Ends { rows: PAGE, before, after }, rows });
            }
        }
        let after = query.after.as_ref().filter(|_| query.before.is_none());
        let mut rows = list::lines(conn, reached, page, after, units.all()).await?;
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let before = key(rows.first()).filter(|_| after.is_some());
        Ok(Paged { ends: Ends { rows: rows.len(), before, after: key(rows.last()).filter(|_| more) }, rows })
    }
}

impl Ends {
    /// The links to the neighbours. `total` of all rows.
    pub fn pager(&self, w: &Words, here: &Href, total: i64) -> Pager {
        Pager::new(w, here, self.before.as_deref(), self.after.as_deref(), shown(w, total, self.rows))
    }
}

/// What the rows are made from.
struct Asked<'a> {
    w: &'a Words,
    lists: &'a Lists,
    reached: &'a Reached,
    settings: &'a Settings,
    units: &'a Units,
    query: &'a FilterQuery,
    at: Moment,
}

impl Asked<'_> {
    /// The rows, kept until something in them changes where they are a first page of the whole county: that everybody looks at.
    async fn listed(&self, conn: &mut db::Conn) -> Result<Arc<Listed>> {
        let FilterQuery { filter, order, after, before } = self.query;
        if after.is_some() || before.is_some() || !list::reaches_all(self.reached) {
            return self.write(conn).await.map(Arc::new);
        }
        let of = valid_for(conn, self.at.now).await?;
        let question = format!("{:?} {order:?} {filter:?}", self.w.lang());
        if let Some(known) = self.lists.known(of, &question) {
            return Ok(known);
        }
        Ok(self.lists.keep(of, question, self.write(conn).await?))
    }

    async fn write(&self, conn: &mut db::Conn) -> Result<Listed> {
        let paged = Paged::load(conn, self.reached, self.query, self.at, self.units).await?;
        let row =
            |row: &Line| ListRow::new(self.w, self.settings, row, self.at, format!("/requests/{}", row.number), false);
        let rows = Rows { rows: paged.rows.iter().map(row).collect() };
        Ok(Listed { rows: rows.render().map_err(Error::internal)?, ends: paged.ends })
    }
}

pub async fn show(
    by: SignedIn,
    Extension(casework): Extension<Casework>,
    Extension(lists): Extension<Lists>,
) -> PageResult {
    // An enterprise has a page of its own, which says only what concerns it.
    if by.actor.grants.iter().all(|grant| grant.role == identity::Role::Enterprise) {
        return Ok(redirect("/my"));
    }
    let w = &by.words;
    let here = Href::parse(&by.here);
    let mut query = FilterQuery::parse(&by.here);
    if here.get("order").is_none() && !filters::is_open(&query.filter) {
        // Among closed ones the due date says nothing, and the newest are found without sorting all of them.
        query.order = Order::Newest;
    }
    let reached = identity::reached(&by.actor, &access::READ);
    let mut conn = by.state.db.read().await?;
    let settings = casework.settings(&mut conn).await?;
    let at = Moment { now: filters::minute(by.now) };
    let units = Units::load(&casework, &mut conn).await?;
    let chips = filters::chips(w, &settings, &units, &query, "/requests");
    if here.get("export") == Some("xlsx") {
        drop(conn);
        return Ok(export::answer(&by, &reached, &settings, &query, at, &chips).await?);
    }
    let facets = Facets::load(&casework, &mut conn, &reached, &query.filter, at).await?;
    let open_only = filters::is_open(&query.filter).then_some(&facets);
    let n = filters::total(&mut conn, &reached, open_only, &query.filter, at).await?;
    let asked = Asked { w, lists: &lists, reached: &reached, settings: &settings, units: &units, query: &query, at };
    let listed = asked.listed(&mut conn).await?;
    drop(conn);
    // Counts in the panel are of open needs, so a choice there narrows to them.
    let list = here.without(&["export", "open_row"]);
    let panel_base = if open_only.is_some() { list.clone() } else { list.with("open", "yes") };
    let mut shell = by.shell();
    shell.search = Some(query.filter.text.clone());
    html(&Page {
        count: w.f("desk-count", &[("n", &counted(n, COUNTED))]),
        filters: filters::panel(w, &settings, &panel_base.first_page(), &facets, None),
        clear: (chips.len() > 1).then(|| "/requests".to_owned()),
        orders: orders(w, query.order, &list),
        kept: list.pairs().iter().filter(|(key, _)| !OWN.contains(&key.as_str())).cloned().collect(),
        fields: fields(w, &units, &list),
        head: head(w, &list),
        pager: listed.ends.pager(w, &list, n),
        first: listed.ends.before.is_some().then(|| Link::new(list.first_page(), w.t("desk-first-page"))),
        empty: Empty::new(
            w.t("desk-none-title"),
            w.t("desk-none-text"),
            Some(Link::new("/requests", w.t("clear-filters"))),
        ),
        export: (n > 0).then(|| {
            let text = w.f("desk-export", &[("n", &counted(n, COUNTED))]);
            (list.first_page().with("export", "xlsx").to_string(), text)
        }),
        may_raise: !identity::reached(&by.actor, &access::CREATE).is_nothing(),
        chips,
        listed,
        shell,
    })
}

/// Parameters the search form sets itself.
const OWN: [&str; 7] = ["q", "lead", "submitted_from", "submitted_to", "after", "before", "export"];

fn fields(w: &Words, units: &Units, here: &Href) -> Vec<Field> {
    let now = |key: &str| here.get(key).unwrap_or("").to_owned();
    let mut leads = units.choices(w, None, &[now("lead")]);
    leads.insert(0, Choice::new("", w.t("desk-any"), now("lead").is_empty()));
    vec![
        Field::input("search", "q", w.t("desk-search-words")).value(now("q")).maxlength(100),
        Field::pick("lead", w.t("desk-col-lead"), leads).value(now("lead")),
        Field::input("date", "submitted_from", w.t("desk-chip-submitted-from")).value(now("submitted_from")),
        Field::input("date", "submitted_to", w.t("desk-chip-submitted-to")).value(now("submitted_to")),
    ]
}

/// Links to the list in every order, and whether it is the one shown.
/// words: desk-order-*
pub fn orders(w: &Words, now: Order, here: &Href) -> Vec<(Link, bool)> {
    let all = [(Order::Due, "due"), (Order::Newest, "newest"), (Order::Oldest, "oldest")];
    let link = |(order, name): (Order, &str)| {
        let href = here.first_page().with("order", name);
        (Link::new(href, w.t(&format!("desk-order-{name}"))), now == order)
    };
    all.map(link).into()
}
