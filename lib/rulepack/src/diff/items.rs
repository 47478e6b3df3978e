//! A pack as a flat list of comparable items: each with a key, what it is called and its fields.

use chrono::NaiveDate;

use crate::diagnostic::{Place, Words};
use crate::pack::{ClassRow, Heading, Pack, Written};

/// One thing that can be added, removed or changed.
pub struct Item {
    pub key: String,
    pub what: Words,
    pub place: Place,
    pub fields: Vec<(Words, String)>,
}

fn w(zh: &str, en: &str) -> Words {
    Words::new(zh, en)
}

fn text(written: &Option<Written>) -> String {
    written.as_ref().map(|written| written.text.clone()).unwrap_or_default()
}

fn day(day: Option<NaiveDate>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

fn list(all: &[Written]) -> String {
    all.iter().map(|one| one.text.as_str()).collect::<Vec<_>>().join(", ")
}

/// All items of a pack, in the order of its model.
pub fn items(pack: &Pack) -> Vec<Item> {
    let mut all = vec![front(pack)];
    for (at, quote) in pack.quotes.iter().enumerate() {
        let name = quote.anchor.clone().unwrap_or_else(|| (at + 1).to_string());
        all.push(Item {
            key: format!("quote {name}"),
            what: Words::new(format!("条文“{name}”"), format!("the law at “{name}”")),
            place: quote.place.clone(),
            fields: vec![(w("", ""), quote.text.clone())],
        });
    }
    for set in &pack.values {
        for (at, row) in set.rows.iter().enumerate() {
            all.push(Item {
                key: format!("value {} {}", set.heading.code, row.code.text),
                what: Words::new(
                    format!("取值“{}”的“{}”", set.heading.name.text, row.code.text),
                    format!("the value “{}” of “{}”", row.code.text, set.heading.name.text),
                ),
                place: row.code.place.clone(),
                fields: vec![
                    (w("名称", "name"), text(&row.name)),
                    (w("英文", "English"), text(&row.english)),
                    (w("次序", "place"), (at + 1).to_string()),
                ],
            });
        }
    }
    for row in &pack.facts {
        all.push(Item {
            key: format!("fact {}", row.code.text),
            what: Words::new(
                format!("事实“{}”", row.name.as_ref().unwrap_or(&row.code).text),
                format!("the fact “{}”", row.code.text),
            ),
            place: row.code.place.clone(),
            fields: vec![
                (w("类型", "type"), text(&row.kind)),
                (w("单位", "unit"), text(&row.unit)),
                (w("小数", "digits"), text(&row.digits)),
                (w("范围", "range"), text(&row.range)),
                (w("取值", "values"), text(&row.values)),
                (w("来源", "source"), text(&row.source)),
                (w("可改变", "changeable"), text(&row.changeable)),
            ],
        });
    }
    for row in &pack.parameters {
        let from = day(row.from);
        all.push(Item {
            key: format!("parameter {} {from}", row.name.text),
            what: Words::new(
                format!("参数“{}”（自 {from}）", row.name.text),
                format!("the parameter “{}” (from {from})", row.name.text),
            ),
            place: row.name.place.clone(),
            fields: vec![
                (w("值", "value"), row.value.text.clone()),
                (w("单位", "unit"), text(&row.unit)),
                (w("至", "to"), day(row.to)),
                (w("依据", "basis"), text(&row.basis)),
            ],
        });
    }
    for row in &pack.definitions {
        let code = row.code.as_ref().unwrap_or(&row.name);
        all.push(Item {
            key: format!("definition {}", code.text),
            what: Words::new(format!("定义“{}”", row.name.text), format!("the definition “{}”", row.name.text)),
            place: row.name.place.clone(),
            fields: vec![
                (w("名称", "name"), row.name.text.clone()),
                (w("表达式", "expression"), row.expression.text.clone()),
                (w("单位", "unit"), text(&row.unit)),
                (w("依据", "basis"), text(&row.basis)),
            ],
        });
    }
    tables(pack, &mut all);
    scales(pack, &mut all);
    amounts(pack, &mut all);
    scores(pack, &mut all);
    classes(pack, &mut all);
    all
}

fn front(pack: &Pack) -> Item {
    let units =
        pack.units.iter().map(|(name, unit)| format!("{}: {}", name.text, unit.text)).collect::<Vec<_>>().join(", ");
    Item {
        key: "front".to_owned(),
        what: w("文件头", "The front matter"),
        place: Place::new(&pack.file, 1, 1),
        fields: vec![
            (w("代码", "code"), pack.code.clone()),
            (w("名称", "title"), text(&pack.title)),
            (w("文号", "document"), text(&pack.document)),
            (w("发布机关", "issuer"), text(&pack.issuer)),
            (w("自", "from"), day(pack.from)),
            (w("至", "to"), day(pack.to)),
            (w("层级", "level"), pack.level.map(|level| format!("{level:?}")).unwrap_or_default()),
            (w("状态", "status"), format!("{:?}", pack.status)),
            (w("来源", "source"), text(&pack.source)),
            (w("单位", "units"), units),
            (w("适用", "applies"), text(&pack.applies)),
            (w("不适用说明", "not_applicable"), text(&pack.not_applicable)),
            (w("输出", "outputs"), list(&pack.outputs)),
            (w("月末", "month_end"), format!("{:?}", pack.month_end)),
        ],
    }
}

/// The heading of a section as an item.
fn section(kind: (&str, &str), heading: &Heading, fields: Vec<(Words, String)>) -> Item {
    Item {
        key: format!("{} {}", kind.1, heading.code),
        what: Words::new(
            format!("{}“{}”", kind.0, heading.name.text),
            format!("the {} “{}”", kind.1, heading.name.text),
        ),
        place: heading.place.clone(),
        fields,
    }
}

fn inside(
    kind: (&str, &str),
    heading: &Heading,
    part: (&str, &str),
    id: &str,
    place: &Place,
    fields: Vec<(Words, String)>,
) -> Item {
    Item {
        key: format!("{} {} {} {id}", kind.1, heading.code, part.1),
        what: Words::new(
            format!("{}“{}”第 {id} {}", kind.0, heading.name.text, part.0),
            format!("{} {id} of the {} “{}”", part.1, kind.1, heading.name.text),
        ),
        place: place.clone(),
        fields,
    }
}

fn tables(pack: &Pack, all: &mut Vec<Item>) {
    let kind = ("判定表", "table");
    for table in &pack.tables {
        all.push(section(kind, &table.heading, vec![(w("命中方式", "hit policy"), format!("{:?}", table.hit))]));
        for row in &table.rows {
            let named = |written: &Written, unit: &Option<Written>| {
                let unit = unit.as_ref().map(|unit| format!("（{}）", unit.text)).unwrap_or_default();
                format!("{}{unit}", written.text)
            };
            let tests = table.inputs.iter().zip(&row.tests).map(|(input, cell)| {
                (w(&named(&input.expression, &input.unit), &named(&input.expression, &input.unit)), cell.text.clone())
            });
            let results = table.outputs.iter().zip(&row.results).map(|(output, cell)| {
                let name = format!("→ {}", named(&output.name, &output.unit));
                (w(&name, &name), cell.text.clone())
            });
            let fields = tests.chain(results).chain([(w("依据", "basis"), text(&row.basis))]).collect();
            all.push(inside(kind, &table.heading, ("行", "row"), &row.id, &row.place, fields));
        }
    }
}

fn scales(pack: &Pack, all: &mut Vec<Item>) {
    let kind = ("分级", "scale");
    for scale in &pack.scales {
        all.push(section(
            kind,
            &scale.heading,
            vec![
                (w("方式", "kind"), format!("{:?}", scale.kind)),
                (w("基数", "base"), text(&scale.base)),
                (w("单位", "unit"), text(&scale.unit)),
            ],
        ));
        for (at, step) in scale.steps.iter().enumerate() {
            let fields = vec![
                (w("下限", "from"), text(&step.from)),
                (w("上限", "to"), text(&step.to)),
                (w("比例", "rate"), text(&step.rate)),
                (w("金额", "amount"), text(&step.amount)),
            ];
            all.push(inside(kind, &scale.heading, ("级", "step"), &(at + 1).to_string(), &step.place, fields));
        }
    }
}

fn amounts(pack: &Pack, all: &mut Vec<Item>) {
    for amount in &pack.amounts {
        let round = amount.round.as_ref().map(|round| match &round.step {
            crate::pack::RoundTo::Quantity(step) => format!("{:?} {}", round.mode, step.text),
            crate::pack::RoundTo::Digits(digits) => format!("{:?} {digits}", round.mode),
        });
        let fields = vec![
            (w("条件", "condition"), text(&amount.condition)),
            (w("基数", "base"), text(&amount.base)),
            (w("比例", "rate"), text(&amount.rate)),
            (w("定额", "fixed"), text(&amount.fixed)),
            (w("封顶", "cap"), text(&amount.cap)),
            (w("保底", "floor"), text(&amount.floor)),
            (w("舍入", "round"), round.unwrap_or_default()),
            (w("互斥组", "group"), text(&amount.group)),
        ];
        all.push(section(("金额", "amount"), &amount.heading, fields));
    }
}

fn scores(pack: &Pack, all: &mut Vec<Item>) {
    let kind = ("评分", "score");
    for score in &pack.scores {
        let fields = vec![
            (w("集合", "set"), text(&score.among)),
            (w("分组", "group"), text(&score.group)),
            (w("小数", "digits"), score.digits.to_string()),
            (w("合计小数", "total digits"), score.total_digits.to_string()),
            (w("舍入", "rounding"), format!("{:?}", score.rounding)),
        ];
        all.push(section(kind, &score.heading, fields));
        for item in &score.items {
            let fields = vec![
                (w("指标", "item"), item.name.text.clone()),
                (w("方式", "method"), format!("{:?}", item.method)),
                (w("计算", "value"), item.value.text.clone()),
                (w("条件", "condition"), text(&item.condition)),
                (w("基准", "base"), text(&item.base)),
                (w("权重", "weight"), text(&item.weight)),
                (w("封顶", "cap"), text(&item.cap)),
                (w("保底", "floor"), text(&item.floor)),
                (w("缺项", "missing"), format!("{:?}", item.missing)),
            ];
            all.push(inside(kind, &score.heading, ("项", "item"), &item.code, &item.place, fields));
        }
    }
}

fn classes(pack: &Pack, all: &mut Vec<Item>) {
    let kind = ("分类", "classification");
    for own in &pack.classes {
        let exclusions = |all: &[crate::pack::Exclusion]| {
            all.iter()
                .map(|one| format!("{} → {}", one.condition.text, list(&one.classes)))
                .collect::<Vec<_>>()
                .join("; ")
        };
        let then = own
            .then
            .iter()
            .map(|order| format!("{}{}", order.by.text, if order.descending { " ↓" } else { " ↑" }))
            .collect::<Vec<_>>()
            .join(", ");
        let fields = vec![
            (w("方式", "kind"), format!("{:?}", own.kind)),
            (w("依据", "score"), text(&own.by)),
            (w("集合", "set"), text(&own.among)),
            (w("分组", "group"), text(&own.group)),
            (w("再按", "then"), then),
            (w("取整", "rounding"), format!("{:?}", own.rounding)),
            (w("否决", "veto"), exclusions(&own.veto)),
            (w("保护", "protection"), exclusions(&own.protect)),
            (w("不参评", "not rated"), exclusions(&own.unrated)),
        ];
        all.push(section(kind, &own.heading, fields));
        for row in &own.rows {
            let ClassRow { place, class, bound, half, share, then_by, descending, take } = row;
            let fields = vec![
                (w("界限", "bound"), text(bound)),
                (w("总分", "half"), share.as_ref().map(|share| format!("{half:?} {}", share.text)).unwrap_or_default()),
                (
                    w("再按", "then by"),
                    then_by
                        .as_ref()
                        .map(|by| format!("{}{}", by.text, if *descending { " ↓" } else { " ↑" }))
                        .unwrap_or_default(),
                ),
                (w("取", "take"), text(take)),
            ];
            all.push(inside(kind, &own.heading, ("类", "class"), &class.text, place, fields));
        }
    }
}
