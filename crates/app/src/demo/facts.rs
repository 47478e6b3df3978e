//! What the departments of the demo report of its enterprises: two years of figures that fit together, with a few gaps.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use db::Tx;
use kernel::{Error, Result, Year, local_date};
use registry::Scale;
use registry::facts::{NewFact, Period, dictionary};
use registry::seed::put_facts;

use super::draw::Draw;
use super::firms::Firm;

/// So many of a hundred cells nobody filled in.
const GAPS: u64 = 3;
/// Of those that are only growing towards the threshold.
const GAPS_OF_GROWING: u64 = 12;
/// Yuan of revenue a head and year, and the thousandths of it that go into research, by chain.
const CHAINS: [(&str, i64, (i64, i64)); 9] = [
    ("crane", 950_000, (18, 48)),
    ("medical", 760_000, (14, 44)),
    ("anticor", 850_000, (10, 36)),
    ("food", 900_000, (4, 20)),
    ("newenergy", 1_450_000, (25, 60)),
    ("electronics", 1_100_000, (30, 75)),
    ("home", 720_000, (4, 22)),
    ("logistics", 820_000, (1, 9)),
    ("biomed", 1_250_000, (40, 95)),
];
/// The line above which industry is counted: 20 million yuan.
const THRESHOLD: i64 = 20_000_000;

/// Reports facts of all enterprises above the threshold and fewer of those growing towards it. They have draws of their own, so
/// that nothing else of the demo depends on them.
pub(super) async fn install(tx: &mut Tx, seed: u64, firms: &[Firm], now: DateTime<Utc>) -> Result<()> {
    let last = local_date(now).year() - 1;
    let years = [last, last - 1].map(|year| Year::new(year).ok_or_else(|| Error::internal("demo: no such year")));
    let [last, before] = years;
    let (last, before) = (last?, before?);
    let mut sources = HashMap::new();
    let mut all = Vec::new();
    for (firm, at) in firms.iter().zip(1_u64..) {
        let gaps = match firm.facts.scale {
            Scale::Above => GAPS,
            Scale::Below => GAPS_OF_GROWING,
            _ => continue,
        };
        let draw = Draw::new(seed.wrapping_mul(0x9e37_79b9).wrapping_add(at));
        let mut sheet = Sheet { firm, draw: &draw, gaps, sources: &mut sources, all: &mut all, end: last.last_day() };
        let figures = Figures::draw(&draw, firm);
        figures.report(&mut sheet, last, before);
        if firm.facts.scale == Scale::Above {
            standing(&draw, &figures, &mut sheet, last);
            evaluation(&draw, &figures, &mut sheet, last);
        }
    }
    put_facts(tx, &all, now).await
}

/// What is reported of one enterprise.
struct Sheet<'a> {
    firm: &'a Firm,
    draw: &'a Draw,
    gaps: u64,
    sources: &'a mut HashMap<&'static str, Arc<str>>,
    all: &'a mut Vec<NewFact>,
    /// Last day of the last year.
    end: NaiveDate,
}

impl Sheet<'_> {
    fn put(&mut self, code: &'static str, period: Period, value: impl ToString) {
        if !self.draw.chance(self.gaps) {
            self.always(code, period, value);
        }
    }

    /// What has no gaps.
    fn always(&mut self, code: &'static str, period: Period, value: impl ToString) {
        let source = self.sources.entry(code).or_insert_with(|| {
            let source = dictionary().get(code).map(|fact| fact.source.as_str());
            Arc::from(source.unwrap_or_default())
        });
        let (source, as_of) = (Arc::clone(source), period.last_day().unwrap_or(self.end));
        let enterprise = self.firm.id;
        self.all.push(NewFact { enterprise, code, period, value: value.to_string(), source, as_of });
    }
}

/// The figures of the last year from which all others follow. Money in yuan.
struct Figures {
    staff: i64,
    /// Of the last year and the two before it.
    revenue: [i64; 3],
    /// Thousandths of the revenue.
    research: i64,
    main: i64,
    added: i64,
    tax: i64,
    margin: i64,
    assets: i64,
    debts: i64,
    land: i64,
    /// Years since it was founded.
    age: i64,
}

/// Some thousandths of an amount, to hundreds of yuan.
fn part(amount: i64, thousandths: i64) -> i64 {
    amount / 100 * thousandths / 1000 * 100
}

