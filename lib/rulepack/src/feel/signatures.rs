//! How each function is called: parameters by place or by name, `[optional]`, `…` for any number.

/// All usages; several of one name are tried in order.
const USAGES: &[&str] = &[
    "not(negand)",
    "is(value1, value2)",
    "coalesce(value, otherwise, [reason])",
    "decimal(n, [scale])",
    "floor(n, [scale])",
    "ceiling(n, [scale])",
    "round up(n, [scale])",
    "round down(n, [scale])",
    "round half up(n, [scale])",
    "round half down(n, [scale])",
    "round half even(n, [scale])",
    "abs(n)",
    "sqrt(number)",
    "exp(number)",
    "log(number)",
    "modulo(dividend, divisor)",
    "odd(number)",
    "even(number)",
    "number(from, [grouping separator], [decimal separator])",
    "string(from)",
    "substring(string, start position, [length])",
    "string length(string)",
    "upper case(string)",
    "lower case(string)",
    "substring before(string, match)",
    "substring after(string, match)",
    "replace(input, pattern, replacement, [flags])",
    "contains(string, match)",
    "starts with(string, match)",
    "ends with(string, match)",
    "matches(input, pattern, [flags])",
    "split(string, delimiter)",
    "string join(list, [delimiter])",
    "list contains(list, element)",
    "count(list…)",
    "min(list…)",
    "max(list…)",
    "sum(list…)",
    "mean(list…)",
    "all(list…)",
    "any(list…)",
    "product(list…)",
    "median(list…)",
    "stddev(list…)",
    "mode(list…)",
    "sublist(list, start position, [length])",
    "append(list, item…)",
    "concatenate(list…)",
    "union(list…)",
    "insert before(list, position, newItem)",
    "remove(list, position)",
    "list replace(list, position, newItem)",
    "reverse(list)",
    "index of(list, match)",
    "distinct values(list)",
    "flatten(list)",
    "sort(list)",
    "get value(m, key)",
    "get entries(m)",
    "context put(context, key, value)",
    "date(from)",
    "date(year, month, day)",
    "time(from)",
    "time(hour, minute, second, [offset])",
    "date and time(from)",
    "date and time(date, time)",
    "duration(from)",
    "years and months duration(from, to)",
    "day of week(date)",
    "day of year(date)",
    "week of year(date)",
    "month of year(date)",
    "last day of month(date)",
    "add months(date, months)",
    "add days(date, days)",
    "days between(from, to)",
    "months between(from, to)",
    "year(date)",
    "month(date)",
    "day(date)",
    "before(point1, point2)",
    "before(point, range)",
    "before(range, point)",
    "before(range1, range2)",
    "after(point1, point2)",
    "after(point, range)",
    "after(range, point)",
    "after(range1, range2)",
    "meets(range1, range2)",
    "met by(range1, range2)",
    "overlaps(range1, range2)",
    "overlaps before(range1, range2)",
    "overlaps after(range1, range2)",
    "finishes(point, range)",
    "finishes(range1, range2)",
    "finished by(range, point)",
    "finished by(range1, range2)",
    "includes(range, point)",
    "includes(range1, range2)",
    "during(point, range)",
    "during(range1, range2)",
    "starts(point, range)",
    "starts(range1, range2)",
    "started by(range, point)",
    "started by(range1, range2)",
    "coincides(point1, point2)",
    "coincides(range1, range2)",
    "range(from)",
];

/// All ways to call a function, for messages; empty if there is no such function.
pub(super) fn usage(name: &str) -> String {
    let found: Vec<&str> = usages(name).map(|(usage, _)| usage).collect();
    found.join(" | ")
}

fn usages<'a>(name: &'a str) -> impl Iterator<Item = (&'static str, &'static str)> + 'a {
    USAGES.iter().filter_map(move |usage| {
        let parameters = usage.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')')?;
        Some((*usage, parameters))
    })
}

/// Puts arguments in the order of the first usage they fit; `None` stands where an optional one is not given.
pub(super) fn bind<T>(name: &str, arguments: Vec<(Option<String>, T)>) -> Option<Vec<Option<T>>> {
    let labels: Vec<Option<String>> = arguments.iter().map(|(label, _)| label.clone()).collect();
    let order = usages(name).find_map(|(_, parameters)| order(parameters, &labels))?;
    let mut values: Vec<Option<T>> = arguments.into_iter().map(|(_, value)| Some(value)).collect();
    Some(order.into_iter().map(|place| values.get_mut(place?).and_then(Option::take)).collect())
}

/// For each parameter the place of its argument.
fn order(parameters: &str, labels: &[Option<String>]) -> Option<Vec<Option<usize>>> {
    let parameters: Vec<&str> = parameters.split(", ").collect();
    let required = parameters.iter().filter(|p| !p.starts_with('[')).count();
    let many = parameters.last().is_some_and(|p| p.ends_with('…'));
    if labels.iter().all(Option::is_none) {
        let fits = labels.len() >= required && (many || labels.len() <= parameters.len());
        return fits.then(|| (0..labels.len()).map(Some).collect());
    }
    let bare = |p: &str| p.trim_matches(['[', ']', '…']).to_owned();
    let known = labels.iter().all(|label| label.as_ref().is_some_and(|l| parameters.iter().any(|p| bare(p) == *l)));
    let mut places: Vec<Option<usize>> =
        parameters.iter().map(|p| labels.iter().position(|l| l.as_deref() == Some(&bare(p)))).collect();
    let complete = parameters.iter().zip(&places).all(|(p, place)| place.is_some() || p.starts_with('['));
    while places.last() == Some(&None) {
        places.pop();
    }
    (known && complete).then_some(places)
}
