//! "Did you mean": the known name nearest to a misspelt one.

/// So many candidates are looked at: a file with very many names and as many mistakes is told all of them in good time.
const MOST_CANDIDATES: usize = 1000;

/// The candidate that was probably meant: equal but for letter case and underscores, or else within two edits (one for
/// names of up to four letters), a transposition counting as one. The first of several equally near ones.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = if word.chars().count() <= 4 { 1 } else { 2 };
    let (folded, letters) = (fold(word).collect::<String>(), letters_of(word));
    candidates
        .into_iter()
        .take(MOST_CANDIDATES)
        .filter(|candidate| *candidate != word)
        .filter_map(|candidate| {
            // Lengths alone rule out most of them.
            let alike = candidate.len().abs_diff(word.len()) <= limit;
            let distance = match letters == letters_of(candidate) && fold(&folded).eq(fold(candidate)) {
                true => 0,
                false if alike => strsim::osa_distance(word, candidate),
                false => return None,
            };
            (distance <= limit && distance < candidate.chars().count()).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How long a word is without its underscores. Folding keeps that length in ASCII, of which names are made.
fn letters_of(word: &str) -> usize {
    word.bytes().filter(|byte| *byte != b'_').count()
}

/// How often each letter occurs in a word, whatever its case: rules out at once nearly all of many candidates.
pub(crate) struct Letters([u8; 32]);

impl Letters {
    pub fn of(word: &str) -> Letters {
        let mut counts = [0_u8; 32];
        for c in word.chars().flat_map(char::to_lowercase) {
            let count = &mut counts[c as usize % 32];
            *count = count.saturating_add(1);
        }
        Letters(counts)
    }

    /// At least so many edits lie between two words; a transposition needs none.
    pub fn distance(&self, other: &Letters) -> usize {
        let pairs = || self.0.iter().zip(&other.0);
        let more: usize = pairs().map(|(a, b)| usize::from(a.saturating_sub(*b))).sum();
        let less: usize = pairs().map(|(a, b)| usize::from(b.saturating_sub(*a))).sum();
        more.max(less)
    }
}

/// The sentence for a report's help.
pub fn suggestion(name: &str) -> String {
    format!("did you mean `{name}`?")
}

fn fold(word: &str) -> impl Iterator<Item = char> {
    word.chars().filter(|c| *c != '_').flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::{Letters, nearest};

    #[test]
    fn letters_never_rule_out_what_is_near() {
        let words = [
            "Book", "book", "Bok", "Boko", "kobo", "Straße", "STRASSE", "x", "", "🦀ab", "ab🦀c",
        ];
        for a in words {
            for b in words {
                let least = Letters::of(a).distance(&Letters::of(b));
                assert!(
                    least <= strsim::osa_distance(&a.to_lowercase(), &b.to_lowercase()),
                    "{a} {b}"
                );
            }
        }
        assert_eq!(Letters::of("Person").distance(&Letters::of("Document")), 5);
    }

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
