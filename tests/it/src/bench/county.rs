//! The data: enterprises by the bulk way, requests with whole histories decided by the same rules as any other.

use casework::case::{Case, Request};
use casework::command::{Command, Context, Order};
use casework::decide::decide_all;
use casework::event::{Actor, ActorKind, CallResult, Classification, Grade, Level, Outcome, Recorded, Role, Source};
use casework::seal::{Batch, Sealed};
use casework::{Casework, Settings, seed};
use chrono::{DateTime, Duration, Utc};
use kernel::{
    AssignmentId, Clock, CreditCode, EnterpriseId, EventId, Random, RequestId, SeededRandom, SystemClock, UnitId,
};
use registry::NewEnterprise;

/// One in so many requests is still open.
const OPEN: u64 = 50;
const UNITS: usize = 40;
/// As the fifteen of `packs/categories.csv`.
pub const CATEGORIES: [&str; 15] = [
    "fin", "lab", "land", "permit", "util", "logi", "market", "policy", "tax", "tech", "env", "infra", "legal", "intl",
    "other",
];
const MATTERS: [&str; 20] = [
    "厂区增容申请",
    "二期用地不动产证",
    "贷款到期续贷",
    "招聘焊工",
    "消防验收",
    "货车通行证",
    "政府采购入围",
    "首次升规奖补",
    "留抵退税",
    "技改项目备案",
    "环评批复",
    "门前道路坑洼",
    "合同纠纷",
    "出口退税单证",
    "职工子女入学",
    "天然气价格",
    "厂房租金",
    "公交线路",
    "研发费用加计",
    "污水接管",
];

/// Fills an installed, empty county and returns the credit code of the first enterprise.
pub async fn fill(casework: &Casework, enterprises: usize, requests: usize) -> kernel::Result<String> {
    let random = SeededRandom::new(42);
    // What is written below is read as names are read today: no server has to index it anew while it is measured.
    registry::reindex::begin(&casework.db, &SystemClock, &random).await?;
    casework::reindex::begin(&casework.db, &SystemClock, &random).await?;
    let units = units(casework, &random).await?;
    let ids = firms(casework, &random, enterprises).await?;
    let mut conn = casework.db.read().await?;
    let settings = casework.settings(&mut conn).await?;
    drop(conn);
    let now = SystemClock.now();
    for part in 0..requests.div_ceil(500) {
        let actor = identity::Actor::program("bench");
        let mut change = identity::Change::begin(&casework.db, &SystemClock, &random, &actor).await?;
        change.own_right();
        let mut batch = Batch::default();
        for n in part * 500..((part + 1) * 500).min(requests) {
            let enterprise = ids[random.below(ids.len() as u64) as usize];
            let raised = now - Duration::minutes(random.below(540 * 24 * 60) as i64 + 60 * 24);
            let (id, sealed) =
                one(casework, &mut change, &settings, &random, enterprise, &units, raised, n as u64).await?;
            batch.add(id, &sealed)?;
        }
        let (resource_id, detail) = (part.to_string(), serde_json::json!({}));
        let done = identity::Done { action: "import", resource: "ledger", resource_id, detail };
        let event = events::LedgerEvent::Imported;
        let import = kernel::ImportId::new(now, &random);
        batch.tell(&mut change, done, &events::LedgerImported { event, import, added: 500, known: 0 }).await?;
        change.keep().await?;
    }
    Ok(code(0))
}

fn code(n: usize) -> String {
    let text = format!("91419981MA{n:07}");
    let check = kernel::credit_code::compute_check(&text).unwrap_or('0');
    format!("{text}{check}")
}

async fn units(casework: &Casework, random: &SeededRandom) -> kernel::Result<Vec<UnitId>> {
    let mut tx = casework.db.begin().await?;
    let root = identity::list_units(&mut tx).await?.into_iter().find(|u| u.parent.is_none()).map(|u| u.id);
    let mut ids = Vec::new();
    for n in 0..UNITS {
        let unit = identity::NewUnit {
            parent: root,
            kind: identity::UnitKind::Department,
            code: format!("bench-{n}"),
            name: format!("第{n}局"),
            name_en: format!("Office {n}"),
            sort: n as i64,
        };
        ids.push(identity::create_unit(&mut tx, &SystemClock, random, unit).await?.id);
    }
    tx.commit().await?;
    Ok(ids)
}

