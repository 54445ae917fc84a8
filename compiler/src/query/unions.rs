//! `union`: each branch by itself, the columns that all have, and what becomes of the rows together.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::{Branch, Union as Written};
use omnigraph_model::ir::pattern::{Output, OutputValue, Part, Pattern, Stage, Term, Union};
use omnigraph_model::ir::{ColumnType, Expression, Origin, Var};
use omnigraph_model::types::{Scalar, Type};

use super::context::Context;
use super::environment::{Scope, VariableKind};
use super::output::{Column, implicit_name};
use super::widening::widest;
use crate::rules::types::t51_union_columns;

/// A branch with its meaning.
struct Checked<'a> {
    written: &'a Branch,
    stages: Vec<Stage>,
    result: Part,
}

impl Checked<'_> {
    /// Whether no column of it is wrong.
    fn is_whole(&self) -> bool {
        self.result.outputs.len() == self.written.read.projections.len()
    }
}

impl<'a> Context<'a> {
    /// All branches of a union; `None` if something in them is wrong.
    pub(super) fn union(&mut self, union: &'a Written) -> Option<Pattern> {
        let branches: Vec<Checked<'a>> = union
            .branches
            .iter()
            .map(|written| {
                let (stages, result) = self.parts(&written.read, written.span);
                Checked {
                    written,
                    stages,
                    result,
                }
            })
            .collect();
        let first = branches.first()?;
        let types = self.columns_of(&branches);
        let outputs = self.union_outputs(first, &types);
        let end = union.branches.last().map_or(0, |last| last.span.end);
        self.stage = self.environment.scopes.len();
        self.environment.scopes.push(Scope {
            parent: None,
            word: Some("union"),
            names: Default::default(),
            span: Span::new(end as usize, self.query.span.end as usize),
            ended: None,
        });
        let read = &first.written.read;
        let columns: Vec<Column<'_>> = read
            .projections
            .iter()
            .zip(&outputs)
            .map(|(written, output)| {
                let (name, referable) = match &written.alias {
                    Some(alias) => (alias.text.clone(), true),
                    None => implicit_name(&written.expression),
                };
                Column {
                    written,
                    name,
                    referable,
                    variable: false,
                    output: output
                        .as_ref()
                        .map(|(output, _)| (output.value.clone(), output.ty.clone())),
                }
            })
            .collect();
        let order = self.order_of_columns(&union.order, read, &columns);
        let limit = self.amount("limit", union.limit.as_ref());
        let offset = self.amount("offset", union.offset.as_ref());
        let after = self.after(union.after.as_ref(), &union.order, None);
        let place = Span::at(end as usize);
        let position = VariableKind::Value(Type::of(Scalar::I64));
        let position = self.new_variable("row".to_owned(), true, place, position);
        let known: Vec<(Output, Var)> = outputs.into_iter().collect::<Option<_>>()?;
        let (outputs, variables): (Vec<Output>, Vec<Var>) = known.into_iter().unzip();
        let distinct = union.all.is_none();
        let branches = branches.into_iter().map(|branch| {
            let places = branch.written.read.projections.iter().map(|column| Origin {
                start: column.expression.span.start,
                end: column.expression.span.end,
            });
            let last = Stage {
                part: branch.result,
                variables: variables.clone(),
                origins: places.collect(),
            };
            branch.stages.into_iter().chain([last]).collect()
        });
        Some(Pattern {
            name: self.query.name.text.clone(),
            parameters: self.plan_parameters(),
            union: Some(Union {
                branches: branches.collect(),
                position,
            }),
            variables: self.plan_variables()?,
            unique: self.unique_sets(),
            stages: Vec::new(),
            result: Part {
                root: Term::All(Vec::new()),
                outputs,
                grouped: distinct,
                distinct,
                rank: None,
                order,
                having: None,
                limit,
                offset,
                after,
            },
        })
    }

