//! `OPTIONAL MATCH` as `optional { … }`, and where what it binds has another meaning here when it is missing.

use std::collections::{BTreeMap, BTreeSet};

use omnigraph_grammar::Span;

use crate::ast::{Clause, ClauseKind, Expr, Path};
use crate::codes;
use crate::value::{Ty, Value};

use super::Translator;
use super::inference::Typed;

impl Translator<'_> {
    /// The clauses of a segment with an `OPTIONAL MATCH` in it: a `MATCH` that goes on from what may be missing is reported. It drops
    /// the rows in which that is missing, while our traversal would bind the variable by itself.
    pub(super) fn going_on(&mut self, clauses: &[Clause]) {
        let is_missing = |value: &Value| value.nullable && matches!(value.ty, Ty::Node(_));
        let mut missing: BTreeMap<String, bool> = BTreeMap::new();
        for (depth, frame) in self.frames.iter().enumerate() {
            // A block within finds nothing where a variable from around it is missing.
            let own = depth + 1 == self.frames.len();
            missing.extend(
                frame
                    .iter()
                    .map(|(name, value)| (name.clone(), own && is_missing(value))),
            );
        }
        for clause in clauses {
            let ClauseKind::Match { optional, patterns, .. } = &clause.kind else {
                if let ClauseKind::Unwind { name, .. } = &clause.kind {
                    missing.entry(name.text.clone()).or_insert(false);
                }
                continue;
            };
            let mut told = BTreeSet::new();
            for name in patterns.iter().flat_map(names) {
                let is_missing = *missing.entry(name.text.clone()).or_insert(*optional);
                if is_missing && !optional && told.insert(&name.text) {
                    let message = format!("`{}` may be missing, and this `MATCH` goes on from it", name.text);
                    let help = "make it a part of the `OPTIONAL MATCH`, or an `OPTIONAL MATCH` of its own";
                    self.report(&codes::OPTIONAL, name.span, message, help);
                }
            }
        }
    }

    /// `OPTIONAL MATCH`: its patterns and its condition in a block. What it binds may be missing from then on.
    pub(super) fn optional(
        &mut self,
        patterns: &[Path],
        condition: Option<&Expr>,
        (insensitive, chained): (bool, bool),
        block: &mut Vec<String>,
    ) {
        let paths: Vec<&Path> = patterns.iter().collect();
        let conditions: Vec<&Expr> = condition.into_iter().collect();
        let typed = self.infer(&paths, &conditions);
        let known = self.known_links(&paths, &typed);
        let mut inner = Vec::new();
        self.declare(&paths, &typed, &mut inner);
        let apart = self.apart(&conditions);
        // The condition says nothing of rows without a match.
        let guards = self.guards.len();
        let searched = self.searched.len();
        let before: BTreeSet<String> = self.found.keys().cloned().collect();
        self.matched(&paths, &typed, 0..paths.len(), insensitive, &apart, &mut inner);
        for (slot, known) in typed.slots.iter().zip(known) {
            let variable = slot.name.as_ref().and_then(|name| self.lookup(name));
            if let (Some(variable), Some(ty), true) = (variable, &slot.ty, chained && !known && !slot.outer) {
                // It is this block that binds the variable, whatever goes on from it.
                let binding = format!("{}: {ty}", variable.text);
                if !inner.iter().any(|clause| clause.starts_with(&binding)) {
                    inner.insert(0, binding);
                }
            }
        }
        if let Some(condition) = condition {
            self.condition(condition, &mut inner);
            self.guard(condition, true);
        }
        self.guards.truncate(guards);
        let found = self.found.iter_mut().filter(|(name, _)| !before.contains(*name));
        let found = found.map(|(_, found)| found);
        for found in found.chain(self.searched.iter_mut().skip(searched).map(|(_, found)| found)) {
            found.nullable = true;
        }
        let new = typed.slots.iter().filter(|slot| !slot.outer);
        let nodes = new.filter_map(|slot| slot.name.as_ref());
        let links = paths.iter().flat_map(|path| &path.links);
        let links = links.filter_map(|link| link.variable.as_ref().map(|name| &name.text));
        let bound: Vec<&String> = nodes.chain(links).collect();
        if let Some(frame) = self.frames.last_mut() {
            for name in bound {
                if let Some(value) = frame.get_mut(name) {
                    value.nullable = true;
                }
            }
        }
        if !inner.is_empty() {
            block.push(format!("optional {{ {} }}", inner.join("\n")));
        }
    }

    /// Whether relationships link each node with one that is never missing. Where one that may be missing is linked so, nothing
    /// tells whether this block binds it or the one before, and it is reported.
    fn known_links(&mut self, paths: &[&Path], typed: &Typed) -> Vec<bool> {
        // The least slot of all that are linked with each.
        let mut groups: Vec<usize> = (0..typed.slots.len()).collect();
        let mut joined = true;
        while joined {
            joined = false;
            for nodes in &typed.nodes {
                for pair in nodes.windows(2) {
                    let least = groups[pair[0]].min(groups[pair[1]]);
                    for slot in pair {
                        joined |= groups[*slot] != least;
                        groups[*slot] = least;
                    }
                }
            }
        }
        let floats = |slot: &str| {
            let own = self.frames.last().and_then(|frame| frame.get(slot));
            own.is_some_and(|value| value.nullable)
        };
        let floating: Vec<bool> = typed
            .slots
            .iter()
            .map(|slot| slot.outer && slot.name.as_deref().is_some_and(floats))
            .collect();
        let known: BTreeSet<usize> = (0..typed.slots.len())
            .filter(|at| typed.slots[*at].outer && !floating[*at])
            .map(|at| groups[at])
            .collect();
        let span = paths.first().map_or(Span::at(0), |path| path.span);
        for (at, slot) in typed.slots.iter().enumerate() {
            if floating[at] && known.contains(&groups[at]) {
                let name = slot.name.as_deref().unwrap_or("");
                let message = format!("`{name}` may be missing, and this pattern links it with what is not");
                let help = "write both patterns in one `OPTIONAL MATCH`, or ask with `EXISTS { … }`";
                self.report(&codes::OPTIONAL, span.to(slot.span), message, help);
            }
        }
        groups.iter().map(|group| known.contains(group)).collect()
    }

    /// Reports a pattern that is a value, if it begins or ends at what may be missing: some databases take it for false there, and
    /// some for null.
    pub(super) fn pattern_of_missing(&mut self, path: &Path) {
        let missing = path.nodes.iter().filter_map(|node| node.variable.as_ref());
        let mut missing = missing.filter(|name| self.lookup(&name.text).is_some_and(|value| value.nullable));
        if let Some(name) = missing.next() {
            let message = format!(
                "`{}` may be missing, and then this pattern has no one meaning",
                name.text
            );
            let help = "write `EXISTS { … }` or `COUNT { … }`, which find nothing there";
            self.report(&codes::OPTIONAL, path.span, message, help);
        }
    }
}

/// The names of a pattern's nodes.
fn names(path: &Path) -> impl Iterator<Item = &omnigraph_grammar::Name> {
    path.nodes.iter().filter_map(|node| node.variable.as_ref())
}