impl Figures {
    fn draw(draw: &Draw, firm: &Firm) -> Figures {
        let chain = firm.facts.chain.as_deref().unwrap_or_default();
        let own = CHAINS.iter().find(|(code, ..)| *code == chain).or(CHAINS.first());
        let (head, research) = own.map_or((0, (0, 1)), |(_, head, research)| (*head, *research));
        let staff = firm.facts.staff.unwrap_or(20);
        let drawn = staff * head / 1000 * draw.range(600, 1_650) + draw.range(0, 99) * 100;
        // Above means above, and growing means not yet.
        let revenue = match firm.facts.scale {
            Scale::Above => drawn.max(THRESHOLD + draw.range(3_000, 60_000) * 100),
            _ => drawn.min(THRESHOLD - draw.range(8_000, 110_000) * 100),
        };
        let earlier = |draw: &Draw, amount: i64| part(amount, 1_000_000 / (1_000 + draw.range(-110, 230)));
        let one = earlier(draw, revenue);
        let two = earlier(draw, one);
        let assets = part(revenue, draw.range(620, 1_450));
        Figures {
            staff,
            revenue: [revenue, one, two],
            research: draw.range(research.0, research.1),
            main: draw.range(900, 1_000),
            added: draw.range(185, 315),
            tax: draw.range(14, 46),
            margin: draw.range(-25, 115),
            assets,
            debts: part(assets, draw.range(240, 740)),
            land: staff * draw.range(60, 210) + draw.range(0, 900),
            age: draw.range(4, 24),
        }
    }

    /// Every yearly figure for both years; what looks back only for the last.
    fn report(&self, sheet: &mut Sheet<'_>, last: Year, before: Year) {
        let whole = sheet.firm.facts.scale == Scale::Above;
        for (year, amount, aged) in
            [(last, self.revenue[0], 1_000), (before, self.revenue[1], sheet.draw.range(900, 1_060))]
        {
            let year = Period::Year(year);
            let main = part(amount, self.main);
            let added = part(amount, self.added);
            let (draw, staff) = (sheet.draw, self.staff * aged / 1_000);
            sheet.put("employees", year, staff);
            sheet.put("revenue", year, amount);
            sheet.put("main_revenue", year, main);
            sheet.put("tax_paid", year, part(amount, self.tax));
            sheet.put("land_area", year, self.land);
            sheet.put("electricity_kwh", year, amount / 10_000 * draw.range(90, 320));
            if !whole {
                continue;
            }
            let profit = part(amount, self.margin + draw.range(-8, 8));
            sheet.put("sales", year, part(main, draw.range(955, 1_025)));
            sheet.put("value_added", year, added);
            sheet.put("profit", year, profit);
            sheet.put("net_profit", year, if profit > 0 { part(profit, 820) } else { profit });
            sheet.put("assets", year, part(self.assets, aged));
            sheet.put("liabilities", year, part(self.debts, aged));
            sheet.put("rd_expense", year, part(amount, self.research));
            sheet.put("rd_staff", year, staff * (self.research + 25) / 1_000);
            // Value added in yuan by 12,000 to 50,000 yuan a tonne of coal, by 20 to 120 million a tonne of pollutants.
            sheet.put("energy_tce", year, added / (draw.range(12, 50) * 1_000));
            sheet.put("emissions_t", year, decimal(added / (draw.range(20, 120) * 1_000), 3));
        }
        if whole {
            let year = Period::Year(last);
            let [_, one, two] = self.revenue;
            sheet.put("revenue_1y", year, one);
            sheet.put("revenue_2y", year, two);
            sheet.put("main_revenue_1y", year, part(one, self.main));
            sheet.put("main_revenue_2y", year, part(two, self.main));
            sheet.put("rd_expense_1y", year, part(one, self.research));
        }
    }
}

