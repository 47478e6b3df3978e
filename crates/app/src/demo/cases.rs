//! All cases of the demo: whose, about what, on which day, and how each went.

use casework::event::{Level, Source};
use casework::projection::project;
use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};
use kernel::{Error, Result, local, local_date};

use super::draw::Draw;
use super::firms::OF_SEAT_HELPER;
use super::office::at;
use super::shape::{OpenCase, SEAT_UNIT, Shape, Stage};
use super::story::{Plan, Story, Way, World};
use super::teller::{Agenda, Stop, Tale, tell};
use super::{closed, open};

/// Days the cases are spread over: 18 months.
pub(super) const SPAN: i64 = 548;
/// How many more or fewer come in a month of the year, in per cent of the busiest.
const SEASON: [u64; 12] = [45, 30, 92, 78, 84, 100, 90, 66, 74, 52, 88, 60];
/// What only comes up in some months.
const IN_SEASON: [(&str, &[u32]); 3] =
    [("util-gas", &[11, 12, 1, 2, 3]), ("infra-drain", &[5, 6, 7, 8, 9]), ("lab-school", &[3, 4, 5, 6, 7, 8])];
/// What only some chains are concerned with.
const OF_CHAINS: [(&str, &[&str]); 6] = [
    ("lab-welder", &["crane", "anticor", "newenergy", "home"]),
    ("infra-road", &["crane", "anticor", "newenergy", "home", "logistics"]),
    ("util-steam", &["medical", "food", "biomed", "home"]),
    ("fin-receivable", &["anticor", "newenergy", "home", "crane"]),
    ("logi-cold", &["food", "logistics", "biomed"]),
    ("logi-oversize", &["crane", "newenergy", "anticor"]),
];
/// Tries before a case that cannot be told is a fault.
const TRIES: u64 = 200;
/// How many cases the enterprise of the seat has closed.
const OF_SEAT: usize = 4;

/// The enterprises that raise something, by place: those of the seats' helper first.
pub(super) fn raising(draw: &Draw, shape: &Shape) -> Vec<usize> {
    let kept = OF_SEAT_HELPER - 1;
    let mut others: Vec<usize> = (OF_SEAT_HELPER..shape.above + shape.growing).collect();
    draw.shuffle(&mut others);
    (0..kept).chain(others).take(shape.raising).collect()
}

/// Tells all cases and numbers them in the order in which they came in.
///
/// # Errors
/// `internal` if a case breaks a rule: a fault of the demo that its tests find.
pub(super) fn all(world: &World<'_>, draw: &Draw, raising: &[usize]) -> Result<Vec<Tale>> {
    let mut tales = Vec::with_capacity(world.shape.accepted() + world.shape.fresh);
    for plan in closed_plans(world, draw, raising)? {
        tales.push(tell_closed(world, &plan, draw.seed())?);
    }
    for own in &world.shape.open {
        let plan = open_plan(world, draw, raising, own)?;
        tales.push(tell_open(world, &plan, own.stage, draw.seed())?);
    }
    for at in 0..world.shape.fresh {
        let firm = raising.get(1 + at).copied().unwrap_or(0);
        let matter = matter(world, draw, firm, None, Some(world.now))?;
        let plan = Plan { firm, matter, source: Source::Web, origin: None, way: Way::default() };
        let story = Story::cast(world, &plan, draw.seed())?;
        let minutes = 24 + 71 * i64::try_from(at).unwrap_or(0);
        tales.push(finish(tell(&story, open::fresh(&story, minutes)))?);
    }
    tales.sort_by_key(|tale| (tale.request.created_at, tale.request.id));
    let mut last = (0, 0);
    for tale in &mut tales {
        let year = local(tale.request.created_at).year();
        last = if last.0 == year { (year, last.1 + 1) } else { (year, 1) };
        tale.call(&format!("{year}-{:06}", last.1));
    }
    Ok(tales)
}

