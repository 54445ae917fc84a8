//! S062: `@embed` on a blob.

use omnigraph_grammar::schema::ast::Annotation;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Property;

pub const RULE: Rule = Rule {
    code: "S062",
    subcode: "S062",
    name: "embed-on-blob",
    severity: Severity::Error,
    summary: "`@embed` stands on a vector, not on a blob.",
    explanation: "The bytes of a blob are opaque to the engine.",
    fails: Example::Schema("node Book { scan: Blob @embed(blurb) blurb: String }\n"),
    passes: Example::Schema("node Book { v: Vector(8) @embed(blurb) blurb: String }\n"),
};

pub(crate) fn finding(property: &Property, annotation: &Annotation) -> Finding {
    let message = format!("`{}` is a blob, and an embedding is a `Vector(n)`", property.name());
    Finding::new(&RULE, property.place(annotation.span), message).also(property.type_place(), "the type")
}
