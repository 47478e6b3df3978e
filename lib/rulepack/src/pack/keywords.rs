//! The words of the format, Chinese and English, in one table per room.

use super::{ClassKind, Hit, Level, Method, Missing, MonthEnd, ScaleKind, Status};
use crate::ir::Mode;

/// A word of the format: what it stands for and how it may be written (Chinese first, then English).
pub struct Word<T>(pub T, pub &'static [&'static str]);

/// The kinds of sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SectionKind {
    Values,
    Facts,
    Parameters,
    Definitions,
    Table,
    Scale,
    Amount,
    Score,
    Classes,
    Examples,
}

/// First words of headings.
pub const SECTIONS: &[Word<SectionKind>] = &[
    Word(SectionKind::Values, &["取值", "values"]),
    Word(SectionKind::Facts, &["事实", "facts"]),
    Word(SectionKind::Parameters, &["参数", "parameters"]),
    Word(SectionKind::Definitions, &["定义", "definitions"]),
    Word(SectionKind::Table, &["判定表", "table"]),
    Word(SectionKind::Scale, &["分级", "scale"]),
    Word(SectionKind::Amount, &["金额", "amount"]),
    Word(SectionKind::Score, &["评分", "score"]),
    Word(SectionKind::Classes, &["分类", "classes"]),
    Word(SectionKind::Examples, &["例", "examples"]),
];

/// Keys of the front matter.
pub const FRONT: &[Word<&str>] = &[
    Word("code", &["代码", "code"]),
    Word("title", &["名称", "title"]),
    Word("english_title", &["英文名称", "english title"]),
    Word("document", &["文号", "document"]),
    Word("issuer", &["发布机关", "issuer"]),
    Word("from", &["自", "from"]),
    Word("to", &["至", "to"]),
    Word("level", &["层级", "level"]),
    Word("source", &["来源", "source"]),
    Word("status", &["状态", "status"]),
    Word("units", &["单位", "units"]),
    Word("applies", &["适用", "applies"]),
    Word("not_applicable", &["不适用说明", "not_applicable"]),
    Word("outputs", &["输出", "outputs"]),
    Word("month_end", &["月末", "month_end"]),
];

/// Options every section may have.
const COMMON: &[Word<&str>] = &[
    Word("basis", &["依据", "basis"]),
    Word("english", &["英文", "english"]),
    Word("file", &["文件", "file"]),
    Word("note", &["说明", "note"]),
];

const SCALE: &[Word<&str>] = &[Word("base", &["基数", "base"]), Word("unit", &["单位", "unit"])];

const AMOUNT: &[Word<&str>] = &[
    Word("condition", &["条件", "condition"]),
    Word("base", &["基数", "base"]),
    Word("rate", &["比例", "rate"]),
    Word("fixed", &["定额", "fixed"]),
    Word("cap", &["封顶", "cap"]),
    Word("floor", &["保底", "floor"]),
    Word("round", &["舍入", "round"]),
    Word("group", &["互斥组", "group"]),
    Word("unit", &["单位", "unit"]),
];

const SCORE: &[Word<&str>] = &[
    Word("among", &["集合", "among"]),
    Word("group", &["分组", "group"]),
    Word("digits", &["小数", "digits"]),
    Word("total_digits", &["合计小数", "total digits"]),
    Word("rounding", &["舍入", "rounding"]),
];

const CLASSES: &[Word<&str>] = &[
    Word("by", &["依据", "by"]),
    Word("among", &["集合", "among"]),
    Word("group", &["分组", "group"]),
    Word("ties", &["同分", "ties"]),
    Word("then", &["再按", "then"]),
    Word("rounding", &["取整", "rounding"]),
    Word("veto", &["否决", "veto"]),
    Word("protect", &["保护", "protect"]),
    Word("unrated", &["不参评", "unrated"]),
];

const EXAMPLES: &[Word<&str>] = &[Word("population", &["全体", "population"])];

/// The options of a section: its own before the common ones.
pub fn options(kind: SectionKind) -> Vec<&'static Word<&'static str>> {
    let own: &[Word<&str>] = match kind {
        SectionKind::Scale => SCALE,
        SectionKind::Amount => AMOUNT,
        SectionKind::Score => SCORE,
        SectionKind::Classes => CLASSES,
        SectionKind::Examples => EXAMPLES,
        _ => &[],
    };
    own.iter().chain(COMMON).collect()
}