async fn firms(casework: &Casework, random: &SeededRandom, n: usize) -> kernel::Result<Vec<EnterpriseId>> {
    let mut ids = Vec::with_capacity(n);
    for part in 0..n.div_ceil(5000) {
        let mut firms = Vec::new();
        for n in part * 5000..((part + 1) * 5000).min(n) {
            let parsed = CreditCode::parse(&code(n)).map_err(kernel::Error::internal)?;
            firms.push(NewEnterprise::new(parsed, format!("示范第{n}机械制造有限公司")));
        }
        let mut tx = casework.db.begin().await?;
        ids.extend(registry::seed::create_many(&mut tx, &SystemClock, random, &firms).await?);
        tx.commit().await?;
    }
    Ok(ids)
}

#[allow(clippy::too_many_arguments, reason = "one call, and a struct would only rename the arguments")]
async fn one(
    casework: &Casework,
    tx: &mut db::Tx,
    settings: &Settings,
    random: &SeededRandom,
    enterprise: EnterpriseId,
    units: &[UnitId],
    raised: DateTime<Utc>,
    n: u64,
) -> kernel::Result<(RequestId, Sealed)> {
    let number = format!("2025-{:06}", n + 1);
    let unit = units[random.below(units.len() as u64) as usize];
    let category = CATEGORIES[(n % 15) as usize];
    let (case, events) = history(settings, random, &number, category, unit, raised, n.is_multiple_of(OPEN))
        .map_err(|r| kernel::Error::conflict(r.code))?;
    let request = Request {
        id: RequestId::new(raised, random),
        number,
        enterprise,
        contact_name: "示范".to_owned(),
        contact_phone: "19900000000".to_owned(),
        source: Source::Web,
        handed_down: n.is_multiple_of(4),
        origin_level: None,
        title: format!("{}{}", MATTERS[(n % 20) as usize], n % 97),
        body: "订单增加，现有变压器容量不足，申请增容 2000 kVA。".to_owned(),
        created_at: raised,
    };
    let new = seed::NewRequest {
        request: &request,
        once_key: None,
        category_hint: Some(category),
        serial: None,
        words: None,
    };
    let change = seed::Change {
        request: &request,
        category_hint: Some(category),
        new: Some(new),
        before: &[],
        case: &case,
        events: &events,
    };
    Ok((request.id, seed::save(tx, casework.random.as_ref(), settings, change).await?))
}

fn history(
    settings: &Settings,
    random: &SeededRandom,
    number: &str,
    category: &str,
    unit: UnitId,
    raised: DateTime<Utc>,
    open: bool,
) -> Result<(Case, Vec<Recorded>), casework::command::Refusal> {
    let who = |kind, unit| Actor { person: None, name: "示范".to_owned(), unit, kind };
    let assignment = AssignmentId::new(raised, random);
    let classification = Classification { category: category.to_owned(), grade: Grade::Key, level: Level::County };
    let submit = Command::Submit {
        number: number.to_owned(),
        title: "厂区增容申请".to_owned(),
        source: Source::Web,
        handed_down: false,
    };
    let assign = Command::Assign { assignment, unit, role: Role::Lead, note: String::new(), share: None };
    let answer = Command::Answer { assignment, outcome: Outcome::Resolved, text: "已增容".to_owned() };
    let call = Command::CallBack { result: CallResult::Satisfied, note: String::new() };
    let mut steps = vec![
        (0, who(ActorKind::Enterprise, None), vec![submit]),
        (3, who(ActorKind::Desk, None), vec![Command::Accept, Command::Classify { classification }, assign]),
        (20, who(ActorKind::Handler, Some(unit)), vec![Command::Sign { assignment }]),
    ];
    if !open {
        steps.push((100, who(ActorKind::Handler, Some(unit)), vec![answer]));
        steps.push((124, who(ActorKind::Desk, None), vec![call]));
    }
    let (mut case, mut events) = (Case::default(), Vec::new());
    for (hours, actor, commands) in steps {
        let now = raised + Duration::hours(hours);
        let context =
            Context { now, actor: &actor, limits: &settings.limits, calendars: settings, terms: &settings.terms };
        let orders: Vec<Order> = commands.into_iter().map(|command| Order { need: Some(1), command }).collect();
        for decided in decide_all(&case, &orders, &context)? {
            let id = EventId::new(now, random);
            let event = Recorded {
                id,
                seq: case.seq + 1,
                at: now,
                by: actor.clone(),
                need: decided.need,
                event: decided.event,
            };
            case.apply(&event);
            events.push(event);
        }
    }
    Ok((case, events))
}
