//! Sample pages of officials: overview, service desk, one matter.

use super::{Desk, Need, Overview, Row, Unit, pick, shell};
use crate::components::*;
use crate::href::Href;
use crate::shell::Shell;
use crate::words::Words;

fn rows(w: &Words) -> Vec<Row> {
    let s = |zh, en| pick(w, zh, en).to_owned();
    let row = |light, number: &str, title, enterprise, tag, next| Row {
        light,
        number: number.into(),
        title,
        enterprise,
        tag,
        next,
    };
    vec![
        row(
            Light::new(LightState::Late, w.days_late(0)),
            "2026-000301",
            s("贷款到期前四天被拒绝续贷", "Loan renewal refused four days before maturity"),
            s("恒达起重机械 · 魏庄街道", "Hongda Crane Works · Weizhuang township"),
            s("金融", "Finance"),
            s("专班：受理", "Desk: accept"),
        ),
        row(
            Light::new(LightState::DueSoon, w.hours_left(3)),
            "2026-000302",
            s("宿舍周二起停水", "Dormitory has no water since Tuesday"),
            s("润洁卫材 · 南园", "Runjie Medical Materials · South park"),
            s("供水", "Water"),
            s("专班：受理", "Desk: accept"),
        ),
        row(
            Light::new(LightState::DueSoon, w.t("due-today")),
            "2026-000297",
            s("门前道路坑洼，两家单位均称不归己", "Two units both say the potholes are not theirs"),
            s("宏远防腐 · 丁栾镇", "Huayuan Anticorrosion · Dingluan"),
            s("用地", "Land"),
            s("专班：交办", "Desk: assign"),
        ),
        row(
            Light::word(w, LightState::Waiting),
            "2026-000288",
            s("出口退税到账晚", "Export tax refund delayed"),
            s("贝特机械 · 南园", "Beite Machinery · South park"),
            s("税务", "Tax"),
            s("企业：补材料", "Enterprise: papers"),
        ),
        row(
            Light::new(LightState::OnTime, w.working_days_left(2)),
            "2026-000295",
            s("西门公交线路", "Bus line to the west gate"),
            s("威也卫材 · 满村镇", "Weiye Sanitary · Manchun"),
            s("周边环境", "Surroundings"),
            s("专班：回访", "Desk: call back"),
        ),
        row(
            Light::word(w, LightState::Done),
            "2026-000290",
            s("天然气价格补贴未到账", "Gas price subsidy not received"),
            s("华北陶瓷 · 芦岗乡", "Huabei Ceramics · Lutang"),
            s("政策", "Policy"),
            s("已销号", "Closed"),
        ),
    ]
}

