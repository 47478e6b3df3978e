//! The one way in which a request changes: load → authorize → decide → save → tell, in one `identity::Change`.

use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};

use chrono::{DateTime, Utc};
use db::{Conn, Db, Tx};
use identity::{Change, Done, Origin, Role, Subject, require};
use kernel::{ClockRef, Error, EventId, FileId, RandomRef, RequestId, Result, local_date};
use serde_json::json;

use crate::access;
use crate::case::{Case, Request};
use crate::command::{Command, Context, Order, Refusal};
use crate::decide::decide_all;
use crate::event::{Actor, ActorKind, Recorded};
use crate::files::{Attachment, NewFile};
use crate::kinds::Kinds;
use crate::open_groups::OpenGroups;
use crate::projection::{Projection, project};
use crate::seal::Sealed;
use crate::settings::Settings;
use crate::store::{self, case::Kept};
use crate::told::told;
use crate::until_changed::UntilChanged;

/// What a loaded set of settings holds for: their version, and the day, because limits begin and end with a day.
type SettingsKey = (i64, chrono::NaiveDate);
type Loaded = (SettingsKey, Arc<Settings>);

/// Casework over one database. Cheap to clone.
#[derive(Clone)]
pub struct Casework {
    pub db: Db,
    pub clock: ClockRef,
    pub random: RandomRef,
    files: PathBuf,
    settings: Arc<RwLock<Option<Loaded>>>,
    pub(crate) open_groups: OpenGroups,
    pub(crate) kinds: Kinds,
    /// All units of the tree.
    pub(crate) units: UntilChanged<Vec<identity::Unit>>,
}

impl Casework {
    /// Attachments lie under `data_dir/files`.
    pub fn new(db: Db, clock: ClockRef, random: RandomRef, data_dir: &Path) -> Self {
        Casework {
            db,
            clock,
            random,
            files: data_dir.join("files"),
            settings: Arc::default(),
            open_groups: OpenGroups::default(),
            kinds: Kinds::default(),
            units: UntilChanged::default(),
        }
    }

    /// The settings in force, loaded again only when they changed.
    pub async fn settings(&self, conn: &mut Conn) -> Result<Arc<Settings>> {
        let today = local_date(self.clock.now());
        let key = (store::settings::version(conn).await?, today);
        let cached = self.settings.read().ok().and_then(|s| s.clone());
        if let Some((have, settings)) = cached
            && have == key
        {
            return Ok(settings);
        }
        let loaded = Arc::new(store::settings::load(conn, today).await?);
        if let Ok(mut slot) = self.settings.write() {
            *slot = Some((key, Arc::clone(&loaded)));
        }
        Ok(loaded)
    }

    /// All units of the tree, parents before their children, read again only when one of them changed.
    pub(crate) async fn all_units(&self, conn: &mut Conn) -> Result<Arc<Vec<identity::Unit>>> {
        let of = (identity::units_version(conn).await?, 0);
        if let Some(known) = self.units.known(of, "") {
            return Ok(known);
        }
        Ok(self.units.keep(of, String::new(), identity::list_units(conn).await?))
    }

    /// Carries out orders on one request, all or none. `expected` is the version the actor looked at.
    ///
    /// # Errors
    /// `not-found` for what may not be seen, `forbidden` for what may not be done, `conflict` `changed-meanwhile` when
    /// somebody else was first, and the refusals of [`crate::command::Refusal`].
    pub async fn execute(
        &self,
        actor: &identity::Actor,
        id: RequestId,
        expected: Option<u32>,
        mut orders: Vec<Order>,
        files: Vec<NewFile>,
    ) -> Result<Kept> {
        crate::files::settle(&files).await?;
        let mut change = self.begin(actor).await?;
        let mut kept = store::case::load(&mut change, id).await?.ok_or_else(|| Error::not_found("request"))?;
        change.authorize(&access::READ, &kept.subject)?;
        if expected.is_some_and(|seq| seq != kept.case.seq) {
            return Err(Error::conflict("changed-meanwhile").arg("seq", kept.case.seq));
        }
        let settings = self.settings(&mut change).await?;
        let now = self.next_moment(&kept.case);
        let by = self.permit(&mut change, actor, &kept, &orders).await?;
        if !files.is_empty() {
            crate::files::room(&kept.events, by.kind, files.len())?;
        }
        let need = orders.first().and_then(|order| order.need);
        let files = self.numbered(files, now);
        orders.extend(attached(&files, need));
        let (events, sealed) = self.carry_out(&mut change, &mut kept, &orders, &by, &settings, now).await?;
        self.keep(&mut change, id, files, &by.name, now).await?;
        let what = orders.first().map_or("touch", |order| name_of(&order.command));
        tell(&mut change, what, &kept.request, &kept.case, &events, &sealed).await?;
        change.keep().await?;
        kept.events.extend(events);
        Ok(kept)
    }

    /// When the next event of a case happens: a clock that was set back must not tell a history backwards.
    pub(crate) fn next_moment(&self, case: &Case) -> DateTime<Utc> {
        case.last_event_at.map_or(self.clock.now(), |last| last.max(self.clock.now()))
    }

