//! Applying fixes until nothing changes. Every step keeps the files as correct as they were: a fix after which there are
//! more errors, or after which its finding is still there, is undone and not tried again.

use std::collections::{BTreeMap, BTreeSet};

use omnigraph_grammar::{Language, Span};

use super::baseline::fingerprints;
use crate::db::{self, Db, Project, SourceFile};
use crate::diagnostic::{Diagnostic, Edit, Finding, Fix, Severity, Sources};
use crate::trial;

/// What applying fixes has given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fixed {
    /// The texts of the files that changed.
    pub changed: BTreeMap<String, String>,
    /// How many fixes were applied.
    pub applied: usize,
}

/// So often all fixes that do not touch each other are applied at most, and ten times as often some of them.
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
    let (mut rounds, mut attempts, mut most) = (0, 0, usize::MAX);
    while rounds < ROUNDS && attempts < 10 * ROUNDS {
        let chosen = choose(&diagnostics, &texts, &refused, wanted, most);
        if chosen.is_empty() {
            break;
        }
        attempts += 1;
        let all: Vec<&Fix> = chosen.iter().map(|chosen| chosen.fix).collect();
        let attempt = applied(&texts, &all);
        let after = check(&attempt);
        if is_better(&chosen, &diagnostics, &after, &attempt) {
            rounds += usize::from(most == usize::MAX);
            most = most.saturating_mul(2);
            fixed.applied += chosen.len();
            fixed.changed.extend(difference(&texts, &attempt));
            (texts, diagnostics) = (attempt, after);
        } else if let [only] = chosen.as_slice() {
            refused.insert(only.key.clone());
            most = usize::MAX;
        } else {
            // One of them is to blame: the first half of them, until it is found.
            most = chosen.len() / 2;
        }
    }
    fixed
}

/// A finding that is to be fixed.
struct Chosen<'d> {
    key: String,
    severity: Severity,
    fix: &'d Fix,
}

/// The first wanted fix of each finding, as far as they do not touch one another; no more than `most`.
fn choose<'d>(
    diagnostics: &'d [Diagnostic],
    texts: &BTreeMap<String, String>,
    refused: &BTreeSet<String>,
    wanted: &dyn Fn(&Diagnostic, &Fix) -> bool,
    most: usize,
) -> Vec<Chosen<'d>> {
    let sources = Sources::new(texts.iter().map(|(path, text)| (path.clone(), text.clone())));
    let keys = fingerprints(diagnostics, &sources);
    // The ends of what is taken by where it starts.
    let mut taken: BTreeMap<&str, BTreeMap<u32, u32>> = BTreeMap::new();
    let mut chosen = Vec::new();
    for (diagnostic, key) in diagnostics.iter().zip(keys) {
        if chosen.len() == most {
            break;
        }
        let Some(fix) = diagnostic.fixes.iter().find(|fix| wanted(diagnostic, fix)) else {
            continue;
        };
        let known = fix.edits.iter().all(|edit| texts.contains_key(&edit.file));
        let touches = fix.edits.iter().any(|edit| {
            let before = taken.get(edit.file.as_str());
            let last = before.and_then(|taken| taken.range(..=edit.span.end).next_back());
            last.is_some_and(|(_, end)| edit.span.start <= *end)
        });
        if !known || touches || refused.contains(&key) || fix.edits.is_empty() {
            continue;
        }
        for edit in &fix.edits {
            let end = taken.entry(&edit.file).or_default().entry(edit.span.start).or_default();
            *end = edit.span.end.max(*end);
        }
        chosen.push(Chosen {
            key,
            severity: diagnostic.severity,
            fix,
        });
    }
    chosen
}

/// Whether all of these findings are gone and there are no more errors; fewer, if one of them was an error, so that two
/// errors do not take turns. Safe fixes of lints bring no finding of any kind.
fn is_better(chosen: &[Chosen], before: &[Diagnostic], after: &[Diagnostic], texts: &BTreeMap<String, String>) -> bool {
    let of_errors = chosen.iter().any(|chosen| chosen.severity == Severity::Error);
    let allowed = errors(before).checked_sub(usize::from(of_errors));
    if allowed.is_none_or(|allowed| errors(after) > allowed) {
        return false;
    }
    if !of_errors && !trial::new_errors(before, after).is_empty() {
        return false;
    }
    let safe = |chosen: &Chosen| chosen.fix.safe && chosen.severity != Severity::Error;
    let edits = chosen.iter().flat_map(|chosen| &chosen.fix.edits);
    let files: BTreeSet<&str> = edits.map(|edit| edit.file.as_str()).collect();
    if chosen.iter().all(safe) && brings_more(before, after, &files) {
        return false;
    }
    let sources = Sources::new(texts.iter().map(|(path, text)| (path.clone(), text.clone())));
    let left: BTreeSet<String> = fingerprints(after, &sources).into_iter().collect();
    chosen.iter().all(|chosen| !left.contains(&chosen.key))
}

