//! Words that findings are made of: lists of names, near names, names as the languages usually spell them.

use omnigraph_model::suggest::Letters;
use omnigraph_model::types::Type;

/// `a`, `a or b`, `a, b or c`
pub(crate) fn any_of(words: &[String]) -> String {
    joined(words, "or")
}

/// `a`, `a and b`, `a, b and c`
pub(crate) fn all_of(words: &[String]) -> String {
    joined(words, "and")
}

fn joined(words: &[String], last: &str) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., end] => format!("{} {last} {end}", rest.join(", ")),
    }
}

/// The name with the smallest number behind it that makes it one of its own.
pub(crate) fn fresh(name: &str, taken: &dyn Fn(&str) -> bool) -> Option<String> {
    (2..1000)
        .map(|number| format!("{name}_{number}"))
        .find(|name| !taken(name))
}

/// The words in backticks.
pub(crate) fn quoted<'a>(words: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    words.into_iter().map(|word| format!("`{word}`")).collect()
}

/// At most three of the candidates that differ from the word in no more than a third of its letters, nearest first.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let folded = word.to_lowercase();
    let budget = (word.chars().count() / 3).max(1);
    let letters = Letters::of(word);
    let mut near: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter(|candidate| letters.may_be_near(candidate, budget))
        .map(|candidate| (strsim::osa_distance(&folded, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= budget && *candidate != word)
        .collect();
    near.sort();
    near.dedup();
    near.truncate(3);
    near.into_iter().map(|(_, candidate)| candidate.to_owned()).collect()
}

/// An edge as queries usually spell it: the type's name with its first letter lowered, or as declared where that gives no
/// word (`HAS_VERSION`, `URLOf`).
pub fn spelled(edge: &str) -> String {
    let mut letters = edge.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(_), Some(second)) if second.is_ascii_uppercase() || second == '_' => edge.to_owned(),
        (Some(first), _) => first.to_lowercase().chain(letters).collect(),
        (None, _) => String::new(),
    }
}

/// The name with words told apart by underscores, as properties, variables and queries usually have it.
pub fn snake_case(name: &str) -> String {
    let mut out = String::new();
    for (at, c) in name.chars().enumerate() {
        if c.is_ascii_uppercase() && at > 0 && !out.ends_with('_') {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// A type as messages speak of it, without its nullability.
pub(crate) fn spoken(ty: &Type) -> String {
    let ty = Type {
        nullable: false,
        ..ty.clone()
    };
    format!("`{ty}`")
}
