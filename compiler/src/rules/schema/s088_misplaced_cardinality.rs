//! S088: `@card` on something other than an edge.

use omnigraph_grammar::schema::ast::Annotation;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S088",
    subcode: "S088",
    name: "misplaced-cardinality",
    severity: Severity::Error,
    summary: "`@card` stands in the header of an edge.",
    explanation: "It counts edges per source node, so it belongs to the edge as a whole.",
    fails: Example::Schema("node Book @card(0..1) {}\n"),
    passes: Example::Schema("node Book {}\nedge Lent: Book -> Book @card(0..1)\n"),
};

pub(crate) fn finding(decl: &Decl, annotation: &Annotation) -> Finding {
    Finding::new(
        &RULE,
        decl.place(annotation.span),
        "`@card` belongs in the header of an edge",
    )
    .help("write `edge Name: From -> To @card(0..1)`")
}
