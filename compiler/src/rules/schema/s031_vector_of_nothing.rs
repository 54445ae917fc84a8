//! S031: a vector without dimensions.

use omnigraph_grammar::schema::ast::Number;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S031",
    subcode: "S031",
    name: "vector-of-nothing",
    severity: Severity::Error,
    summary: "A vector has at least one dimension.",
    explanation: "Such a column could hold nothing that a distance can be computed of.",
    fails: Example::Schema("node Doc { v: Vector(0) }\n"),
    passes: Example::Schema("node Doc { v: Vector(8) }\n"),
};

pub(crate) fn finding(owner: &Decl, size: &Number) -> Finding {
    Finding::new(&RULE, owner.place(size.span), "a vector has at least one dimension")
}