    /// Decides orders that are permitted, and writes what they bring about; the caller tells it with its seals.
    pub(crate) async fn carry_out(
        &self,
        tx: &mut Tx,
        kept: &mut Kept,
        orders: &[Order],
        by: &Actor,
        settings: &Settings,
        now: DateTime<Utc>,
    ) -> Result<(Vec<Recorded>, Sealed)> {
        let before = projections(&kept.case, settings);
        let context = Context { now, actor: by, limits: &settings.limits, calendars: settings, terms: &settings.terms };
        let events = self.record(&mut kept.case, orders, &context)?;
        let saved = store::case::Change {
            request: &kept.request,
            category_hint: kept.category_hint.as_deref(),
            new: None,
            before: &before,
            case: &kept.case,
            events: &events,
        };
        let sealed = store::case::save(tx, self.random.as_ref(), settings, saved).await?;
        Ok((events, sealed))
    }

    /// Decides and applies; the events get their numbers and ids.
    pub(crate) fn record(&self, case: &mut Case, orders: &[Order], context: &Context<'_>) -> Result<Vec<Recorded>> {
        let decided = decide_all(case, orders, context).map_err(refused)?;
        let number = |decided: crate::command::Decided| {
            let event = Recorded {
                id: EventId::new(context.now, self.random.as_ref()),
                seq: case.seq + 1,
                at: context.now,
                by: context.actor.clone(),
                need: decided.need,
                event: decided.event,
            };
            case.apply(&event);
            event
        };
        Ok(decided.into_iter().map(number).collect())
    }

    /// Judges every order and says in what capacity they are given.
    pub(crate) async fn permit(
        &self,
        tx: &mut Tx,
        actor: &identity::Actor,
        kept: &Kept,
        orders: &[Order],
    ) -> Result<Actor> {
        let mut by = None;
        for order in orders {
            let (action, subject) = match needed(&order.command) {
                Needed::Desk => (&access::HANDLE, kept.subject.clone()),
                Needed::Own => (&access::SPEAK, kept.subject.clone()),
                Needed::Anybody => (&access::REMARK, kept.subject.clone()),
                Needed::Unit => (&access::ACT, self.unit_of(tx, kept, order).await?),
                Needed::Program if actor.origin == Origin::Program => (&access::HANDLE, kept.subject.clone()),
                Needed::Program => return Err(Error::forbidden("not-allowed")),
            };
            let desk_helps =
                matches!(order.command, Command::StartWait { .. } | Command::EndWait | Command::Report { .. });
            if desk_helps && identity::allowed(actor, &access::HANDLE, &kept.subject) {
                by.get_or_insert_with(|| capacity(actor, &access::HANDLE, &kept.subject));
                continue;
            }
            require(actor, action, &subject)?;
            by.get_or_insert_with(|| capacity(actor, action, &subject));
        }
        by.ok_or_else(|| Error::invalid("bad-request"))
    }

    /// The unit an order speaks for.
    async fn unit_of(&self, tx: &mut Tx, kept: &Kept, order: &Order) -> Result<Subject> {
        let need = order.need.and_then(|index| kept.case.need(index)).ok_or_else(|| Error::not_found("need"))?;
        let assignment = match &order.command {
            Command::Sign { assignment }
            | Command::Refuse { assignment, .. }
            | Command::RequestExtension { assignment, .. }
            | Command::Answer { assignment, .. }
            | Command::TryContact { assignment, .. }
            | Command::Report { assignment: Some(assignment), .. } => need.assignment(*assignment),
            _ => None,
        };
        if let Some(assignment) = assignment {
            return store::case::unit_subject(tx, assignment.unit).await;
        }
        let mut units = Vec::new();
        for active in need.active() {
            units.extend(store::case::unit_subject(tx, active.unit).await?.units);
        }
        Ok(Subject { units, ..Subject::default() })
    }

    /// Gives uploaded files the ids under which they will be kept.
    pub(crate) fn numbered(&self, files: Vec<NewFile>, now: DateTime<Utc>) -> Vec<(FileId, NewFile)> {
        files.into_iter().map(|file| (FileId::new(now, self.random.as_ref()), file)).collect()
    }

    /// Puts uploaded files where they are kept and writes their rows. Last of all, so that whatever was refused before
    /// leaves the files where they lay, and the request their rows point to is there.
    pub(crate) async fn keep(
        &self,
        tx: &mut Tx,
        request: RequestId,
        files: Vec<(FileId, NewFile)>,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        if !files.is_empty() {
            tx.settle().await?;
        }
        for (id, file) in files {
            let attachment = Attachment::keep(id, request, file, &self.files, by, now).await?;
            store::files::insert(tx, &attachment).await?;
        }
        Ok(())
    }

    /// Where the bytes of an attachment lie.
    pub fn file_path(&self, id: FileId) -> PathBuf {
        crate::files::path(&self.files, id)
    }

