//! Personal data as those see it who need not know it in full.

use crate::phone::{ChinaPhone, PhoneKind};

/// `13812346021` → `138****6021`, `0373-8812345` → `0373-***2345`, its extension goes; numbers of other forms keep their last four
/// digits, short ones nothing.
pub fn mask_phone(phone: &str) -> String {
    let characters: Vec<char> = phone.trim().chars().collect();
    if characters.len() == 11 && characters[0] == '1' {
        return keep(&characters, 3, 4);
    }
    if let Ok(line) = ChinaPhone::parse(phone)
        && line.kind() != PhoneKind::Mobile
    {
        let mut parts = line.as_str().split('-');
        let area = parts.next().unwrap_or_default();
        let number: Vec<char> = parts.next().unwrap_or_default().chars().collect();
        return format!("{area}-{}", keep(&number, 0, 4));
    }
    if characters.len() >= 9 { keep(&characters, 0, 4) } else { keep(&characters, 0, 0) }
}

/// What a form means in which a number stood masked: the mask left as it was is the number that is kept.
pub fn unmask_phone(typed: &str, kept: &str) -> String {
    let is_mask = typed.contains('*') && typed.trim() == mask_phone(kept);
    if is_mask { kept.to_owned() } else { typed.to_owned() }
}

/// A text somebody searched for, with the telephone numbers in it masked.
pub fn mask_phones_in(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut run = String::new();
    let end = |run: &mut String, masked: &mut String| {
        let is_phone = ChinaPhone::parse(run).is_ok();
        masked.push_str(&if is_phone { mask_phone(run) } else { run.clone() });
        run.clear();
    };
    for c in text.chars() {
        if c.is_ascii_digit() || "-+".contains(c) {
            run.push(c);
        } else {
            end(&mut run, &mut masked);
            masked.push(c);
        }
    }
    end(&mut run, &mut masked);
    masked
}

/// `张小明` → `张**`. Only the first character stays, whatever the length.
pub fn mask_name(name: &str) -> String {
    let characters: Vec<char> = name.trim().chars().collect();
    let kept = usize::from(characters.len() > 1);
    keep(&characters, kept, 0)
}

/// An identity number: `410728199001011234` → `410***********1234`; shorter numbers keep less.
pub fn mask_id(id: &str) -> String {
    let characters: Vec<char> = id.trim().chars().collect();
    match characters.len() {
        15.. => keep(&characters, 3, 4),
        8..15 => keep(&characters, 0, 4),
        _ => keep(&characters, 0, 0),
    }
}

/// The first and last characters, stars between.
fn keep(characters: &[char], first: usize, last: usize) -> String {
    let end = characters.len() - last;
    characters.iter().enumerate().map(|(at, c)| if at < first || at >= end { *c } else { '*' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_keep_what_they_promise() {
        for (mask, text, expected) in [
            (mask_phone as fn(&str) -> String, "13812346021", "138****6021"),
            (mask_phone, "0373-8812345", "0373-***2345"),
            (mask_phone, "0373-8812345-801", "0373-***2345"),
            (mask_phone, "010-65551234", "010-****1234"),
            (mask_phone, "400-1234567", "400-***4567"),
            (mask_phone, "85551234567890", "**********7890"),
            (mask_phone, "12345", "*****"),
            (mask_phone, "", ""),
            (mask_name, "张小明", "张**"),
            (mask_name, "张三", "张*"),
            (mask_name, "张", "*"),
            (mask_name, "", ""),
            (mask_id, "410728199001011234", "410***********1234"),
            (mask_id, "E12345678", "*****5678"),
            (mask_id, "1234", "****"),
        ] {
            assert_eq!(mask(text), expected, "{text}");
        }
    }
    #[test]
    fn a_mask_left_as_it_was_is_the_number_and_a_search_tells_none() {
        for kept in ["13812346021", "0373-8812345-801", "400-1234567"] {
            assert_eq!(unmask_phone(&mask_phone(kept), kept), kept);
            assert_eq!(unmask_phone("13900000000", kept), "13900000000");
            assert_eq!(unmask_phone("", kept), "");
        }
        assert_eq!(unmask_phone("138****6021", "13912346021"), "138****6021", "another number's mask is none");
        for (text, masked) in [
            ("恒达13812346021用地", "恒达138****6021用地"),
            ("0373-8812345", "0373-***2345"),
            ("2026-000123 起重", "2026-000123 起重"),
            ("91419981MA0000000X", "91419981MA0000000X"),
            ("", ""),
        ] {
            assert_eq!(mask_phones_in(text), masked);
        }
    }
}
