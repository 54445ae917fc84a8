//! Applying fixes until nothing changes. Every step keeps the files as correct as they were: a fix after which there are
//! more errors, or after which its finding is still there, is undone and not tried again.

use std::collections::{BTreeMap, BTreeSet};

use super::baseline::fingerprints;
use crate::diagnostic::{Diagnostic, Fix, Severity, Sources};

/// What applying fixes has given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fixed {
    /// The texts of the files that changed.
    pub changed: BTreeMap<String, String>,
    /// How many fixes were applied.
    pub applied: usize,
}

/// So many rounds are made at most; each applies all fixes that do not touch each other.
const ROUNDS: usize = 100;

/// Applies fixes to `texts`, by path. `check` gives the diagnostics of such texts; `wanted` chooses fixes.
pub fn fix(
    mut texts: BTreeMap<String, String>,
    check: &dyn Fn(&BTreeMap<String, String>) -> Vec<Diagnostic>,
    wanted: &dyn Fn(&Diagnostic, &Fix) -> bool,
) -> Fixed {
    let mut fixed = Fixed::default();
    let mut refused: BTreeSet<String> = BTreeSet::new();
    let mut diagnostics = check(&texts);
    for _ in 0..ROUNDS {
        let chosen = choose(&diagnostics, &texts, &refused, wanted);
        if chosen.is_empty() {
            break;
        }
        let all: Vec<&Fix> = chosen.iter().map(|(_, fix)| *fix).collect();
        let attempt = applied(&texts, &all);
        let after = check(&attempt);
        let keys: Vec<&String> = chosen.iter().map(|(key, _)| key).collect();
        if errors(&after) <= errors(&diagnostics) && gone(&keys, &after, &attempt) {
            fixed.applied += chosen.len();
            fixed.changed.extend(difference(&texts, &attempt));
            (texts, diagnostics) = (attempt, after);
            continue;
        }
        // Something went wrong: the first one alone, and never again if it is to blame.
        let (key, first) = (chosen[0].0.clone(), chosen[0].1);
        let attempt = applied(&texts, &[first]);
        let after = check(&attempt);
        if errors(&after) <= errors(&diagnostics) && gone(&[&key], &after, &attempt) {
            fixed.applied += 1;
            fixed.changed.extend(difference(&texts, &attempt));
            (texts, diagnostics) = (attempt, after);
        } else {
            refused.insert(key);
        }
    }
    fixed
}

type Chosen<'d> = Vec<(String, &'d Fix)>;

/// The first wanted fix of each finding, as far as they do not touch one another.
fn choose<'d>(
    diagnostics: &'d [Diagnostic],
    texts: &BTreeMap<String, String>,
    refused: &BTreeSet<String>,
    wanted: &dyn Fn(&Diagnostic, &Fix) -> bool,
) -> Chosen<'d> {
    let sources = Sources::new(texts.iter().map(|(path, text)| (path.clone(), text.clone())));
    let keys = fingerprints(diagnostics, &sources);
    let mut taken: BTreeMap<&str, Vec<(u32, u32)>> = BTreeMap::new();
    let mut chosen = Vec::new();
    for (diagnostic, key) in diagnostics.iter().zip(keys) {
        let Some(fix) = diagnostic.fixes.iter().find(|fix| wanted(diagnostic, fix)) else {
            continue;
        };
        let known = fix.edits.iter().all(|edit| texts.contains_key(&edit.file));
        let touches = fix.edits.iter().any(|edit| {
            let taken = taken.get(edit.file.as_str()).into_iter().flatten();
            taken
                .into_iter()
                .any(|(start, end)| edit.span.start <= *end && *start <= edit.span.end)
        });
        if !known || touches || refused.contains(&key) || fix.edits.is_empty() {
            continue;
        }
        for edit in &fix.edits {
            taken
                .entry(&edit.file)
                .or_default()
                .push((edit.span.start, edit.span.end));
        }
        chosen.push((key, fix));
    }
    chosen
}

/// The texts with these fixes, which do not touch one another.
pub fn applied(texts: &BTreeMap<String, String>, fixes: &[&Fix]) -> BTreeMap<String, String> {
    let mut texts = texts.clone();
    let mut edits: Vec<_> = fixes.iter().flat_map(|fix| &fix.edits).collect();
    edits.sort_by_key(|edit| std::cmp::Reverse((edit.span.start, edit.span.end)));
    for edit in edits {
        if let Some(text) = texts.get_mut(&edit.file)
            && text.get(edit.span.range()).is_some()
        {
            text.replace_range(edit.span.range(), &edit.text);
        }
    }
    texts
}

fn errors(diagnostics: &[Diagnostic]) -> usize {
    diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .count()
}

fn gone(keys: &[&String], after: &[Diagnostic], texts: &BTreeMap<String, String>) -> bool {
    let sources = Sources::new(texts.iter().map(|(path, text)| (path.clone(), text.clone())));
    let left: BTreeSet<String> = fingerprints(after, &sources).into_iter().collect();
    keys.iter().all(|key| !left.contains(*key))
}

fn difference(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let changed = after.iter().filter(|(path, text)| before.get(*path) != Some(*text));
    changed.map(|(path, text)| (path.clone(), text.clone())).collect()
}
