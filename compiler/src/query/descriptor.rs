//! What a query returns and which types it touches, for catalogues of stored queries and for whoever guards them.

use std::collections::BTreeSet;

use omnigraph_model::ir::{
    After, Column, ColumnType, Descriptor, Entity, MutationPlan, ResultColumn, Statement, Touched,
};
use omnigraph_model::types::{Scalar, Type};

use super::Names;
use super::environment::{Environment, VariableKind};
use super::mutation::Target;

/// Nodes before edges, then by name.
type Set = BTreeSet<(bool, String)>;

/// The descriptor of a read: all types that are bound, and both ends of every edge that is traversed.
pub(super) fn of_read(environment: &Environment, columns: &[Column], after: Option<&After>) -> Descriptor {
    Descriptor {
        result: described(columns),
        reads: listed(matched(environment)),
        writes: Vec::new(),
        after: after.map(|after| after.parameter.clone()),
    }
}

/// The types that the assignments of a mutation depend on.
pub(super) fn read_types(environment: &Environment) -> Vec<Entity> {
    let entity = |(edge, name)| match edge {
        true => Entity::Edge(name),
        false => Entity::Node(name),
    };
    matched(environment).into_iter().map(entity).collect()
}

/// The types that patterns are about.
fn matched(environment: &Environment) -> Set {
    let mut reads = Set::new();
    for variable in &environment.variables {
        match &variable.kind {
            VariableKind::Node(node) => reads.insert((false, node.name.clone())),
            VariableKind::Interface(interface) => {
                reads.extend(interface.types.iter().map(|node| (false, node.clone())));
                false
            }
            VariableKind::Edge(edge) => reads.insert((true, edge.name.clone())),
            VariableKind::Edges(edges) => {
                reads.extend(edges.names().into_iter().map(|edge| (true, edge)));
                false
            }
            _ => false,
        };
    }
    for edge in environment.edges.values() {
        reads.insert((true, edge.name.clone()));
        reads.insert((false, edge.from.clone()));
        reads.insert((false, edge.to.clone()));
    }
    reads
}

/// The descriptor of a mutation: what its pattern is about, its targets, the ends of inserted edges, and the edges that deleted
/// nodes take along.
pub(super) fn of_mutation(
    environment: &Environment,
    targets: &[Target],
    plan: &MutationPlan,
    names: &dyn Names,
) -> Descriptor {
    let (mut reads, mut writes) = (matched(environment), Set::new());
    for (target, statement) in targets.iter().zip(&plan.statements) {
        let own = (matches!(target, Target::Edge(_)), target.name().to_owned());
        reads.insert(own.clone());
        writes.insert(own);
        match (target, statement) {
            (Target::Edge(edge), Statement::Insert { .. } | Statement::Upsert { .. }) => {
                reads.insert((false, edge.from.clone()));
                reads.insert((false, edge.to.clone()));
            }
            (Target::Node(node), statement) if statement.deletes() => {
                for edge in names.catalog().edges.values() {
                    if edge.from == node.name || edge.to == node.name {
                        reads.insert((true, edge.name.clone()));
                        writes.insert((true, edge.name.clone()));
                    }
                }
            }
            _ => {}
        }
    }
    Descriptor {
        result: plan.returning.as_ref().map_or_else(Vec::new, |r| described(&r.columns)),
        reads: listed(reads),
        writes: listed(writes),
        after: None,
    }
}

fn described(columns: &[Column]) -> Vec<ResultColumn> {
    columns
        .iter()
        .map(|column| described_as(&column.name, &column.ty))
        .collect()
}

fn listed(set: Set) -> Vec<Touched> {
    set.into_iter()
        .map(|(edge, type_name)| Touched {
            kind: if edge { "edge" } else { "node" }.to_owned(),
            type_name,
        })
        .collect()
}

fn described_as(name: &str, ty: &ColumnType) -> ResultColumn {
    match ty {
        ColumnType::Node(_)
        | ColumnType::OptionalNode(_)
        | ColumnType::Interface(_)
        | ColumnType::OptionalInterface(_)
        | ColumnType::Edge(_)
        | ColumnType::OptionalEdge(_)
        | ColumnType::Edges(_)
        | ColumnType::OptionalEdges(_) => ResultColumn {
            name: name.to_owned(),
            kind: "object".to_owned(),
            item_kind: None,
            members: Vec::new(),
            vector_dim: None,
            nullable: matches!(
                ty,
                ColumnType::OptionalNode(_)
                    | ColumnType::OptionalInterface(_)
                    | ColumnType::OptionalEdge(_)
                    | ColumnType::OptionalEdges(_)
            ),
        },
        ColumnType::Value(ty) => ResultColumn {
            name: name.to_owned(),
            kind: if ty.list { "list" } else { kind(ty) }.to_owned(),
            item_kind: ty.list.then(|| kind(ty).to_owned()),
            members: described_members(ty),
            vector_dim: match ty.scalar {
                Scalar::Vector(size) => Some(size),
                _ => None,
            },
            nullable: ty.nullable,
        },
    }
}

fn described_members(ty: &Type) -> Vec<ResultColumn> {
    let members = ty.members.iter();
    let members = members.map(|member| described_as(&member.name, &ColumnType::Value(member.ty.clone())));
    members.collect()
}

/// The kind of a value, or of a list's items.
pub(crate) fn kind(ty: &Type) -> &'static str {
    match ty.scalar {
        Scalar::String => "string",
        Scalar::Blob => "blob",
        Scalar::Bool => "bool",
        Scalar::I32 | Scalar::U32 => "int",
        Scalar::I64 | Scalar::U64 => "bigint",
        Scalar::F32 | Scalar::F64 => "float",
        Scalar::Date => "date",
        Scalar::DateTime => "datetime",
        Scalar::Vector(_) => "vector",
        Scalar::Duration => "duration",
        Scalar::Path(_) | Scalar::Object => "object",
    }
}
