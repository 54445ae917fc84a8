//! Small questions that several lints ask.

use omnigraph_grammar::query::ast::Literal;

use crate::catalog::EdgeType;

/// The value of a literal number.
pub(crate) fn number(literal: &Literal) -> Option<f64> {
    match literal {
        Literal::Integer(value) => Some(*value as f64),
        Literal::Float(text) => text.parse().ok(),
        _ => None,
    }
}

/// Whether a literal has a fraction.
pub(crate) fn decimal(literal: &Literal) -> bool {
    matches!(literal, Literal::Float(_)) && number(literal).is_some_and(|value| value.fract() != 0.0)
}

/// Whether following the edge from its source gives at most one node.
pub(crate) fn is_to_one(edge: &EdgeType) -> bool {
    edge.cardinality.max == Some(1)
}

pub(crate) fn snake_case(name: &str) -> bool {
    name.bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}
