//! S081: `@check` on an edge.

use omnigraph_grammar::schema::ast::Annotation;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S081",
    subcode: "S081",
    name: "check-on-edge",
    severity: Severity::Error,
    summary: "`@check` constrains properties of nodes.",
    explanation: "Patterns are not enforced on edges. A small set of values can be an enum, which is.",
    fails: Example::Schema("node Book {}\nedge Lent: Book -> Book {\n    code: String\n    @check(code, \"x\")\n}\n"),
    passes: Example::Schema("node Book {}\nedge Lent: Book -> Book { code: enum(x, y) }\n"),
};

pub(crate) fn finding(edge: &Decl, annotation: &Annotation) -> Finding {
    let message = format!("the edge {} cannot have a `@check`", edge.name.text);
    Finding::new(&RULE, edge.place(annotation.span), message)
}
