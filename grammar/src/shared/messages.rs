//! Sentences from what an automaton could have taken.

/// Whether a terminal is among those that were expected.
pub(crate) fn expects(terminals: &[String], terminal: &str) -> bool {
    terminals.iter().any(|e| e.trim_matches('"') == terminal)
}

/// `a, b or c`
pub(crate) fn alternatives(words: &[String], none: &str) -> String {
    match words.split_last() {
        None => none.to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}
