//! Edges that are called like an operator. `$a in $b` parses as a condition; where the schema has an edge of that name, it is
//! the traversal that it was before the word became an operator (docs/query-language.md, Words and signs).

use std::borrow::Cow;

use omnigraph_grammar::query::ast::{
    BinaryOperator, Block, Body, Call, Clause, Comparator, Expression, ExpressionKind, Mutation, Query, Read,
    Statement, Subject, Traversal,
};
use omnigraph_grammar::query::visit::{self, Visit};
use omnigraph_grammar::{Name, Span};

use super::Names;

/// The query with such conditions as the traversals that they are; copied only if there is one.
pub fn resolved<'q>(query: &'q Query, names: &dyn Names) -> Cow<'q, Query> {
    let mut search = Search { names, found: false };
    search.visit_query(query);
    if !search.found {
        return Cow::Borrowed(query);
    }
    let mut resolved = query.clone();
    match &mut resolved.body {
        Body::Fragment(block) => resolve(block, names),
        Body::Read(read) => resolve_read(read, names),
        Body::Union(union) => union
            .branches
            .iter_mut()
            .for_each(|branch| resolve_read(&mut branch.read, names)),
        Body::Mutation(mutation) => resolve_mutation(mutation, names),
    }
    Cow::Owned(resolved)
}

/// Whether there is such a condition.
struct Search<'n> {
    names: &'n dyn Names,
    found: bool,
}

impl<'t> Visit<'t> for Search<'_> {
    fn visit_condition(&mut self, condition: &'t Expression) {
        self.found |= traversal(condition, self.names).is_some();
        visit::walk_condition(self, condition);
    }
}

fn resolve_read(read: &mut Read, names: &dyn Names) {
    read.stages.iter_mut().for_each(|stage| resolve_read(stage, names));
    resolve(&mut read.pattern, names);
    let columns = read.projections.iter_mut().map(|column| &mut column.expression);
    let having = read.having.iter_mut().map(|having| &mut having.condition);
    let keys = read.order.iter_mut().map(|key| &mut key.expression);
    columns
        .chain(having)
        .chain(keys)
        .for_each(|part| resolve_in(part, names));
}

fn resolve_mutation(mutation: &mut Mutation, names: &dyn Names) {
    if let Some(read) = &mut mutation.read {
        resolve_read(read, names);
    }
    for statement in &mut mutation.statements {
        let (assignments, otherwise, subject) = match statement {
            Statement::Insert(insert) => (Some(&mut insert.assignments), None, None),
            Statement::Upsert(upsert) => (Some(&mut upsert.assignments), upsert.otherwise.as_mut(), None),
            Statement::Update(update) => (Some(&mut update.assignments), None, Some(&mut update.subject)),
            Statement::Delete(delete) => (None, None, Some(&mut delete.subject)),
        };
        let otherwise = otherwise.map(|otherwise| &mut otherwise.assignments);
        let assignments = assignments.into_iter().chain(otherwise).flatten();
        assignments.for_each(|assignment| resolve_in(&mut assignment.value, names));
        if let Some(Subject::Rows { condition, .. }) = subject {
            resolve_in(condition, names);
        }
    }
    let columns = mutation
        .returning
        .iter_mut()
        .flat_map(|returning| &mut returning.projections);
    columns.for_each(|column| resolve_in(&mut column.expression, names));
}

fn resolve(block: &mut Block, names: &dyn Names) {
    for clause in &mut block.clauses {
        match clause {
            Clause::Condition(condition) => match traversal(condition, names) {
                Some(traversal) => *clause = Clause::Traversal(traversal),
                None => resolve_in(condition, names),
            },
            Clause::Nested(nested) => nested.blocks.iter_mut().for_each(|block| resolve(block, names)),
            Clause::Definition(definition) => resolve_in(&mut definition.value, names),
            Clause::Binding(binding) => {
                let values = binding.matches.iter_mut().map(|written| &mut written.value);
                values.for_each(|value| resolve_in(value, names));
            }
            Clause::Traversal(traversal) => {
                let condition = traversal.hops.as_mut().and_then(|hops| hops.condition.as_mut());
                condition.into_iter().for_each(|condition| resolve_in(condition, names));
            }
        }
    }
    if let Some(call) = &mut block.aggregate {
        resolve_call(call, names);
    }
}

/// The same of the blocks in an expression.
fn resolve_in(expression: &mut Expression, names: &dyn Names) {
    match &mut expression.kind {
        ExpressionKind::Block(value) => resolve(&mut value.block, names),
        ExpressionKind::Rows(rows) => {
            resolve(&mut rows.block, names);
            let items = rows.items.iter_mut().map(|item| &mut item.expression);
            let keys = rows.order.iter_mut().map(|key| &mut key.expression);
            items.chain(keys).for_each(|part| resolve_in(part, names));
        }
        ExpressionKind::Walk(walk) => {
            let condition = walk.traversal.hops.as_mut().and_then(|hops| hops.condition.as_mut());
            let weight = walk.by.as_mut().map(|(_, weight)| weight);
            condition
                .into_iter()
                .chain(weight)
                .for_each(|part| resolve_in(part, names));
        }
        ExpressionKind::Call(call) => resolve_call(call, names),
        _ => expression
            .operands_mut()
            .into_iter()
            .for_each(|part| resolve_in(part, names)),
    }
}

fn resolve_call(call: &mut Call, names: &dyn Names) {
    let keys = call.order.iter_mut().map(|key| &mut key.expression);
    call.arguments
        .iter_mut()
        .chain(keys)
        .for_each(|part| resolve_in(part, names));
}

/// A clause that is exactly a variable, a word and a variable, if the word is an edge.
fn traversal(condition: &Expression, names: &dyn Names) -> Option<Traversal> {
    let (left, word, span, right) = match &condition.kind {
        ExpressionKind::Compare(c) => (&c.left, word(c.op)?, c.op_span, &c.right),
        ExpressionKind::Binary(b) if matches!(b.op, BinaryOperator::And | BinaryOperator::Or) => {
            (&b.left, b.op.text(), b.op_span, &b.right)
        }
        _ => return None,
    };
    let (source, target) = (variable(left)?, variable(right)?);
    // In parentheses it is a condition.
    let bare = condition.span == source.span.to(target.span);
    (bare && names.edge(word).is_some()).then(|| Traversal {
        others: Vec::new(),
        span: condition.span,
        source,
        edge_variable: None,
        edge: Name {
            text: word.to_owned(),
            span,
        },
        undirected: false,
        hops: None,
        target,
    })
}

fn word(op: Comparator) -> Option<&'static str> {
    match op {
        Comparator::In => Some("in"),
        Comparator::EndsWith => Some("ends_with"),
        Comparator::Matches => Some("matches"),
        _ => None,
    }
}

fn variable(side: &Expression) -> Option<Name> {
    let span: Span = side.span;
    match &side.kind {
        ExpressionKind::Variable(name) => Some(Name {
            text: name.clone(),
            span,
        }),
        _ => None,
    }
}
