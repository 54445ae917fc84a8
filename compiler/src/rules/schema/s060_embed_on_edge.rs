//! S060: `@embed` on a property of an edge.

use omnigraph_grammar::schema::ast::Annotation;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S060",
    subcode: "S060",
    name: "embed-on-edge",
    severity: Severity::Error,
    summary: "Embeddings belong to nodes.",
    explanation: "Ranking by nearness ranks nodes. A vector on an edge can be stored, but nothing embeds into it.",
    fails: Example::Schema("node Book {}\nedge Cites: Book -> Book { v: Vector(8) @embed(note) note: String }\n"),
    passes: Example::Schema("node Book {}\nedge Cites: Book -> Book { v: Vector(8) note: String }\n"),
};

pub(crate) fn finding(edge: &Decl, annotation: &Annotation) -> Finding {
    let message = format!("a property of the edge {} cannot have `@embed`", edge.name.text);
    Finding::new(&RULE, edge.place(annotation.span), message)
}