    /// The type of each column of the first branch with those of the others, where they have one; reports where they do not.
    fn columns_of(&mut self, branches: &[Checked<'a>]) -> Vec<Option<ColumnType>> {
        let Some((first, others)) = branches.split_first() else {
            return Vec::new();
        };
        let columns = &first.written.read.projections;
        let mut types: Vec<Option<ColumnType>> = vec![None; columns.len()];
        if !first.is_whole() {
            return types;
        }
        for (ty, output) in types.iter_mut().zip(&first.result.outputs) {
            *ty = Some(output.ty.clone());
        }
        for (number, other) in others.iter().enumerate() {
            let written = &other.written.read;
            if written.projections.len() != columns.len() {
                let finding = t51_union_columns::other_number(&first.written.read, written, number + 2);
                self.report(finding);
                types.fill(None);
                continue;
            }
            if !other.is_whole() {
                types.fill(None);
                continue;
            }
            for (index, ty) in types.iter_mut().enumerate() {
                let (own, known) = (&other.result.outputs[index], &first.result.outputs[index]);
                let place = (&first.written.read, written, index, number + 2);
                let common = ty.as_ref().and_then(|ty| widened(ty, &own.ty));
                if own.name != known.name {
                    let fits = common.is_some();
                    self.report(t51_union_columns::other_name(place, known, own, fits));
                    *ty = None;
                } else if ty.is_some() && common.is_none() {
                    self.report(t51_union_columns::other_type(place, known, own));
                    *ty = None;
                } else {
                    *ty = common;
                }
            }
        }
        types
    }

    /// The columns of all rows, and the variables that they are; `None` of one that is wrong.
    fn union_outputs(&mut self, first: &Checked<'a>, types: &[Option<ColumnType>]) -> Vec<Option<(Output, Var)>> {
        let outputs = types.iter().enumerate().map(|(index, ty)| {
            let ty = ty.clone()?;
            let own = &first.result.outputs[index];
            let nullable = matches!(
                ty,
                ColumnType::OptionalNode(_)
                    | ColumnType::OptionalInterface(_)
                    | ColumnType::OptionalEdge(_)
                    | ColumnType::OptionalEdges(_)
            );
            let kind = match &ty {
                ColumnType::Value(ty) => VariableKind::Value(ty.clone()),
                ColumnType::Node(name) | ColumnType::OptionalNode(name) => VariableKind::Node(self.names.node(name)?),
                ColumnType::Interface(name) | ColumnType::OptionalInterface(name) => self.interface_kind(name)?,
                ColumnType::Edge(name) | ColumnType::OptionalEdge(name) => VariableKind::Edge(self.names.edge(name)?),
                ColumnType::Edges(names) | ColumnType::OptionalEdges(names) => {
                    let types = names.iter().map(|name| self.names.edge(name));
                    VariableKind::edge_of(types.collect::<Option<Vec<_>>>()?)
                }
            };
            let written = first.written.read.projections[index].span;
            let variable = self.new_variable(own.name.replace('.', "_"), true, written, kind);
            if let Some(own) = self.environment.variables.get_mut(variable.0 as usize) {
                own.nullable = nullable;
            }
            let value = match &ty {
                ColumnType::Value(ty) => Expression::Value {
                    variable,
                    ty: ty.clone(),
                },
                _ => Expression::Entity { variable },
            };
            let output = Output {
                name: own.name.clone(),
                value: OutputValue::Plain(value),
                ty,
            };
            Some((output, variable))
        });
        outputs.collect()
    }
}

/// The type of a column that has both.
fn widened(a: &ColumnType, b: &ColumnType) -> Option<ColumnType> {
    use ColumnType::{
        Edge, Edges, Interface, Node, OptionalEdge, OptionalEdges, OptionalInterface, OptionalNode, Value,
    };
    match (a, b) {
        (Value(a), Value(b)) => widest(a, b).map(Value),
        (Node(a), Node(b)) if a == b => Some(Node(a.clone())),
        (Node(a) | OptionalNode(a), Node(b) | OptionalNode(b)) if a == b => Some(OptionalNode(a.clone())),
        (Interface(a), Interface(b)) if a == b => Some(Interface(a.clone())),
        (Interface(a) | OptionalInterface(a), Interface(b) | OptionalInterface(b)) if a == b => {
            Some(OptionalInterface(a.clone()))
        }
        (Edge(a), Edge(b)) if a == b => Some(Edge(a.clone())),
        (Edge(a) | OptionalEdge(a), Edge(b) | OptionalEdge(b)) if a == b => Some(OptionalEdge(a.clone())),
        (Edges(a), Edges(b)) if a == b => Some(Edges(a.clone())),
        (Edges(a) | OptionalEdges(a), Edges(b) | OptionalEdges(b)) if a == b => Some(OptionalEdges(a.clone())),
        _ => None,
    }
}
