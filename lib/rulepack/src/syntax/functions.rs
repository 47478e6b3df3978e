//! The names of built-in functions, English as in DMN and a Chinese twin where clerks need one.

/// Canonical name and its Chinese twins.
const FUNCTIONS: &[(&str, &[&str])] = &[
    // Truth
    ("not", &["非"]),
    ("is", &[]),
    ("coalesce", &["取首个"]),
    // Numbers
    ("decimal", &[]),
    ("round up", &["进一"]),
    ("round down", &["舍去"]),
    ("round half up", &["四舍五入"]),
    ("round half down", &["五舍六入"]),
    ("round half even", &["四舍六入五成双"]),
    ("floor", &["向下取整"]),
    ("ceiling", &["向上取整"]),
    ("abs", &["绝对值"]),
    ("sqrt", &["平方根"]),
    ("exp", &[]),
    ("log", &[]),
    ("modulo", &["取余"]),
    ("odd", &[]),
    ("even", &[]),
    ("number", &[]),
    // Text
    ("string", &[]),
    ("substring", &[]),
    ("string length", &["字数"]),
    ("upper case", &[]),
    ("lower case", &[]),
    ("substring before", &[]),
    ("substring after", &[]),
    ("replace", &[]),
    ("contains", &["包含"]),
    ("starts with", &["开头为"]),
    ("ends with", &["结尾为"]),
    ("matches", &[]),
    ("split", &[]),
    ("string join", &[]),
    // Lists
    ("list contains", &[]),
    ("count", &["计数"]),
    ("min", &["最小"]),
    ("max", &["最大"]),
    ("sum", &["合计"]),
    ("mean", &["平均"]),
    ("all", &["全部"]),
    ("any", &["任一"]),
    ("sublist", &[]),
    ("append", &[]),
    ("concatenate", &[]),
    ("insert before", &[]),
    ("remove", &[]),
    ("list replace", &[]),
    ("reverse", &[]),
    ("index of", &[]),
    ("union", &[]),
    ("distinct values", &[]),
    ("flatten", &[]),
    ("product", &[]),
    ("median", &["中位数"]),
    ("stddev", &[]),
    ("mode", &[]),
    ("sort", &[]),
    ("get value", &[]),
    ("get entries", &[]),
    ("context put", &[]),
    // Dates and durations
    ("date", &["日期"]),
    ("time", &[]),
    ("date and time", &[]),
    ("duration", &["时长"]),
    ("years and months duration", &[]),
    ("day of week", &[]),
    ("day of year", &[]),
    ("week of year", &[]),
    ("month of year", &[]),
    ("last day of month", &["月末"]),
    ("add months", &["加月"]),
    ("add days", &["加日"]),
    ("days between", &["相隔天数"]),
    ("months between", &["相隔月数"]),
    ("year", &["年份"]),
    ("month", &["月份"]),
    ("day", &["日数"]),
    ("now", &[]),
    ("today", &[]),
    // Ranges
    ("before", &[]),
    ("after", &[]),
    ("meets", &[]),
    ("met by", &[]),
    ("overlaps", &[]),
    ("overlaps before", &[]),
    ("overlaps after", &[]),
    ("finishes", &[]),
    ("finished by", &[]),
    ("includes", &[]),
    ("during", &[]),
    ("starts", &[]),
    ("started by", &[]),
    ("coincides", &[]),
    ("range", &[]),
    ("years between", &["相隔年数"]),
    // In packs only
    ("belongs to", &["属于"]),
    ("provided", &["已提供"]),
    ("number true", &["满足项数"]),
    // Over the whole set, in packs only
    ("rank", &["名次"]),
    ("percentile", &["百分位"]),
    ("quantile", &["分位数"]),
    ("population count", &["全体计数"]),
    ("population sum", &["全体合计"]),
    ("population mean", &["全体平均"]),
    ("population min", &["全体最小"]),
    ("population max", &["全体最大"]),
];

/// The longest function name `text` begins with, if an opening parenthesis follows: canonical name and length of what was written.
pub(super) fn called_at(text: &str) -> Option<(&'static str, usize)> {
    // No name is longer than this; a long text is not searched from every word.
    let open = text.char_indices().take(32).find(|(_, c)| matches!(c, '(' | '（'))?.0;
    let written = text.get(..open)?.trim_end();
    canonical(written).map(|name| (name, written.len()))
}

/// The English name of a function by any of its names.
pub fn canonical(name: &str) -> Option<&'static str> {
    let plain = name.is_ascii();
    FUNCTIONS
        .iter()
        .find(|(english, chinese)| if plain { *english == name } else { chinese.contains(&name) })
        .map(|row| row.0)
}

/// All names, for suggestions.
pub fn all() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().flat_map(|(english, chinese)| std::iter::once(*english).chain(chinese.iter().copied()))
}
