//! S061: `@embed` on a list.

use omnigraph_grammar::schema::ast::Annotation;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Property;

pub const RULE: Rule = Rule {
    code: "S061",
    subcode: "S061",
    name: "embed-on-list",
    severity: Severity::Error,
    summary: "`@embed` stands on a vector, not on a list of numbers.",
    explanation: "A vector has a fixed size, which an index and a distance need.",
    fails: Example::Schema("node Book { v: [F32] @embed(blurb) blurb: String }\n"),
    passes: Example::Schema("node Book { v: Vector(8) @embed(blurb) blurb: String }\n"),
};

pub(crate) fn finding(property: &Property, annotation: &Annotation) -> Finding {
    let message = format!("`{}` is a list, and an embedding is a `Vector(n)`", property.name());
    Finding::new(&RULE, property.place(annotation.span), message).also(property.type_place(), "the type")
}
