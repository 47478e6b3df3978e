//! Names of files that people send, safe to show and to keep.

/// Longest name that is kept, in characters; shorter than any file system takes.
const LONGEST: usize = 120;

/// The last part of a path, without characters nobody sees: those that control, and those that turn the direction of writing, with
/// which `photo\u{202e}gnp.exe` reads as `photoexe.png`. At most 120 characters; `file` where nothing is left.
pub fn file_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or("");
    let seen: String = last.chars().filter(|c| !is_unseen(*c)).collect();
    let name: String = seen.trim().chars().take(LONGEST).collect();
    if name.is_empty() { "file".to_owned() } else { name }
}

/// Control characters, separators of lines and what Unicode 16 calls format (Cf).
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}' | '\u{8e2}'
            | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_no_part_of_a_name() {
        for (sent, kept) in [
            ("照片\u{202e}gnp.exe.png", "照片gnp.exe.png"),
            ("\u{2066}a\u{2069}\u{200b}\u{feff}b\u{61c}.pdf", "ab.pdf"),
            ("一\n二\0\u{85}\u{2028}.txt", "一二.txt"),
            ("C:\\用户\\表.xlsx", "表.xlsx"),
            ("../../etc/passwd", "passwd"),
            (" 说明（1）.docx ", "说明（1）.docx"),
            ("\u{202e}\u{7}", "file"),
            ("", "file"),
        ] {
            assert_eq!(file_name(sent), kept, "{sent:?}");
        }
        assert_eq!(file_name(&"名".repeat(500)).chars().count(), 120);
    }
}
