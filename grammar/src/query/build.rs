//! What the productions of the query grammar build.

use super::ast::*;
pub(crate) use crate::shared::parse::prepend;
use crate::{Name, Span, SyntaxError};

pub(crate) type Errors = Vec<SyntaxError>;

/// What the grammar can be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Query(Query),
    Parameter(Parameter),
    Annotation(Annotation),
    Clauses(Vec<Clause>),
    Matches(Vec<PropertyMatch>),
    Projections(Vec<Projection>),
    Key(SortKey),
    Statement(Statement),
    Assignments(Vec<PropertyMatch>),
}

pub(crate) fn filter(left: Expression, (op, op_span): (Comparator, Span), right: Expression) -> Filter {
    let span = left.span.to(right.span);
    Filter {
        left,
        op,
        op_span,
        right,
        span,
    }
}

pub(crate) fn traversal(
    source: Name,
    edge_variable: Option<Name>,
    edge: Name,
    undirected: bool,
    hops: Option<Hops>,
    target: Name,
) -> Traversal {
    let span = source.span.to(target.span);
    Traversal {
        source,
        edge_variable,
        edge,
        undirected,
        hops,
        target,
        span,
    }
}

/// `$a contains $b`: an edge that is called like a comparison.
pub(crate) fn word_traversal(source: Name, op: (Comparator, Span), hops: Option<Hops>, target: Name) -> Traversal {
    let text = if op.0 == Comparator::Contains {
        "contains"
    } else {
        "starts_with"
    };
    traversal(
        source,
        None,
        Name {
            text: text.to_owned(),
            span: op.1,
        },
        false,
        hops,
        target,
    )
}

pub(crate) fn variable(name: Name) -> Expression {
    Expression {
        kind: ExpressionKind::Variable(name.text),
        span: name.span,
    }
}

pub(crate) fn alias(name: Name) -> Expression {
    Expression {
        kind: ExpressionKind::Alias(name.text),
        span: name.span,
    }
}

pub(crate) fn property(variable: Name, property: Name) -> Expression {
    let span = variable.span.to(property.span);
    Expression {
        kind: ExpressionKind::Property { variable, property },
        span,
    }
}

pub(crate) fn call(call: Call) -> Expression {
    let span = call.span;
    Expression {
        kind: ExpressionKind::Call(call),
        span,
    }
}

pub(crate) fn now(function_span: Span, span: Span) -> Expression {
    call(Call {
        function: Function::Now,
        function_span,
        arguments: Vec::new(),
        span,
    })
}

fn out_of_range(span: Span, what: &str, largest: impl std::fmt::Display) -> SyntaxError {
    SyntaxError::new("Q005", span)
        .message(format!("{what} can be at most {largest}"))
        .fix(format!("use {largest}"), span, largest.to_string())
}

pub(crate) fn integer(digits: &str, span: Span, errors: &mut Errors) -> i64 {
    digits.parse().unwrap_or_else(|_| {
        errors.push(out_of_range(span, "an integer", i64::MAX));
        i64::MAX
    })
}

pub(crate) fn limit(digits: &str, span: Span, errors: &mut Errors) -> u64 {
    digits.parse().unwrap_or_else(|_| {
        errors.push(out_of_range(span, "a limit", u64::MAX));
        u64::MAX
    })
}

pub(crate) fn hop(digits: &str, span: Span, errors: &mut Errors) -> u32 {
    digits.parse().unwrap_or_else(|_| {
        errors.push(out_of_range(span, "a number of hops", u32::MAX));
        u32::MAX
    })
}

pub(crate) fn float(digits: &str, span: Span, errors: &mut Errors) -> String {
    if digits.parse::<f64>().is_ok_and(f64::is_finite) {
        return digits.to_owned();
    }
    errors.push(SyntaxError::new("Q005", span).message("this number is too large for a 64-bit float"));
    "0.0".to_owned()
}
