//! The values of a query, and what they are for.

use omnigraph_compiler::query::Variables;
use omnigraph_grammar::query::ast::{self, Body, Clause, Comparator, Expression, ExpressionKind};
use omnigraph_model::schema::DeclarationKind;

use crate::ide::Ide;
use crate::ide::names::{Owner, owner_of};

/// A value that stands somewhere, and what it is for.
pub(super) struct Used<'t> {
    pub expression: &'t Expression,
    /// The property that it is compared with or becomes.
    pub compared: Option<(Owner, String)>,
    /// The side of `contains` that it stands on.
    pub contains: Option<Side>,
    /// Whether it is a text that is searched for.
    pub searched: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

impl<'t> Used<'t> {
    fn of(expression: &'t Expression, compared: Option<(Owner, String)>) -> Used<'t> {
        Used {
            expression,
            compared,
            contains: None,
            searched: false,
        }
    }
}

/// Every value of a query, with the property that it is compared with or assigned to.
pub(super) fn values<'t>(ide: &Ide<'_>, tree: &'t ast::Query, typed: &Variables, found: &mut Vec<Used<'t>>) {
    match &tree.body {
        Body::Read(read) => in_clauses(&read.clauses, typed, found),
        Body::Mutation(statements) => {
            for statement in statements {
                let (ty, assignments, predicate) = match statement {
                    ast::Statement::Insert(insert) => (&insert.ty, insert.assignments.as_slice(), None),
                    ast::Statement::Update(update) => {
                        (&update.ty, update.assignments.as_slice(), Some(&update.predicate))
                    }
                    ast::Statement::Delete(delete) => (&delete.ty, &[][..], Some(&delete.predicate)),
                };
                let catalog = ide.catalog();
                let owner = match (catalog.node(&ty.text), catalog.edge(&ty.text)) {
                    (None, Some(edge)) => (DeclarationKind::Edge, edge.name.clone()),
                    _ => (DeclarationKind::Node, ty.text.clone()),
                };
                let pairs = assignments.iter().map(|a| (&a.property, &a.value));
                let pairs = pairs.chain(predicate.map(|predicate| (&predicate.property, &predicate.value)));
                found.extend(
                    pairs.map(|(property, expression)| {
                        Used::of(expression, Some((owner.clone(), property.text.clone())))
                    }),
                );
            }
        }
    }
}

fn in_clauses<'t>(clauses: &'t [Clause], typed: &Variables, found: &mut Vec<Used<'t>>) {
    for clause in clauses {
        match clause {
            Clause::Binding(binding) => found.extend(binding.matches.iter().map(|matched| {
                let owner = (DeclarationKind::Node, binding.ty.text.clone());
                Used::of(&matched.value, Some((owner, matched.property.text.clone())))
            })),
            Clause::Filter(filter) => {
                let block = typed.block_at(filter.span.start);
                let property = |expression: &Expression| match &expression.kind {
                    ExpressionKind::Property { variable, property } => {
                        let entity = typed.list.get(typed.lookup(block, &variable.text)?)?.entity.as_ref()?;
                        Some((owner_of(entity), property.text.clone()))
                    }
                    _ => None,
                };
                let contains = |side: Side| Some(side).filter(|_| filter.op == Comparator::Contains);
                found.push(Used {
                    contains: contains(Side::Right),
                    ..Used::of(&filter.right, property(&filter.left))
                });
                found.push(Used {
                    contains: contains(Side::Left),
                    ..Used::of(&filter.left, property(&filter.right))
                });
            }
            Clause::TextPredicate(call) => {
                found.extend(call.arguments.iter().map(|expression| Used {
                    searched: true,
                    ..Used::of(expression, None)
                }));
            }
            Clause::Negation(negation) => in_clauses(&negation.clauses, typed, found),
            Clause::Traversal(_) => {}
        }
    }
}
