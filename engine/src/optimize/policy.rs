//! Which columns have which index: ids and ends of edges always, beside them what the schema marks with `@key` or `@index`.

use std::collections::BTreeSet;

use omnigraph_model::catalog::{Catalog, Property};
use omnigraph_model::schema::Metric;
use omnigraph_model::types::Scalar;

use crate::storage::{DST, ID, IndexKind, SRC, TableRole};

/// Below this many vectors they are all compared; an index would cost more than it saves.
pub(super) const VECTORS_WORTH_AN_INDEX: u64 = 10_000;

/// How an index is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IndexBuild {
    BTree,
    Inverted,
    NGram,
    Vector(Metric),
}

impl IndexBuild {
    pub(crate) fn kind(self) -> IndexKind {
        match self {
            IndexBuild::BTree => IndexKind::BTree,
            IndexBuild::Inverted => IndexKind::Inverted,
            IndexBuild::NGram => IndexKind::NGram,
            IndexBuild::Vector(_) => IndexKind::Vector,
        }
    }
}

/// An index that a type should have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Holds the property's number, not its name, so that a rename and a new property of the old name never meet.
    pub name: String,
    pub column: String,
    pub build: IndexBuild,
}

/// A type with storage.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub name: String,
    pub role: TableRole,
    pub indexes: Vec<Wanted>,
    /// Columns that the planner wants numbers of.
    pub counted: Vec<String>,
}

/// All types, nodes first.
pub(super) fn targets(catalog: &Catalog) -> Vec<Target> {
    let nodes = catalog.nodes.values().map(|node| Target {
        name: node.name.clone(),
        role: TableRole::Node,
        indexes: wanted(&[ID], &node.properties, &node.indexes),
        counted: counted(&node.properties),
    });
    let edges = catalog.edges.values().map(|edge| Target {
        name: edge.name.clone(),
        role: TableRole::Edge,
        indexes: wanted(&[ID, SRC, DST], &edge.properties, &edge.indexes),
        counted: counted(&edge.properties),
    });
    nodes.chain(edges).collect()
}

/// What a condition may compare with a constant.
fn counted(properties: &[Property]) -> Vec<String> {
    let comparable =
        |property: &&Property| !property.ty.list && !matches!(property.ty.scalar, Scalar::Vector(_) | Scalar::Blob);
    properties
        .iter()
        .filter(comparable)
        .map(|property| property.name.clone())
        .collect()
}

/// A set of several columns gives each of them an index of its own; their answers are intersected.
fn wanted(structural: &[&str], properties: &[Property], sets: &[Vec<String>]) -> Vec<Wanted> {
    let mut wanted: Vec<Wanted> = structural
        .iter()
        .map(|column| of(column, column, IndexBuild::BTree))
        .collect();
    let marked: BTreeSet<&str> = sets.iter().flatten().map(String::as_str).collect();
    for property in properties.iter().filter(|p| marked.contains(p.name.as_str())) {
        if property.ty.list {
            continue;
        }
        let number = property.id.to_string();
        let mut add = |build| wanted.push(of(&number, &property.name, build));
        match property.ty.scalar {
            Scalar::Blob => {}
            Scalar::Vector(_) => add(IndexBuild::Vector(property.metric.unwrap_or(Metric::L2))),
            // A text index knows words, not values.
            Scalar::String if property.ty.enum_values.is_none() => {
                add(IndexBuild::BTree);
                add(IndexBuild::Inverted);
                add(IndexBuild::NGram);
            }
            _ => add(IndexBuild::BTree),
        }
    }
    wanted
}

fn of(number: &str, column: &str, build: IndexBuild) -> Wanted {
    Wanted {
        name: build.kind().index_name(number),
        column: column.to_string(),
        build,
    }
}