pub(super) fn overview(w: &Words) -> Overview {
    let s = |zh, en| pick(w, zh, en).to_owned();
    let h = |label: &str, value: &str, unit: &str| Honest::new(label, value, unit, Some("#".into()));
    let rate = |title: String, n, d, unit: String, a, b| {
        RateCard::new(title, n, d, unit).links("#n", "#d").definition("n/d").honest(a).honest(b)
    };
    let part = |tone, count| Part { tone, count, label: count.to_string() };
    let unit = |name: String, open, soon, late, longest: i64| Unit {
        name,
        open,
        soon,
        late,
        bar: StackBar::new(vec![
            part(Tone::OnTime, open * 2 - soon - late),
            part(Tone::DueSoon, soon),
            part(Tone::Late, late),
        ]),
        longest: if longest > 0 { w.f("late-days", &[("n", &longest)]) } else { "—".into() },
    };
    let flow = [
        (14, 12, 1),
        (18, 15, 2),
        (9, 10, 1),
        (22, 19, 2),
        (19, 20, 1),
        (17, 16, 0),
        (25, 22, 3),
        (21, 23, 1),
        (16, 15, 0),
        (20, 19, 1),
        (18, 20, 2),
        (11, 9, 1),
    ];
    let months = flow
        .iter()
        .enumerate()
        .map(|(i, &(received, closed, late))| MonthRow {
            label: w.month_name((i as u32 + 11) % 12 + 1),
            href: Some("#".into()),
            received,
            closed,
            late,
        })
        .collect();
    Overview {
        shell: Shell {
            flash: Some(Flash::new(
                FlashKind::Done,
                s("已交办自然资源局，企业已收到通知。", "Assigned to Natural Resources; the enterprise has been told."),
            )),
            demo: true,
            ..shell(w, 0)
        },
        stamp: w.stamp("2026-11-20T09:30:00Z".parse().unwrap()),
        rates: vec![
            rate(
                s("化解率", "Resolved"),
                288,
                298,
                s("件", "requests"),
                h(&s("上级交办", "handed down"), "67/69", ""),
                h(&s("较上月", "on last month"), "+0.4", &s("点", "pt")),
            ),
            rate(
                s("按时办结率 含超期未结", "On time, late-open counted"),
                272,
                298,
                s("件", "requests"),
                h(&s("平均", "mean"), "4.6", &s("个工作日", "working days")),
                h("P90", "11", &s("日", "days")),
            ),
            rate(
                s("回访满意率", "Satisfied on call-back"),
                208,
                221,
                s("户接通", "reached"),
                h(&s("二次抽查推翻", "overturned"), "3", ""),
                h(&s("未接通", "not reached"), "41", ""),
            ),
            rate(
                s("重开率", "Reopened"),
                11,
                288,
                s("件", "requests"),
                h(&s("退回改派", "reassigned"), "17", &s("次", "times")),
                h(&s("最多一件", "most for one"), "3", &s("次", "times")),
            ),
        ],
        units: vec![
            unit(s("自然资源局", "Natural Resources"), 3, 1, 1, 6),
            unit(s("县供电公司", "County Power"), 2, 0, 1, 3),
            unit(s("金融工作局", "Finance Office"), 2, 1, 0, 0),
            unit(s("人力资源和社会保障局", "Human Resources and Social Security"), 1, 0, 0, 0),
        ],
        chart: MonthChart::new(
            w,
            "flow",
            s("进与出", "In and out"),
            s("近 12 个月新受理、办结与超期件数", "Accepted, closed and late over twelve months"),
            months,
        ),
        head: TableHead::new(
            w,
            &Href::parse("/"),
            "due",
            vec![
                Column::new(s("状态", "State")).sort("due"),
                Column::new(s("诉求", "Request")),
                Column::new(s("企业", "Enterprise")),
                Column::new(s("下一步", "Next")),
            ],
        ),
        rows: rows(w).into_iter().take(4).collect(),
        figures: vec![
            Figure::new(984, s("户包联", "with a helper"), Some("#".into()))
                .bar(Progress::new(984, 995, Tone::OnTime, "984 / 995"))
                .note(h(&s("未落实", "without"), "11", &s("户", ""))),
            Figure::new(612, s("户本季已走访", "visited this quarter"), Some("#".into()))
                .bar(Progress::new(612, 995, Tone::Brand, "612 / 995"))
                .note(h(&s("超 90 天未联系", "no contact for 90 days"), "38", &s("户", ""))),
        ],
        bars: BarList {
            rows: [("用地", "Land", 42), ("金融", "Finance", 31), ("用工", "Labour", 17)]
                .iter()
                .map(|(zh, en, value)| BarRow {
                    label: s(zh, en),
                    value: *value,
                    href: Some("#".into()),
                    tone: Tone::Brand,
                })
                .collect(),
        },
    }
}

pub(super) fn desk(w: &Words) -> Desk {
    let s = |zh, en| pick(w, zh, en).to_owned();
    let here = Href::parse("/desk?state=accept&sort=due&open=2026-000301");
    let item = |key, value, label, n| FilterItem::new(&here, key, value, label, Some(n));
    let light = |state: LightState, n| item("light", state.code(), state.word(w), n).light(state);
    Desk {
        shell: shell(w, 1),
        filters: FilterPanel::new(
            w,
            &here,
            vec![
                FilterGroup {
                    title: s("状态", "State"),
                    items: vec![
                        item("state", "accept", s("待受理", "To accept"), 6),
                        item("state", "assign", s("待交办", "To assign"), 3),
                        item("state", "open", s("办理中", "In progress"), 10),
                        item("state", "call", s("待回访", "Call back"), 4),
                        item("state", "shelved", s("挂账", "Shelved"), 1),
                    ],
                    more: None,
                },
                FilterGroup {
                    title: s("亮灯", "Light"),
                    items: vec![
                        light(LightState::Late, 2),
                        light(LightState::DueSoon, 5),
                        light(LightState::OnTime, 16),
                    ],
                    more: None,
                },
                FilterGroup {
                    title: s("类别", "Category"),
                    items: vec![
                        item("category", "finance", s("金融", "Finance"), 7),
                        item("category", "power", s("水电气", "Power, water, gas"), 1_204),
                    ],
                    more: Some(Link::new("#", s("还有 6 类", "6 more"))),
                },
            ],
        ),
        head: TableHead::new(
            w,
            &here,
            "due",
            vec![
                Column::new(s("时限", "Clock")).sort("due"),
                Column::new(s("编号", "Number")).sort("number"),
                Column::new(s("事由和企业", "Matter and enterprise")),
                Column::new(s("类别", "Category")),
                Column::new(s("该谁办", "Must act next")),
            ],
        )
        .selectable(w),
        rows: rows(w),
        pager: Pager::new(w, &here, None, Some("k"), s("第 1–6 件，共 23 件", "1–6 of 23")),
        fields: vec![
            Field::select("category", s("类别", "Category"), vec![Choice::new("finance", s("金融", "Finance"), true)]),
            Field::select(
                "grade",
                s("等级", "Grade"),
                vec![Choice::new("key", s("重点 · 10 个工作日", "Key · 10 working days"), true)],
            ),
            Field::select("lead", s("牵头", "Lead"), vec![]).empty(w).required(),
            Field::text("co", s("协办", "Co-units")),
            Field::area("note", s("交办意见", "Note"), 2),
        ],
    }
}

