//! Where points and ranges lie to each other, as table 78 of the standard defines it.

use std::cmp::Ordering::{Equal, Greater, Less};

use super::functions::{Call, Halt, Result};
use super::value::{Interval, Value};

/// A side of a question: a point is a closed range from itself to itself.
struct Side {
    range: Interval,
    point: bool,
}

fn side(call: &Call, place: usize) -> Result<Side> {
    match call.value(place) {
        Value::Range(range) => Ok(Side { range: (**range).clone(), point: false }),
        Value::Null => Err(Halt::Null),
        value => {
            let range = Interval { low: value.clone(), low_closed: true, high: value.clone(), high_closed: true };
            Ok(Side { range, point: true })
        }
    }
}

pub(super) fn run(call: &Call) -> Result<Value> {
    let (a, b) = (side(call, 0)?, side(call, 1)?);
    let ranges = !a.point && !b.point;
    let point_range = a.point && !b.point;
    let range_point = !a.point && b.point;
    let (x, y) = (&a.range, &b.range);
    let order = |a: &Value, b: &Value| match (a, b) {
        (Value::Null, _) | (_, Value::Null) => Err(Halt::Null),
        (a, b) => match a.compare(b) {
            Some(order) => Ok(order),
            None => call.wrong(b),
        },
    };
    let before = |x: &Interval, y: &Interval| {
        let order = order(&x.high, &y.low)?;
        Ok(order == Less || (order == Equal && !(x.high_closed && y.low_closed)))
    };
    let meets = |x: &Interval, y: &Interval| Ok(x.high_closed && y.low_closed && order(&x.high, &y.low)? == Equal);
    let overlaps_before = |x: &Interval, y: &Interval| {
        let (starts, ends, reach) = (order(&x.low, &y.low)?, order(&x.high, &y.high)?, order(&x.high, &y.low)?);
        let earlier = starts == Less || (starts == Equal && x.low_closed && !y.low_closed);
        let reaches = reach == Greater || (reach == Equal && x.high_closed && y.low_closed);
        let shorter = ends == Less || (ends == Equal && (!x.high_closed || y.high_closed));
        Ok(earlier && reaches && shorter)
    };
    let not_before = |x: &Interval, y: &Interval| -> Result<bool> {
        let order = order(&x.low, &y.low)?;
        Ok(order == Greater || (order == Equal && (!x.low_closed || y.low_closed)))
    };
    let not_after = |x: &Interval, y: &Interval| -> Result<bool> {
        let order = order(&x.high, &y.high)?;
        Ok(order == Less || (order == Equal && (!x.high_closed || y.high_closed)))
    };
    let finishes = |x: &Interval, y: &Interval| {
        Ok(x.high_closed == y.high_closed && order(&x.high, &y.high)? == Equal && not_before(x, y)?)
    };
    let starts = |x: &Interval, y: &Interval| {
        Ok(x.low_closed == y.low_closed && order(&x.low, &y.low)? == Equal && not_after(x, y)?)
    };
    let during = |x: &Interval, y: &Interval| Ok(not_before(x, y)? && not_after(x, y)?);
    let result: Result<bool> = match call.name {
        "before" => before(x, y),
        "after" => before(y, x),
        "meets" if ranges => meets(x, y),
        "met by" if ranges => meets(y, x),
        "overlaps" if ranges => {
            let (up, down) = (order(&x.high, &y.low)?, order(&x.low, &y.high)?);
            Ok((up == Greater || (up == Equal && x.high_closed && y.low_closed))
                && (down == Less || (down == Equal && x.low_closed && y.high_closed)))
        }
        "overlaps before" if ranges => overlaps_before(x, y),
        "overlaps after" if ranges => overlaps_before(y, x),
        "finishes" if ranges || point_range => finishes(x, y),
        "finished by" if ranges || range_point => finishes(y, x),
        "includes" if ranges || range_point => during(y, x),
        "during" if ranges || point_range => during(x, y),
        "starts" if ranges || point_range => starts(x, y),
        "started by" if ranges || range_point => starts(y, x),
        "coincides" if a.point == b.point => Ok(x.low_closed == y.low_closed
            && x.high_closed == y.high_closed
            && order(&x.low, &y.low)? == Equal
            && order(&x.high, &y.high)? == Equal),
        _ => call.wrong(call.value(usize::from(!a.point && b.point))),
    };
    Ok(Value::Boolean(result?))
}
