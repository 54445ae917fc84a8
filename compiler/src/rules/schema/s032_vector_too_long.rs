//! S032: a vector with more dimensions than a column can have.

use omnigraph_grammar::schema::ast::Number;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S032",
    subcode: "S032",
    name: "vector-too-long",
    severity: Severity::Error,
    summary: "A vector has at most 2147483647 dimensions.",
    explanation: "The columnar format counts the items of a list of fixed size in signed 32-bit integers.",
    fails: Example::Schema("node Doc { v: Vector(2147483648) }\n"),
    passes: Example::Schema("node Doc { v: Vector(1536) }\n"),
};

pub(crate) fn finding(owner: &Decl, size: &Number) -> Finding {
    Finding::new(
        &RULE,
        owner.place(size.span),
        "a vector has at most 2147483647 dimensions",
    )
}