pub(super) fn need(w: &Words) -> Need {
    let s = |zh, en| pick(w, zh, en).to_owned();
    let at = |text: &str| w.stamp(text.parse().unwrap());
    let mut days = Vec::new();
    for date in "2026-02-09".parse::<chrono::NaiveDate>().unwrap().iter_days().take(22) {
        let d = date.to_string();
        let (kind, note) = match &d[5..] {
            "02-15" | "02-16" | "02-17" | "02-18" | "02-19" | "02-20" | "02-21" | "02-22" | "02-23" => {
                (DayKind::Off, s("春节", "Spring Festival"))
            }
            "03-01" => (DayKind::Off, s("周末", "weekend")),
            "02-24" | "02-25" => (DayKind::Paused, s("等待企业补件", "waiting for papers")),
            "02-28" | "03-02" => (DayKind::Ahead, String::new()),
            _ => (DayKind::Counted, String::new()),
        };
        let mut cell = DayCell::new(date, kind, note);
        cell.make_up = matches!(&d[5..], "02-14" | "02-28");
        cell.today = &d[5..] == "02-27";
        cell.due = &d[5..] == "03-02";
        days.push(cell);
    }
    Need {
        shell: shell(w, 1),
        crumbs: Crumbs::new(w, vec![Link::new("#", s("诉求", "Requests"))], "2026-000047"),
        light: Light::new(LightState::DueSoon, w.working_days_left(2)),
        strip: DayStrip::new(
            w,
            &days,
            s(
                "自 2月6日受理次日起算；春节 2月15–23日不计；2月14、28日为调休上班日；2月24–25日等待企业补件，暂停 2 日。依据：国务院办公厅 2026 年放假通知（日历版本 2026-1）。",
                "Counted from the day after 6 Feb; Spring Festival 15–23 Feb does not count; 14 and 28 Feb are make-up working days; paused 24–25 Feb. Calendar 2026-1.",
            ),
        ),
        timeline: Timeline {
            items: vec![
                TimelineItem::new(
                    s("县自然资源局 张伟", "Natural Resources, Zhang Wei"),
                    s("已完成权籍调查，待规划核实盖章", "survey done, stamp awaited"),
                    at("2026-02-27T02:12:00Z"),
                ),
                TimelineItem::new(
                    s("企业", "Enterprise"),
                    s("补交竣工测绘报告", "sent the survey report"),
                    at("2026-02-26T00:40:00Z"),
                )
                .link(Link::new("#", "测绘报告.pdf")),
                TimelineItem::new(
                    "",
                    s("等待企业补件，承诺时钟暂停", "waiting for papers, clock stands still"),
                    at("2026-02-24T01:05:00Z"),
                )
                .quiet(),
                TimelineItem::new(
                    s("李明", "Li Ming"),
                    s("走访记录中提出", "raised it on a visit"),
                    at("2026-02-06T08:42:00Z"),
                )
                .note(s("“证办不下来，银行不给抵押。”", "“Without the deed the bank takes no mortgage.”")),
            ],
        },
        shares: vec![
            (
                s("自然资源局", "Natural Resources"),
                s("牵头", "lead"),
                Light::new(LightState::DueSoon, s("办理中", "in progress")),
                s("8 / 10 日", "8 / 10 d"),
            ),
            (
                s("住建局", "Construction"),
                s("协办", "co-unit"),
                Light::new(LightState::OnTime, s("已答复", "answered")),
                s("4 / 5 日", "4 / 5 d"),
            ),
        ],
        confirm: Confirm {
            title: s("撤回这件诉求？", "Withdraw this request?"),
            text: s("撤回后不再计时，企业会收到通知。", "The clock stops and the enterprise is told."),
            action: "#".into(),
            hidden: vec![("csrf".into(), "t".into())],
            yes: s("撤回", "Withdraw"),
            back: Link::new("#", w.t("back")),
            dangerous: true,
        },
    }
}
