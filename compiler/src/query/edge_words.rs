//! Edges that are called like an operator. `$a in $b` parses as a condition; where the schema has an edge of that name, it is
//! the traversal that it was before the word became an operator (docs/query-language.md, Words and signs).

use std::borrow::Cow;

use omnigraph_grammar::query::ast::{
    BinaryOperator, Block, Body, Clause, Comparator, Expression, ExpressionKind, Query, Read, Traversal,
};
use omnigraph_grammar::{Name, Span};

use super::Names;

/// The query with such conditions as the traversals that they are; copied only if there is one.
pub fn resolved<'q>(query: &'q Query, names: &dyn Names) -> Cow<'q, Query> {
    let is_meant = match &query.body {
        Body::Fragment(block) => holds(block, names),
        body => body
            .matched()
            .flat_map(Read::parts)
            .any(|part| holds(&part.pattern, names)),
    };
    if !is_meant {
        return Cow::Borrowed(query);
    }
    let mut resolved = query.clone();
    match &mut resolved.body {
        Body::Fragment(block) => resolve(block, names),
        body => body.matched_mut().for_each(|read| resolve_read(read, names)),
    }
    Cow::Owned(resolved)
}

fn resolve_read(read: &mut Read, names: &dyn Names) {
    let stages = read.stages.iter_mut().map(|stage| &mut stage.pattern);
    stages
        .chain([&mut read.pattern])
        .for_each(|block| resolve(block, names));
}

fn holds(block: &Block, names: &dyn Names) -> bool {
    block.clauses.iter().any(|clause| match clause {
        Clause::Condition(condition) => traversal(condition, names).is_some(),
        Clause::Nested(nested) => nested.blocks.iter().any(|block| holds(block, names)),
        Clause::Binding(_) | Clause::Traversal(_) | Clause::Definition(_) => false,
    })
}

fn resolve(block: &mut Block, names: &dyn Names) {
    for clause in &mut block.clauses {
        match clause {
            Clause::Condition(condition) => {
                if let Some(traversal) = traversal(condition, names) {
                    *clause = Clause::Traversal(traversal);
                }
            }
            Clause::Nested(nested) => nested.blocks.iter_mut().for_each(|block| resolve(block, names)),
            Clause::Binding(_) | Clause::Traversal(_) | Clause::Definition(_) => {}
        }
    }
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
