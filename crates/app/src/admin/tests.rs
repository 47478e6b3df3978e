//! No word of these pages is missing in a language.

use std::path::Path;

#[test]
fn every_word_is_there_in_both_languages_and_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut words = crate::modules::words();
    let own: Vec<_> = words
        .iter()
        .filter(|(_, text)| text.starts_with("# 管理") || text.starts_with("# Administration"))
        .copied()
        .collect();
    assert_eq!(own.len(), 2);
    // Others' words are looked after by their own crates; here they only have to be there.
    words.retain(|word| !own.contains(word));
    let (src, templates) = (root.join("src/admin"), root.join("templates/admin"));
    let all: Vec<_> = own.iter().chain(&words).copied().collect();
    let found = web::words_check::check_words(&all, &[&src, &templates]).unwrap();
    let ours: Vec<_> =
        found.into_iter().filter(|fault| !fault.contains("is used nowhere") || fault.starts_with("“admin-")).collect();
    assert_eq!(ours, Vec::<String>::new());
}
