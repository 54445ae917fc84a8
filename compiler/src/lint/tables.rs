//! Small questions that several lints ask.

use omnigraph_grammar::query::ast::Literal;
use omnigraph_model::catalog::EdgeType;
use omnigraph_model::schema::Bound;

/// The value of a literal number.
pub(crate) fn number(literal: &Literal) -> Option<Bound> {
    match literal {
        Literal::Integer(value) => Some(Bound::Integer((*value).into())),
        Literal::Unsigned(value) => Some(Bound::Integer((*value).into())),
        Literal::Float(text) => text.parse().ok().map(Bound::Float),
        _ => None,
    }
}

/// Whether a literal has a fraction.
pub(crate) fn decimal(literal: &Literal) -> bool {
    matches!(number(literal), Some(Bound::Float(value)) if value.fract() != 0.0)
}

/// Whether following the edge from its source gives at most one node.
pub(crate) fn is_to_one(edge: &EdgeType) -> bool {
    edge.cardinality.max == Some(1)
}
