//! Functions of lists.

use std::cmp::Ordering;

use super::decimal::Decimal;
use super::functions::{Call, Halt, Result};
use super::span::Span as Length;
use super::value::Value;

/// None: not a function of lists.
pub(super) fn run(call: &Call) -> Option<Result<Value>> {
    Some(match call.name {
        "count" => call.items().map(|items| Value::integer(size(&items))),
        "min" => extreme(call, Ordering::Less),
        "max" => extreme(call, Ordering::Greater),
        "sum" => sum(call),
        "product" => numbers(call).map(|n| Value::number(n.into_iter().try_fold(Decimal::ONE, Decimal::multiply))),
        "mean" => numbers(call).map(|n| Value::number(mean(&n))),
        "median" => numbers(call).map(|n| Value::number(median(n))),
        "stddev" => numbers(call).map(|n| Value::number(deviation(&n))),
        "mode" => mode(call),
        "list contains" => call.list(0).map(|items| Value::Boolean(position(&items, call.value(1)).next().is_some())),
        "index of" => {
            call.list(0).map(|items| Value::List(position(&items, call.value(1)).map(Value::integer).collect()))
        }
        "sublist" => sublist(call),
        "append" => call.list(0).map(|mut items| {
            items.extend((1..call.arguments.len()).map(|place| call.value(place).clone()));
            Value::List(items)
        }),
        "concatenate" => all(call).map(Value::List),
        "union" => all(call).map(|items| Value::List(distinct(items))),
        "distinct values" => call.list(0).map(|items| Value::List(distinct(items))),
        "insert before" => change(call, |items, place| items.insert(place, call.value(2).clone())),
        "remove" => change(call, |items, place| {
            items.remove(place);
        }),
        "list replace" => change(call, |items, place| {
            if let Some(item) = items.get_mut(place) {
                *item = call.value(2).clone();
            }
        }),
        "reverse" => call.list(0).map(|items| Value::List(items.into_iter().rev().collect())),
        "flatten" => call.list(0).map(|items| {
            let mut flat = Vec::new();
            flatten(items, &mut flat);
            Value::List(flat)
        }),
        "sort" => sort(call),
        _ => return None,
    })
}

fn size(items: &[Value]) -> i64 {
    i64::try_from(items.len()).unwrap_or(i64::MAX)
}

/// Places from 1.
fn position<'a>(items: &'a [Value], wanted: &'a Value) -> impl Iterator<Item = i64> + 'a {
    items.iter().zip(1..).filter(move |(item, _)| item.equals(wanted) == Some(true)).map(|(_, place)| place)
}

fn extreme(call: &Call, wanted: Ordering) -> Result<Value> {
    let mut items = call.items()?.into_iter();
    let mut best = items.next().ok_or(Halt::Null)?;
    if best.compare(&best).is_none() {
        return call.wrong(&best);
    }
    for item in items {
        match item.compare(&best) {
            Some(order) if order == wanted => best = item,
            Some(_) => {}
            None => return call.wrong(&item),
        }
    }
    Ok(best)
}

fn numbers(call: &Call) -> Result<Vec<Decimal>> {
    let items = call.items()?;
    if items.is_empty() {
        return Err(Halt::Null);
    }
    items
        .iter()
        .map(|item| match item {
            Value::Number(number) => Ok(*number),
            other => call.wrong(other),
        })
        .collect()
}

fn sum(call: &Call) -> Result<Value> {
    let items = call.items()?;
    if let Some(Value::Duration(first)) = items.first() {
        let mut total = *first;
        for item in items.iter().skip(1) {
            total = match (total, item) {
                (Length::Months(a), Value::Duration(Length::Months(b))) => Length::Months(a + b),
                (Length::Nanos(a), Value::Duration(Length::Nanos(b))) => Length::Nanos(a + b),
                (_, other) => return call.wrong(other),
            };
        }
        return Ok(Value::Duration(total));
    }
    Ok(Value::number(numbers(call)?.into_iter().try_fold(Decimal::ZERO, Decimal::plus)))
}