/// Columns of the sections whose columns are fixed.
pub fn columns(kind: SectionKind) -> &'static [Word<&'static str>] {
    match kind {
        SectionKind::Values => &[
            Word("code", &["值", "value"]),
            Word("name", &["名称", "name"]),
            Word("english", &["英文", "english"]),
            Word("note", &["说明", "note"]),
        ],
        SectionKind::Facts => &[
            Word("code", &["代码", "code"]),
            Word("name", &["名称", "name"]),
            Word("english", &["英文", "english"]),
            Word("kind", &["类型", "type"]),
            Word("unit", &["单位", "unit"]),
            Word("digits", &["小数", "digits"]),
            Word("range", &["范围", "range"]),
            Word("values", &["取值", "values"]),
            Word("period", &["期间", "period"]),
            Word("source", &["来源", "source"]),
            Word("changeable", &["可改变", "changeable"]),
            Word("note", &["说明", "note"]),
        ],
        SectionKind::Parameters => &[
            Word("name", &["名称", "name"]),
            Word("english", &["英文", "english"]),
            Word("code", &["代码", "code"]),
            Word("unit", &["单位", "unit"]),
            Word("from", &["自", "from"]),
            Word("to", &["至", "to"]),
            Word("value", &["值", "value"]),
            Word("basis", &["依据", "basis"]),
            Word("note", &["说明", "note"]),
        ],
        SectionKind::Definitions => &[
            Word("name", &["名称", "name"]),
            Word("english", &["英文", "english"]),
            Word("code", &["代码", "code"]),
            Word("expression", &["表达式", "expression"]),
            Word("unit", &["单位", "unit"]),
            Word("basis", &["依据", "basis"]),
            Word("note", &["说明", "note"]),
        ],
        SectionKind::Scale => &[
            Word("from", &["下限", "from"]),
            Word("to", &["上限", "to"]),
            Word("rate", &["比例", "rate"]),
            Word("amount", &["金额", "amount"]),
            Word("basis", &["依据", "basis"]),
            Word("note", &["说明", "note"]),
        ],
        SectionKind::Score => &[
            Word("code", &["代码", "code"]),
            Word("item", &["指标", "item"]),
            Word("method", &["方式", "method"]),
            Word("value", &["计算", "value"]),
            Word("condition", &["条件", "condition"]),
            Word("base", &["基准", "base"]),
            Word("weight", &["权重", "weight"]),
            Word("cap", &["封顶", "cap"]),
            Word("floor", &["保底", "floor"]),
            Word("missing", &["缺项", "missing"]),
            Word("basis", &["依据", "basis"]),
            Word("note", &["说明", "note"]),
        ],
        SectionKind::Classes => &[
            Word("class", &["类", "class"]),
            Word("rank_to", &["名次至", "rank_to"]),
            Word("from", &["下限", "from"]),
            Word("half", &["总分", "half"]),
            Word("then_by", &["再按", "then_by"]),
            Word("direction", &["方向", "direction"]),
            Word("take", &["取", "take"]),
            Word("basis", &["依据", "basis"]),
            Word("note", &["说明", "note"]),
        ],
        SectionKind::Table | SectionKind::Amount | SectionKind::Examples => &[],
    }
}

pub const ROW: &[&str] = &["行", "row"];
pub const CONDITION: &[&str] = &["条件", "condition"];
pub const BASIS: &[&str] = &["依据", "basis"];
pub const MISSING_COLUMN: &[&str] = &["缺", "missing"];
pub const ON: &[&str] = &["日期", "on"];
pub const NOTE: &[&str] = &["说明", "note"];
pub const UNPUBLISHED: &[&str] = &["待公布", "to be published"];
pub const YES: &[&str] = &["是", "yes", "true"];
pub const NO: &[&str] = &["否", "no", "false"];
pub const NOT_IN: &[&str] = &["不得为", "not"];