/// Whether there are more findings of some rule in these files than before. Places and messages may differ: a fix moves what
/// is around it.
fn brings_more(before: &[Diagnostic], after: &[Diagnostic], files: &BTreeSet<&str>) -> bool {
    let mut counts: BTreeMap<&str, isize> = BTreeMap::new();
    let mut count = |found: &[Diagnostic], step: isize| {
        for diagnostic in found.iter().filter(|one| files.contains(one.file.as_str())) {
            *counts.entry(diagnostic.rule.subcode).or_default() += step;
        }
    };
    count(after, 1);
    count(before, -1);
    counts.values().any(|count| *count > 0)
}

/// The texts with these fixes, which do not touch one another.
pub fn applied(texts: &BTreeMap<String, String>, fixes: &[&Fix]) -> BTreeMap<String, String> {
    let mut by_file: BTreeMap<&str, Vec<&Edit>> = BTreeMap::new();
    for edit in fixes.iter().flat_map(|fix| &fix.edits) {
        by_file.entry(&edit.file).or_default().push(edit);
    }
    let mut texts = texts.clone();
    for (file, mut edits) in by_file {
        let Some(text) = texts.get_mut(file) else { continue };
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        let (mut edited, mut at) = (String::with_capacity(text.len()), 0);
        for edit in edits {
            let span = edit.span.range();
            if let (Some(before), Some(_)) = (text.get(at..span.start), text.get(span.clone())) {
                edited += before;
                edited += &edit.text;
                at = span.end;
            }
        }
        edited += &text[at..];
        *text = edited;
    }
    texts
}

/// Takes those fixes away after which a query of this file would have more errors than it has, and has those looked at after
/// which it would have more of other findings. `wanted` says which findings are reported.
pub(crate) fn keep_sound(
    db: &dyn Db,
    project: Project,
    file: SourceFile,
    found: &mut [Diagnostic],
    wanted: &dyn Fn(&Finding) -> bool,
) {
    if file.language(db) != Language::Query {
        return;
    }
    let items = &db::items(db, file).items;
    for diagnostic in found.iter_mut().filter(|one| one.severity != Severity::Error) {
        let at = items.partition_point(|item| item.span.end < diagnostic.span.end);
        let item = items.get(at).filter(|item| item.span.start <= diagnostic.span.start);
        let text = item.and_then(|item| Some((item.span, file.text(db).get(item.span.range())?)));
        let Some((span, text)) = text.filter(|_| !diagnostic.fixes.is_empty()) else {
            continue;
        };
        let texts: BTreeMap<String, String> = [(diagnostic.file.clone(), text.to_owned())].into();
        let before = counted(db, project, text, wanted);
        diagnostic.fixes.retain_mut(|fix| {
            let inside = |edit: &Edit| {
                edit.file == diagnostic.file && span.start <= edit.span.start && edit.span.end <= span.end
            };
            if !fix.edits.iter().all(inside) {
                return true;
            }
            let mut own = fix.clone();
            for edit in &mut own.edits {
                edit.span = Span {
                    start: edit.span.start - span.start,
                    end: edit.span.end - span.start,
                };
            }
            let after = &applied(&texts, &[&own])[&diagnostic.file];
            fix.safe &= counted(db, project, after, wanted)
                .iter()
                .all(|(code, count)| before.get(code) >= Some(count));
            trial::tried_query(db, project, text, after).is_empty()
        });
    }
}

/// How many findings of which lint a query has. It is asked of the database, so that a text is looked at once.
fn counted(
    db: &dyn Db,
    project: Project,
    text: &str,
    wanted: &dyn Fn(&Finding) -> bool,
) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for item in trial::query_texts(db, text) {
        let lints = db::lint_query(db, project, item);
        for finding in lints.findings.iter().filter(|finding| wanted(finding)) {
            *counts.entry(finding.rule.subcode).or_default() += 1;
        }
    }
    counts
}

fn errors(diagnostics: &[Diagnostic]) -> usize {
    diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .count()
}

fn difference(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let changed = after.iter().filter(|(path, text)| before.get(*path) != Some(*text));
    changed.map(|(path, text)| (path.clone(), text.clone())).collect()
}
