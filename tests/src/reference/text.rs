//! Words of a text as search sees them, with just as much English as the words that tests use need: few stop words, and
//! plurals as the only inflection.

const STOP_WORDS: [&str; 8] = ["a", "an", "and", "in", "of", "on", "the", "to"];

/// In the order of the text.
pub(super) fn terms(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words
        .map(|word| word.to_lowercase().chars().map(without_accent).collect::<String>())
        .filter(|word| !word.is_empty() && !STOP_WORDS.contains(&word.as_str()))
        .map(|word| match word.strip_suffix('s') {
            Some(singular) if singular.len() > 2 && !singular.ends_with('s') => singular.to_owned(),
            _ => word,
        })
        .collect()
}

fn without_accent(c: char) -> char {
    match c {
        'ä' | 'à' | 'á' | 'â' => 'a',
        'è' | 'é' | 'ê' => 'e',
        'ö' | 'ô' => 'o',
        'ü' | 'û' => 'u',
        other => other,
    }
}

/// Whether some word of the one text is within so many edits of some word of the other.
pub(super) fn near(text: &str, words: &str, edits: usize) -> bool {
    let wanted = terms(words);
    let close = |term: &String| wanted.iter().any(|other| distance(term, other) <= edits);
    terms(text).iter().any(close)
}

/// Insertions, deletions and replacements of characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut above_left = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = (above_left + usize::from(x != *y)).min(above + 1).min(row[j] + 1);
            above_left = above;
        }
    }
    row[b.len()]
}

#[test]
fn words_and_their_distances() {
    assert_eq!(terms("The Graphs of ä grass; trees_2"), ["graph", "grass", "tree", "2"]);
    assert_eq!(
        (
            distance("vector", "vectr"),
            distance("", "ab"),
            distance("tree", "tree")
        ),
        (1, 2, 0)
    );
    assert!(near("Vector search", "vectr", 1) && !near("Vector search", "tree", 2));
}
