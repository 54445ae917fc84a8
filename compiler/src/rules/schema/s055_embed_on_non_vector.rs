//! S055: `@embed` on something other than a vector.

use omnigraph_grammar::schema::ast::Annotation;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Property;

pub const RULE: Rule = Rule {
    code: "S055",
    subcode: "S055",
    name: "embed-on-non-vector",
    severity: Severity::Error,
    summary: "`@embed` stands on a vector.",
    explanation: "It names the text that the vector was computed from. It stands on the vector and names the text, not \
                  the other way round.",
    fails: Example::Schema("node Book { title: String @embed(blurb) blurb: String }\n"),
    passes: Example::Schema("node Book { v: Vector(8) @embed(blurb) blurb: String }\n"),
};

pub(crate) fn finding(property: &Property, annotation: &Annotation) -> Finding {
    let message = format!("`{}` is not a vector, so it has no `@embed`", property.name());
    Finding::new(&RULE, property.place(annotation.span), message).also(property.type_place(), "the type")
}
