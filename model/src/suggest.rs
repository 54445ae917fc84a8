//! "Did you mean": the known name nearest to a misspelt one.

/// So many candidates are looked at: a file with very many names and as many mistakes gets its report in good time.
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
pub struct Letters {
    counts: [u8; 32],
    /// A bit for each letter that occurs.
    found: u32,
    /// In characters.
    length: usize,
}

impl Letters {
    /// The letters of a word.
    pub fn of(word: &str) -> Letters {
        let mut letters = Letters {
            counts: [0; 32],
            found: 0,
            length: 0,
        };
        let mut add = |letter: usize| {
            let count = &mut letters.counts[letter % 32];
            *count = count.saturating_add(1);
            letters.found |= 1 << (letter % 32);
            letters.length += 1;
        };
        match word.is_ascii() {
            true => word.bytes().for_each(|byte| add(byte.to_ascii_lowercase() as usize)),
            false => word.chars().flat_map(char::to_lowercase).for_each(|c| add(c as usize)),
        }
        letters
    }

    /// Whether so many edits may be enough to make one word of the other. Names are ASCII nearly always, and for those what
    /// is cheap is asked first.
    pub fn may_be_near(&self, candidate: &str, edits: usize) -> bool {
        if candidate.is_ascii() {
            if candidate.len().abs_diff(self.length) > edits {
                return false;
            }
            let bits = |found: u32, byte: u8| found | 1 << (byte.to_ascii_lowercase() as usize % 32);
            let found = candidate.bytes().fold(0, bits);
            let missing = (self.found & !found)
                .count_ones()
                .max((found & !self.found).count_ones());
            if missing as usize > edits {
                return false;
            }
        }
        self.distance(&Letters::of(candidate)) <= edits
    }

    /// At least so many edits lie between two words; a transposition needs none.
    fn distance(&self, other: &Letters) -> usize {
        let pairs = || self.counts.iter().zip(&other.counts);
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
                let edits = strsim::osa_distance(&a.to_lowercase(), &b.to_lowercase());
                assert!(Letters::of(a).may_be_near(b, edits), "{a} {b}");
            }
        }
        assert_eq!(Letters::of("Person").distance(&Letters::of("Document")), 5);
        assert!(!Letters::of("Person").may_be_near("Document", 4));
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