fn closed_plans(world: &World<'_>, draw: &Draw, raising: &[usize]) -> Result<Vec<Plan>> {
    let shape = world.shape;
    let (seat, others) = raising.split_first().ok_or_else(|| Error::internal("demo: nobody raises anything"))?;
    let mut plans = Vec::with_capacity(shape.closed);
    for at in 0..shape.closed {
        // The seat's, then everybody once, then whoever has more to say.
        let firm = match at.checked_sub(OF_SEAT) {
            None => *seat,
            Some(turn) => match others.get(turn) {
                Some(firm) => *firm,
                None => draw.pick(others).copied().unwrap_or(*seat),
            },
        };
        let matter = matter(world, draw, firm, None, None)?;
        let source = source(draw, shape);
        plans.push(Plan { firm, matter, source, origin: None, way: Way::default() });
    }
    draw_ways(draw, shape, &mut plans);
    for at in chosen(draw, OF_SEAT..shape.closed, shape.closed_handed_down) {
        hand_down(draw, plans.get_mut(at));
    }
    Ok(plans)
}

type Mark = fn(&mut Way);

/// Exactly as many of each way as the shape says.
fn draw_ways(draw: &Draw, shape: &Shape, plans: &mut [Plan]) {
    let ways = &shape.ways;
    let mut order: Vec<usize> = (0..plans.len()).collect();
    draw.shuffle(&mut order);
    // These four exclude each other.
    let marks: [(usize, Mark); 4] = [
        (ways.late, |way| way.late = true),
        (ways.paused, |way| way.paused = true),
        (ways.extended, |way| way.extended = true),
        (ways.reopened, |way| way.reopened = true),
    ];
    let mut rest = order.as_slice();
    for (n, mark) in marks {
        let (own, after) = rest.split_at(n.min(rest.len()));
        for at in own {
            if let Some(plan) = plans.get_mut(*at) {
                mark(&mut plan.way);
            }
        }
        rest = after;
    }
    for at in chosen(draw, 0..plans.len(), ways.refused) {
        if let Some(plan) = plans.get_mut(at) {
            plan.way.refused = true;
        }
    }
    for at in chosen(draw, 0..plans.len(), ways.accepted_late) {
        if let Some(plan) = plans.get_mut(at) {
            plan.way.accepted_late = true;
        }
    }
    // A reopened case has to be answered by all its units again; the demo keeps those to their lead.
    let mut able: Vec<usize> =
        order.into_iter().filter(|at| plans.get(*at).is_some_and(|plan| !plan.way.reopened)).collect();
    draw.shuffle(&mut able);
    for at in able.into_iter().take(ways.with_co_units) {
        if let Some(plan) = plans.get_mut(at) {
            plan.way.with_co_unit = true;
        }
    }
}

fn chosen(draw: &Draw, range: std::ops::Range<usize>, n: usize) -> Vec<usize> {
    let mut all: Vec<usize> = range.collect();
    draw.shuffle(&mut all);
    all.truncate(n);
    all
}

fn hand_down(draw: &Draw, plan: Option<&mut Plan>) {
    if let Some(plan) = plan {
        plan.source = Source::HandedDown;
        plan.origin = Some(if draw.chance(70) { Level::City } else { Level::Province });
    }
}

fn open_plan(world: &World<'_>, draw: &Draw, raising: &[usize], own: &OpenCase) -> Result<Plan> {
    let firm = match own.of_seat {
        true => raising.first(),
        false => raising.get(1 + draw.place(raising.len() - 1)),
    };
    let firm = firm.copied().unwrap_or(0);
    let matter = matter(world, draw, firm, own.category, Some(world.now))?;
    let source = source(draw, world.shape);
    let mut plan = Plan { firm, matter, source, origin: None, way: Way::default() };
    if own.handed_down {
        hand_down(draw, Some(&mut plan));
    }
    Ok(plan)
}

