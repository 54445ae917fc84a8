//! S055.2: `@metric` on something other than a vector.

use omnigraph_grammar::schema::ast::Annotation;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Property;

pub const RULE: Rule = Rule {
    code: "S055",
    subcode: "S055.2",
    name: "metric-on-non-vector",
    severity: Severity::Error,
    summary: "`@metric` stands on a vector.",
    explanation: "It says how distances between vectors are measured, with and without an index.",
    fails: Example::Schema("node Book { title: String @metric(\"l2\") }\n"),
    passes: Example::Schema("node Book { v: Vector(8) @metric(\"l2\") }\n"),
};

pub(crate) fn finding(property: &Property, annotation: &Annotation) -> Finding {
    let message = format!("`{}` is not a vector, so it has no `@metric`", property.name());
    Finding::new(&RULE, property.place(annotation.span), message).also(property.type_place(), "the type")
}