/// What holds until it changes: age, patents, honours, the state of the books.
fn standing(draw: &Draw, figures: &Figures, sheet: &mut Sheet<'_>, last: Year) {
    let (none, year) = (Period::None, Period::Year(last));
    let day = NaiveDate::from_ymd_opt(
        last.year() - i32::try_from(figures.age).unwrap_or(4),
        u32::try_from(draw.range(1, 12)).unwrap_or(1),
        u32::try_from(draw.range(1, 28)).unwrap_or(1),
    );
    if let Some(day) = day {
        sheet.put("founded_on", none, day);
    }
    // Those that spend more on research have more to show for it.
    let keen = figures.research >= 30;
    let likely = |draw: &Draw, keen_share: u64, share: u64| draw.chance(if keen { keen_share } else { share });
    let (high, innovative) = (likely(draw, 55, 8), likely(draw, 60, 14));
    let specialised = innovative && likely(draw, 40, 12);
    let patents = if keen { draw.range(0, 9) } else { draw.range(0, 3) };
    let own = draw.range(0, patents);
    sheet.put("hightech_enterprise", none, high);
    sheet.put("innovative_sme", none, innovative);
    sheet.put("zjtx_sme", none, specialised);
    sheet.put("strategic_industry", none, likely(draw, 45, 10));
    sheet.put("six_bases", none, likely(draw, 40, 12));
    sheet.put("chain_key_link", none, likely(draw, 50, 20));
    sheet.put("ip_class1", none, patents);
    sheet.put("ip_class1_own", none, own);
    sheet.put("ip_class1_high", none, draw.range(0, own));
    sheet.put("ip_class2", none, draw.range(0, if keen { 30 } else { 12 }));
    sheet.put("ip_in_use", none, patents > 0 && draw.chance(80));
    let institution = ["none", "below_city", "city", "provincial"];
    let level = if keen { draw.weighted(&[10, 25, 45, 20]) } else { draw.weighted(&[55, 30, 13, 2]) };
    sheet.put("rd_institution", none, institution.get(level).copied().unwrap_or("none"));
    sheet.put("rd_institution_any", none, level > 0);
    sheet.put("management_certified", none, draw.chance(72));
    sheet.put("own_brand", none, draw.chance(45));
    sheet.put("equity_2y", none, if likely(draw, 12, 2) { draw.range(20, 400) * 100_000 } else { 0 });
    sheet.put("equity_3y", none, if likely(draw, 15, 3) { draw.range(20, 500) * 100_000 } else { 0 });
    sheet.put("market_months", year, (figures.age - draw.range(0, 3)) * 12);
    sheet.put("market_share", year, decimal(draw.range(2, if keen { 160 } else { 60 }), 3));
    sheet.put("quality_score", year, decimal(draw.range(4_200, if keen { 9_100 } else { 7_600 }), 2));
    sheet.put("standards_failed", year, draw.chance(2));
    sheet.put("serious_breach", none, draw.chance(1));
}

/// What the per-mu evaluation needs beside the figures: its bases, scores, accidents and since when there is production.
fn evaluation(draw: &Draw, figures: &Figures, sheet: &mut Sheet<'_>, last: Year) {
    let year = Period::Year(last);
    // Yuan a square metre of land, and a tonne of coal: about twice the mean of the demo, as counties set them.
    sheet.always("base_tax", year, 450);
    sheet.always("base_sales", year, 15_000);
    sheet.always("base_energy", year, 7_200);
    // A few have not produced for two years yet, and are not rated.
    let back = if draw.chance(4) { draw.range(0, 1) } else { draw.range(3, 15).min(figures.age - 1) };
    let started = last.year() - i32::try_from(back).unwrap_or(3);
    let month = u32::try_from(draw.range(1, 12)).unwrap_or(1);
    if let Some(day) = NaiveDate::from_ymd_opt(started, month, 1) {
        sheet.put("production_started_on", Period::None, day);
    }
    sheet.always("utility_supplier", Period::None, draw.chance(1));
    sheet.always("cluster", Period::None, if draw.chance(60) { "先进制造业开发区" } else { "专业园区" });
    // Whoever pays more tax on its land mostly scores better.
    let dense = (figures.tax * figures.revenue[0] / 1_000 / figures.land.max(1)).clamp(0, 600) / 12;
    let score = |sheet: &mut Sheet<'_>, code: &'static str, most: i64| {
        let hundredths = dense * most + draw.range(most * 5, most * 50);
        sheet.put(code, year, decimal(hundredths, 2));
    };
    score(sheet, "total_score", 100);
    score(sheet, "tax_score", 30);
    score(sheet, "rd_score", 10);
    score(sheet, "energy_score", 20);
    score(sheet, "emission_score", 10);
    for code in ["safety_accident", "environment_accident", "food_accident", "reduction_task_missed"] {
        sheet.always(code, year, draw.chance(1));
    }
    sheet.always("new_enterprise", year, back < 2);
    sheet.always("promoted_last_year", year, draw.chance(6));
    sheet.always("major_project", year, draw.chance(2));
    sheet.always("d_years", year, if draw.chance(6) { draw.range(1, 3) } else { 0 });
    sheet.always("other_surcharge", year, 0);
}

/// A whole number of 10^-digits as it is kept: without zeros at the end.
fn decimal(number: i64, digits: u32) -> String {
    let power = 10_i64.pow(digits);
    let text = format!("{}.{:0width$}", number / power, number % power, width = digits as usize);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
