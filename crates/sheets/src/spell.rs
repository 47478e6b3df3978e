//! Spellings of offices: marks for "no data", numbers in full width, grouped, with 万 and 亿, in brackets for negative ones.

/// Whether a cell says that there is nothing to say: `—`, `-`, `/`, `无` and their like. Where 无 is an answer, ask before.
pub fn is_nothing(text: &str) -> bool {
    let plain = kernel::halfwidth(text);
    let plain = plain.trim();
    matches!(plain, "无" | "暂无" | "空" | "未填" | "未报" | "N/A" | "n/a" | "NA" | "NULL" | "null" | "\\")
        || !plain.is_empty() && plain.chars().all(|c| matches!(c, '-' | '—' | '–' | '―' | '－' | '─' | '/' | '~'))
}

/// A number as offices write it, in plain digits, with what stands behind it: `（１，２００．５）万元` as `-1200.5` and `万元`. `None` if it
/// begins with no number or its digits are grouped otherwise than by three or four.
pub fn amount(text: &str) -> Option<(String, String)> {
    let plain = kernel::halfwidth(text).replace('，', ",");
    let plain = plain.trim().trim_start_matches(['¥', '￥']).trim();
    let (negative, inside, behind) = match plain.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((inside, behind)) => (true, inside.trim(), behind.trim()),
        None => (false, plain, ""),
    };
    let (negative, inside) = match inside.strip_prefix(['-', '−', '－']) {
        Some(rest) if !negative => (true, rest.trim()),
        Some(_) => return None,
        None => (negative, inside.strip_prefix('+').unwrap_or(inside)),
    };
    let end = inside.find(|c: char| !c.is_ascii_digit() && !matches!(c, ',' | '.')).unwrap_or(inside.len());
    let (digits, unit) = inside.split_at(end);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let groups: Vec<&str> = whole.split(',').collect();
    let is_grouped = groups.len() == 1
        || [3, 4]
            .iter()
            .any(|size| (1..=*size).contains(&groups[0].len()) && groups[1..].iter().all(|group| group.len() == *size));
    if whole.is_empty() || !is_grouped || !groups.iter().all(|group| is_number(group)) || !is_number(fraction) {
        return None;
    }
    let unit = if unit.trim().is_empty() {
        behind
    } else if behind.is_empty() {
        unit.trim()
    } else {
        return None;
    };
    let mut number = if negative { String::from("-") } else { String::new() };
    number.extend(groups);
    if !fraction.is_empty() {
        number.push('.');
        number.push_str(fraction);
    }
    Some((number, unit.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_offices_write_them() {
        for (text, wanted) in [
            ("1200", Some(("1200", ""))),
            ("１，２００．５", Some(("1200.5", ""))),
            ("1,200,300", Some(("1200300", ""))),
            ("1,2000,0000", Some(("120000000", ""))),
            ("(1,200)", Some(("-1200", ""))),
            ("（300）万元", Some(("-300", "万元"))),
            ("-3.5 %", Some(("-3.5", "%"))),
            ("¥1,200.00", Some(("1200.00", ""))),
            ("1.2 亿元", Some(("1.2", "亿元"))),
            ("3万", Some(("3", "万"))),
            ("1,2", None),
            ("(-3)", None),
            ("约300", None),
            ("1.2.3", None),
            ("", None),
        ] {
            assert_eq!(amount(text), wanted.map(|(number, unit)| (number.to_owned(), unit.to_owned())), "{text}");
        }
    }

    #[test]
    fn marks_for_nothing_are_known() {
        for text in ["—", "-", "——", "/", "／", "无", " － ", "N/A"] {
            assert!(is_nothing(text), "{text}");
        }
        for text in ["", "0", "-5", "无锡", "1/2"] {
            assert!(!is_nothing(text), "{text}");
        }
    }
}