pub const HITS: &[Word<Hit>] = &[
    Word(Hit::First, &["首个", "first"]),
    Word(Hit::Unique, &["唯一", "unique"]),
    Word(Hit::Any, &["任意", "any"]),
    Word(Hit::Priority, &["优先", "priority"]),
    Word(Hit::CollectSum, &["汇总求和", "collect sum"]),
    Word(Hit::CollectMax, &["汇总最大", "collect max"]),
    Word(Hit::CollectMin, &["汇总最小", "collect min"]),
    Word(Hit::CollectCount, &["汇总计数", "collect count"]),
];
pub const SCALE_KINDS: &[Word<ScaleKind>] =
    &[Word(ScaleKind::Marginal, &["超额累进", "marginal"]), Word(ScaleKind::Slice, &["全额", "slice"])];
pub const CLASS_KINDS: &[Word<ClassKind>] = &[
    Word(ClassKind::Rank, &["按名次", "rank"]),
    Word(ClassKind::TwoStage, &["两段", "two-stage"]),
    Word(ClassKind::Absolute, &["按分数", "absolute"]),
];
pub const LEVELS: &[Word<Level>] = &[
    Word(Level::National, &["国家", "national"]),
    Word(Level::Province, &["省", "province"]),
    Word(Level::City, &["市", "city"]),
    Word(Level::County, &["县", "county"]),
];
pub const STATUSES: &[Word<Status>] = &[
    Word(Status::Draft, &["草案", "draft"]),
    Word(Status::Review, &["审核中", "review"]),
    Word(Status::Published, &["已发布", "published"]),
];
pub const MONTH_ENDS: &[Word<MonthEnd>] =
    &[Word(MonthEnd::Clip, &["取月末", "clip"]), Word(MonthEnd::Carry, &["顺延", "carry"])];
pub const METHODS: &[Word<Method>] = &[
    Word(Method::Ratio, &["比值", "ratio"]),
    Word(Method::MinMax, &["极差", "minmax"]),
    Word(Method::Bands, &["分档", "bands"]),
    Word(Method::Bonus, &["加分", "bonus"]),
    Word(Method::Penalty, &["减分", "penalty"]),
];
pub const MISSINGS: &[Word<Missing>] = &[
    Word(Missing::Unknown, &["未知", "unknown"]),
    Word(Missing::Zero, &["零", "zero"]),
    Word(Missing::Average, &["平均", "average"]),
];
/// True: equal values share the worse rank.
pub const TIES: &[Word<bool>] =
    &[Word(false, &["取最小名次", "最小", "minimum"]), Word(true, &["取最大名次", "最大", "maximum"])];
/// True: the greatest first.
pub const DIRECTIONS: &[Word<bool>] =
    &[Word(true, &["高到低", "descending", "high to low"]), Word(false, &["低到高", "ascending", "low to high"])];
pub const MODES: &[Word<Mode>] = &[
    Word(Mode::HalfUp, &["四舍五入", "half up", "round half up", "round"]),
    Word(Mode::HalfEven, &["四舍六入五成双", "half even", "round half even"]),
    Word(Mode::HalfDown, &["五舍六入", "half down", "round half down"]),
    Word(Mode::Up, &["进一", "up", "round up"]),
    Word(Mode::Down, &["舍去", "down", "round down"]),
    Word(Mode::Ceiling, &["向上取整", "ceiling"]),
    Word(Mode::Floor, &["向下取整", "floor"]),
];

/// What a text stands for, if it is one of the words; letter case does not count.
pub fn find<T: Copy>(words: &[Word<T>], text: &str) -> Option<T> {
    words.iter().find(|word| is(word.1, text)).map(|word| word.0)
}

/// Whether a text is one of these words; letter case does not count.
pub fn is(words: &[&str], text: &str) -> bool {
    let text = text.trim();
    words.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// The longest word a text begins with, and the rest of the text.
pub fn starts<'a, T: Copy>(words: &[Word<T>], text: &'a str) -> Option<(T, &'a str)> {
    words
        .iter()
        .flat_map(|word| word.1.iter().map(move |form| (word.0, *form)))
        .filter(|(_, form)| text.get(..form.len()).is_some_and(|start| start.eq_ignore_ascii_case(form)))
        .max_by_key(|(_, form)| form.len())
        .and_then(|(value, form)| text.get(form.len()..).map(|rest| (value, rest)))
}

/// All forms of the words, for advice.
pub fn forms<T>(words: &[Word<T>]) -> String {
    words
        .iter()
        .map(|word| word.1.iter().take(2).copied().collect::<Vec<_>>().join(" / "))
        .collect::<Vec<_>>()
        .join(", ")
}
