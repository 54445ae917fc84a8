//! S077: `@range` on an edge.

use omnigraph_grammar::schema::ast::Annotation;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S077",
    subcode: "S077",
    name: "range-on-edge",
    severity: Severity::Error,
    summary: "`@range` constrains properties of nodes.",
    explanation: "Ranges are not enforced on edges. A small set of values can be an enum, which is; a value with rules \
                  of its own may deserve a node.",
    fails: Example::Schema("node Book {}\nedge Rated: Book -> Book {\n    stars: I32\n    @range(stars, 1..5)\n}\n"),
    passes: Example::Schema("node Book {}\nedge Rated: Book -> Book { stars: enum(1, 2, 3, 4, 5) }\n"),
};

pub(crate) fn finding(edge: &Decl, annotation: &Annotation) -> Finding {
    let message = format!("the edge {} cannot have a `@range`", edge.name.text);
    Finding::new(&RULE, edge.place(annotation.span), message).help("make it an enum, or move the value to a node")
}