/// A matter that suits the enterprise and, where it comes in `now`, the season. Land of a given category is for the
/// unit of the handler's seat.
fn matter(
    world: &World<'_>,
    draw: &Draw,
    firm: usize,
    wanted: Option<&str>,
    now: Option<DateTime<Utc>>,
) -> Result<usize> {
    let chain = world.firms.get(firm).and_then(|firm| firm.facts.chain.as_deref()).unwrap_or_default();
    let suits = |code: &str| {
        OF_CHAINS.iter().all(|(own, chains)| *own != code || chains.contains(&chain))
            && now.is_none_or(|now| in_season(code, local_date(now)))
    };
    let weights: Vec<u64> = world.shape.categories.iter().map(|(_, weight)| *weight).collect();
    let drawn = world.shape.categories.get(draw.weighted(&weights)).map_or("", |(category, _)| *category);
    let category = wanted.unwrap_or(drawn);
    let of_seat = wanted == Some("land");
    let fits = |at: &usize| {
        let own = world.lists.matters.get(*at);
        own.is_some_and(|own| own.category == category && (!of_seat || own.lead == SEAT_UNIT) && suits(&own.code))
    };
    let fitting: Vec<usize> = (0..world.lists.matters.len()).filter(fits).collect();
    draw.pick(&fitting).copied().ok_or_else(|| Error::internal(format!("demo data: no matter of {category}")))
}

fn in_season(code: &str, day: NaiveDate) -> bool {
    IN_SEASON.iter().all(|(own, months)| *own != code || months.contains(&day.month()))
}

fn source(draw: &Draw, shape: &Shape) -> Source {
    let all = [Source::Web, Source::Qr, Source::Visit, Source::WechatGroup, Source::Hotline, Source::Platform];
    all.get(draw.weighted(&shape.sources)).copied().unwrap_or(Source::Web)
}

/// Tries days and courses until the case ends before the present and went as planned.
fn tell_closed(world: &World<'_>, plan: &Plan, seed: u64) -> Result<Tale> {
    for turn in 0..TRIES {
        let story = Story::cast(world, plan, seed.wrapping_add(turn))?;
        let submitted = submission(&story);
        if !in_season(&story.matter.code, local_date(submitted)) {
            continue;
        }
        let agenda: Agenda = closed::agenda(&story, submitted);
        let tale = match tell(&story, agenda) {
            Ok(tale) => tale,
            Err(Stop::TooLate) => continue,
            Err(Stop::Broken(error)) => return Err(error),
        };
        let own = project(&tale.case, 1, world.settings);
        let as_planned = own.is_some_and(|own| {
            own.closed_at.is_some()
                && own.resolve_on_time == Some(!plan.way.late)
                && own.accept_on_time == Some(!plan.way.accepted_late)
        });
        if as_planned {
            return Ok(tale);
        }
    }
    Err(Error::internal(format!("demo: no way to tell {plan:?}")))
}

fn tell_open(world: &World<'_>, plan: &Plan, stage: Stage, seed: u64) -> Result<Tale> {
    let story = Story::cast(world, plan, seed)?;
    finish(tell(&story, open::agenda(&story, stage)))
}

fn finish(told: Result<Tale, Stop>) -> Result<Tale> {
    told.map_err(|stop| match stop {
        Stop::Broken(error) => error,
        Stop::TooLate => Error::internal("demo: a case of the future"),
    })
}

/// When it is handed in: enterprises write at any hour, officials enter in office hours.
fn submission(story: &Story<'_>) -> DateTime<Utc> {
    let (d, office) = (&story.draw, story.world.office);
    let day = day(d, local_date(story.world.now), |day| office.is_open_on(day));
    if matches!(story.plan.source, Source::Visit | Source::Hotline | Source::Platform | Source::HandedDown) {
        return office.after(at(day, 0), d.range(0, 415));
    }
    let minute = match d.range(0, 99) {
        0..72 => d.range(8 * 60 + 10, 18 * 60 + 20),
        72..92 => d.range(18 * 60 + 20, 22 * 60 + 50),
        _ => d.range(6 * 60 + 20, 8 * 60 + 10),
    };
    at(day, minute)
}

/// A day of the last 18 months, by season and rarer on days off.
fn day(draw: &Draw, today: NaiveDate, is_worked: impl Fn(NaiveDate) -> bool) -> NaiveDate {
    loop {
        let day = today - Duration::days(draw.range(1, SPAN));
        let season = SEASON.get(day.month0() as usize).copied().unwrap_or(50);
        let share = if is_worked(day) { season } else { season / 4 };
        if draw.chance(share) {
            return day;
        }
    }
}