fn mean(numbers: &[Decimal]) -> Option<Decimal> {
    let total = numbers.iter().copied().try_fold(Decimal::ZERO, Decimal::plus)?;
    total.divide(Decimal::from(i64::try_from(numbers.len()).ok()?))
}

fn median(mut numbers: Vec<Decimal>) -> Option<Decimal> {
    numbers.sort();
    let half = numbers.len() / 2;
    if numbers.len() % 2 == 1 { numbers.get(half).copied() } else { mean(numbers.get(half.checked_sub(1)?..=half)?) }
}

/// Of a sample: divided by n − 1.
fn deviation(numbers: &[Decimal]) -> Option<Decimal> {
    let average = mean(numbers)?;
    let mut total = Decimal::ZERO;
    for number in numbers {
        let apart = number.subtract(average)?;
        total = total.plus(apart.multiply(apart)?)?;
    }
    total.divide(Decimal::from(i64::try_from(numbers.len()).ok()? - 1))?.sqrt()
}

/// All most frequent numbers, ascending.
fn mode(call: &Call) -> Result<Value> {
    if call.items()?.is_empty() {
        return Ok(Value::List(Vec::new()));
    }
    let mut numbers = numbers(call)?;
    numbers.sort();
    let runs: Vec<&[Decimal]> = numbers.chunk_by(|a, b| a == b).collect();
    let most = runs.iter().map(|run| run.len()).max().unwrap_or(0);
    let modes = runs.iter().filter(|run| run.len() == most).filter_map(|run| run.first());
    Ok(Value::List(modes.map(|number| Value::Number(*number)).collect()))
}

fn all(call: &Call) -> Result<Vec<Value>> {
    let mut items = Vec::new();
    for place in 0..call.arguments.len() {
        items.extend(call.list(place)?);
    }
    Ok(items)
}

fn distinct(items: Vec<Value>) -> Vec<Value> {
    let mut kept: Vec<Value> = Vec::new();
    for item in items {
        if position(&kept, &item).next().is_none() {
            kept.push(item);
        }
    }
    kept
}

fn sublist(call: &Call) -> Result<Value> {
    let items = call.list(0)?;
    let start = index(&items, call.integer(1)?).ok_or(Halt::Null)?;
    let count = if call.given(2) && *call.value(2) != Value::Null {
        let count = usize::try_from(call.integer(2)?).map_err(|_| Halt::Null)?;
        if start + count > items.len() {
            return Err(Halt::Null);
        }
        count
    } else {
        items.len()
    };
    Ok(Value::List(items.into_iter().skip(start).take(count).collect()))
}

/// From 1, or from the end if negative.
fn index(items: &[Value], place: i64) -> Option<usize> {
    let from = if place > 0 { place - 1 } else { size(items) + place };
    usize::try_from(from).ok().filter(|from| place != 0 && *from < items.len())
}

fn change(call: &Call, run: impl Fn(&mut Vec<Value>, usize)) -> Result<Value> {
    let mut items = call.list(0)?;
    let place = index(&items, call.integer(1)?).ok_or(Halt::Null)?;
    run(&mut items, place);
    Ok(Value::List(items))
}

fn flatten(items: Vec<Value>, flat: &mut Vec<Value>) {
    for item in items {
        match item {
            Value::List(inner) => flatten(inner, flat),
            other => flat.push(other),
        }
    }
}

/// Ascending; there is no function of one's own to order by.
fn sort(call: &Call) -> Result<Value> {
    let mut items = call.list(0)?;
    if let [first, rest @ ..] = items.as_slice() {
        for item in std::iter::once(first).chain(rest) {
            if first.compare(item).is_none() {
                return call.wrong(item);
            }
        }
    }
    items.sort_by(|a, b| a.compare(b).unwrap_or(Ordering::Equal));
    Ok(Value::List(items))
}
