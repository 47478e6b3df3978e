//! Is it one of these? Titles of the same enterprise's open problems that say nearly the same.

use kernel::Pairs;

/// From this share of common character pairs on, two titles are held to be about one thing.
const ALIKE: f64 = 0.4;
/// So many are shown; more would not be read.
const MOST: usize = 3;

/// Those of `rows` whose title is alike, most alike first.
pub(super) fn alike<T>(title: &str, rows: Vec<T>, title_of: impl Fn(&T) -> &str) -> Vec<T> {
    let pairs = Pairs::of(title);
    let like = |row: &T| pairs.likeness(&Pairs::of(title_of(row)));
    let mut found: Vec<(f64, T)> =
        rows.into_iter().map(|row| (like(&row), row)).filter(|(by, _)| *by >= ALIKE).collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.into_iter().take(MOST).map(|(_, row)| row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_matter_is_found_in_other_words_and_another_is_not() {
        for (a, b, same) in [
            ("厂区门口公交线路", "希望厂区门口开通公交线路", true),
            ("二期 38 亩用地不动产证办理", "二期用地不动产证", true),
            ("廠區門口，公交線路！", "厂区门口公交线路", true),
            ("厂区停电频繁", "厂区门口公交线路", false),
            ("招 20 名焊工", "融资 500 万元", false),
            ("", "", false),
        ] {
            let likeness = Pairs::of(a).likeness(&Pairs::of(b));
            assert_eq!(likeness >= ALIKE, same, "{a} / {b}: {likeness}");
        }
        let rows = vec!["用电扩容", "门口公交", "公交线路延长到厂区门口", "厂区门口公交线路"];
        assert_eq!(alike("厂区门口公交线路", rows, |row| row)[0], "厂区门口公交线路");
    }
}
