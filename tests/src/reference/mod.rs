//! A graph held in plain maps, and an evaluator that reads the query language's definition literally: it tries every
//! assignment of variables and keeps those for which every clause holds. It is slow on purpose. It works on the syntax
//! tree, shares nothing with the compiler's lowering or the engine, and is what both are measured against.

mod assignments;
mod cast;
mod clauses;
mod constant;
mod expression;
mod fold;
mod fragment;
mod functions;
mod hash;
mod interfaces;
mod load;
mod mutate;
mod objects;
mod outcome;
mod parameters;
mod paths;
mod read;
mod solve;
mod stages;
mod sum;
#[cfg(test)]
mod tests;
mod text;
mod time;
mod types;
mod union;
mod value;
mod variables;

use std::collections::BTreeMap;
use std::sync::Arc;

use omnigraph_model::catalog::Catalog;

pub use fragment::{Fragments, fragments};
pub use load::Mode;
pub use mutate::{Affected, Writing};
pub use paths::Path;
pub use read::{Answer, Reading};
pub use value::Value;

/// Why an expression has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stop {
    /// By the rules of the language, with this code.
    Fails(&'static str),
    /// The query is not one that a checker lets pass.
    Broken(String),
}

impl From<String> for Stop {
    fn from(reason: String) -> Stop {
        Stop::Broken(reason)
    }
}

impl From<&str> for Stop {
    fn from(reason: &str) -> Stop {
        Stop::Broken(reason.to_owned())
    }
}

impl From<Stop> for String {
    fn from(stop: Stop) -> String {
        match stop {
            Stop::Fails(code) => code.to_owned(),
            Stop::Broken(reason) => reason,
        }
    }
}

/// Property values by name; a property that is not listed is null.
pub type Row = BTreeMap<String, Value>;

#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    pub from: String,
    pub to: String,
    pub row: Row,
}

/// Nodes and edges by type and id. The types are looked up in the catalog, which is the only thing shared with the
/// code under test.
#[derive(Clone, Debug)]
pub struct Model {
    pub catalog: Arc<Catalog>,
    pub nodes: BTreeMap<String, BTreeMap<String, Row>>,
    pub edges: BTreeMap<String, BTreeMap<String, Edge>>,
    /// What queries may call.
    pub fragments: Fragments,
    /// How many ids were made up so far, for nodes without a key and for edges.
    made_up: usize,
}

/// Begins every id that the model had to invent.
const MADE_UP: &str = "\u{1}new-";

impl Model {
    pub fn empty(catalog: Arc<Catalog>) -> Model {
        let nodes = catalog
            .nodes
            .keys()
            .map(|name| (name.clone(), BTreeMap::new()))
            .collect();
        let edges = catalog
            .edges
            .keys()
            .map(|name| (name.clone(), BTreeMap::new()))
            .collect();
        Model {
            catalog,
            nodes,
            edges,
            fragments: Fragments::new(),
            made_up: 0,
        }
    }

    fn make_up_id(&mut self) -> String {
        self.made_up += 1;
        format!("{MADE_UP}{:06}", self.made_up)
    }

    /// The first difference from a graph whose ids are all known, `None` if there is none. Entities whose id the model
    /// had to invent are compared by everything but the id, as a bag.
    pub fn difference(&self, real: &Model) -> Option<String> {
        for (ty, mine) in &self.nodes {
            let describe = |id: &str, row: &Row, named: bool| describe(ty, if named { id } else { "?" }, None, row);
            if let Some(difference) = compare(mine, &real.nodes[ty], describe) {
                return Some(difference);
            }
        }
        for (ty, mine) in &self.edges {
            let describe = |id: &str, edge: &Edge, named: bool| {
                describe(
                    ty,
                    if named { id } else { "?" },
                    Some((&edge.from, &edge.to)),
                    &edge.row,
                )
            };
            if let Some(difference) = compare(mine, &real.edges[ty], describe) {
                return Some(difference);
            }
        }
        None
    }
}

fn describe(ty: &str, id: &str, ends: Option<(&String, &String)>, row: &Row) -> String {
    let properties: Vec<String> = row
        .iter()
        .filter(|(_, value)| !matches!(value, Value::Null))
        .map(|(name, value)| format!("{name}={value:?}"))
        .collect();
    let ends = ends.map(|(from, to)| format!(" {from:?}->{to:?}")).unwrap_or_default();
    format!("{ty} {id:?}{ends} {{{}}}", properties.join(", "))
}

fn compare<T>(
    mine: &BTreeMap<String, T>,
    real: &BTreeMap<String, T>,
    describe: impl Fn(&str, &T, bool) -> String,
) -> Option<String> {
    let mut expected: Vec<String> = Vec::new();
    for (id, entity) in mine {
        expected.push(describe(id, entity, !id.starts_with(MADE_UP)));
    }
    let mut found: Vec<String> = Vec::new();
    for (id, entity) in real {
        found.push(describe(id, entity, mine.contains_key(id)));
    }
    expected.sort();
    found.sort();
    if expected == found {
        return None;
    }
    let missing: Vec<&String> = expected.iter().filter(|line| !found.contains(line)).collect();
    let extra: Vec<&String> = found.iter().filter(|line| !expected.contains(line)).collect();
    Some(format!(
        "expected, but not there: {missing:#?}\nthere, but not expected: {extra:#?}"
    ))
}
