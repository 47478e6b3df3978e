//! Personal data as those see it who need not know it in full.

/// `13812346021` → `138****6021`; other numbers keep their last four digits, short ones nothing.
pub fn mask_phone(phone: &str) -> String {
    let characters: Vec<char> = phone.trim().chars().collect();
    if characters.len() == 11 && characters[0] == '1' {
        return keep(&characters, 3, 4);
    }
    if characters.len() >= 9 { keep(&characters, 0, 4) } else { keep(&characters, 0, 0) }
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
            (mask_phone, "0373-8812345", "********2345"),
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
}