    /// The write turn for a change of casework by `actor`.
    pub(crate) async fn begin<'a>(&'a self, actor: &'a identity::Actor) -> Result<Change<'a>> {
        Change::begin(&self.db, self.clock.as_ref(), self.random.as_ref(), actor).await
    }
}

/// Writes the audit entry, which seals what was written, and tells the other modules. The entry has the clock's own time,
/// even where the events could not be before the last one.
pub(crate) async fn tell(
    change: &mut Change<'_>,
    action: &str,
    request: &Request,
    case: &Case,
    events: &[Recorded],
    sealed: &Sealed,
) -> Result<()> {
    let mut detail = json!({"number": request.number, "seq": sealed.to});
    sealed.put_into(&mut detail);
    let done = Done { action, resource: "request", resource_id: request.id.to_string(), detail };
    change.tell(done, &told(action, request, case, events)?).await
}

/// The rows of all needs of a case.
pub fn projections(case: &Case, settings: &Settings) -> Vec<Projection> {
    case.needs.iter().filter_map(|need| project(case, need.index, settings)).collect()
}

/// The orders that attach files.
pub(crate) fn attached(files: &[(FileId, NewFile)], need: Option<u16>) -> Vec<Order> {
    let attach = |(file, new): &(FileId, NewFile)| Command::Attach { file: *file, name: new.name.clone() };
    files.iter().map(|own| Order { need, command: attach(own) }).collect()
}

/// The state of the case does not allow it: a conflict whose text says why.
fn refused(refusal: Refusal) -> Error {
    Error { args: refusal.args, ..Error::conflict(refusal.code) }
}

/// Whose right a command needs.
enum Needed {
    Desk,
    Unit,
    Own,
    Anybody,
    Program,
}

fn needed(command: &Command) -> Needed {
    use Command as C;
    match command {
        C::Accept
        | C::Return { .. }
        | C::Classify { .. }
        | C::Split { .. }
        | C::Assign { .. }
        | C::Unassign { .. }
        | C::DecideExtension { .. }
        | C::CallBack { .. }
        | C::Close
        | C::LinkEnterprise { .. }
        | C::ChangeLimit { .. } => Needed::Desk,
        C::Sign { .. }
        | C::Refuse { .. }
        | C::Report { .. }
        | C::TryContact { .. }
        | C::StartWait { .. }
        | C::EndWait
        | C::RequestExtension { .. }
        | C::Answer { .. } => Needed::Unit,
        C::KeepDraft
        | C::Submit { .. }
        | C::Resubmit { .. }
        | C::Rate { .. }
        | C::TakeBackRating
        | C::Object { .. }
        | C::Withdraw { .. } => Needed::Own,
        C::Attach { .. } | C::Comment { .. } => Needed::Anybody,
        C::RecomputeClocks { .. } => Needed::Program,
    }
}

/// The name of a command in the audit.
fn name_of(command: &Command) -> &'static str {
    use Command as C;
    match command {
        C::KeepDraft => "keep-draft",
        C::Submit { .. } => "submit",
        C::Resubmit { .. } => "resubmit",
        C::Accept => "accept",
        C::Return { .. } => "return",
        C::Classify { .. } => "classify",
        C::Split { .. } => "split",
        C::Assign { .. } => "assign",
        C::Unassign { .. } => "unassign",
        C::Sign { .. } => "sign",
        C::Refuse { .. } => "refuse",
        C::Report { .. } => "report",
        C::TryContact { .. } => "try-contact",
        C::StartWait { .. } => "start-wait",
        C::EndWait => "end-wait",
        C::RequestExtension { .. } => "request-extension",
        C::DecideExtension { .. } => "decide-extension",
        C::Answer { .. } => "answer",
        C::CallBack { .. } => "call-back",
        C::Close => "close",
        C::Rate { .. } => "rate",
        C::TakeBackRating => "take-back-rating",
        C::Object { .. } => "object",
        C::Withdraw { .. } => "withdraw",
        C::Attach { .. } => "attach",
        C::Comment { .. } => "comment",
        C::LinkEnterprise { .. } => "link-enterprise",
        C::RecomputeClocks { .. } => "recompute-clocks",
        C::ChangeLimit { .. } => "change-limit",
    }
}

/// In what capacity the actor does `action` to `subject`: the first of its roles that allows it.
pub(crate) fn capacity(actor: &identity::Actor, action: &identity::Action, subject: &Subject) -> Actor {
    let grant = actor.grants.iter().find(|grant| {
        let one = identity::Actor { grants: vec![(*grant).clone()], ..actor.clone() };
        identity::allowed(&one, action, subject)
    });
    let kind = match grant.map(|grant| grant.role) {
        Some(Role::Enterprise) => ActorKind::Enterprise,
        Some(Role::Helper) => ActorKind::Helper,
        Some(Role::Handler) => ActorKind::Handler,
        Some(Role::Desk) => ActorKind::Desk,
        Some(Role::Leader) => ActorKind::Leader,
        Some(Role::Analyst | Role::Admin | Role::System) | None => ActorKind::System,
    };
    Actor { person: actor.person, name: actor.name.clone(), unit: grant.and_then(|grant| grant.unit), kind }
}
