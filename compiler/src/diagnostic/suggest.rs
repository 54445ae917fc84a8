//! "Did you mean": the known name nearest to a misspelt one.

/// The candidate that was probably meant: equal but for letter case and underscores, or else within two edits (one for
/// names of up to four letters), a transposition counting as one. The first of several equally near ones.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = if word.chars().count() <= 4 { 1 } else { 2 };
    let folded = fold(word);
    candidates
        .into_iter()
        .filter(|candidate| *candidate != word)
        .filter_map(|candidate| {
            let distance = match folded == fold(candidate) {
                true => 0,
                false => strsim::osa_distance(word, candidate),
            };
            (distance <= limit && distance < candidate.chars().count()).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The sentence for a report's help.
pub fn suggestion(name: &str) -> String {
    format!("did you mean `{name}`?")
}

fn fold(word: &str) -> String {
    word.chars()
        .filter(|c| *c != '_')
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let names = ["title", "isbn", "card_no", "x"];
        assert_eq!(nearest("titel", names), Some("title"));
        assert_eq!(nearest("isbnn", names), Some("isbn"));
        assert_eq!(nearest("cardNo", names), Some("card_no"));
        assert_eq!(nearest("isxx", names), None);
        assert_eq!(nearest("y", names), None);
        assert_eq!(nearest("title", names), None);
    }
}
