//! The nearest known word to one that was mistyped.

/// The candidate that differs least from `word`, if the difference is small enough to be a slip.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.to_lowercase().chars().collect();
    let limit = (word.len() / 2).clamp(1, 4);
    candidates
        .into_iter()
        .map(|candidate| (distance(&word, &candidate.to_lowercase().chars().collect::<Vec<_>>()), candidate))
        .filter(|(distance, candidate)| *distance <= limit && *distance < candidate.chars().count())
        .min()
        .map(|(_, candidate)| candidate)
}

/// Insertions, deletions, replacements and swaps of neighbours from one word to the other.
fn distance(left: &[char], right: &[char]) -> usize {
    let width = right.len() + 1;
    let mut table: Vec<usize> = (0..width).collect();
    for (row, a) in left.iter().enumerate() {
        table.push(row + 1);
        for (column, b) in right.iter().enumerate() {
            let at = |rows_up: usize, columns_back: usize| {
                table.get((row + 1 - rows_up) * width + column + 1 - columns_back).copied().unwrap_or(usize::MAX / 2)
            };
            let mut best = (at(1, 1) + usize::from(a != b)).min(at(1, 0) + 1).min(at(0, 1) + 1);
            let swapped = row > 0 && column > 0 && left.get(row - 1) == Some(b) && right.get(column - 1) == Some(a);
            if swapped {
                best = best.min(at(2, 2) + 1);
            }
            table.push(best);
        }
    }
    table.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_strangers_are_not() {
        let known = ["营业收入", "从业人员", "revenue", "employees"];
        assert_eq!(nearest("营业收人", known), Some("营业收入"));
        assert_eq!(nearest("revenu", known), Some("revenue"));
        assert_eq!(nearest("emplyoees", known), Some("employees"));
        assert_eq!(nearest("天气", known), None);
    }
}
