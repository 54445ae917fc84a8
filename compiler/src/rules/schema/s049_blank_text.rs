//! S049: `@description`, `@instruction` or `@owner` that says nothing.

use omnigraph_grammar::schema::ast::Annotation;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S049",
    subcode: "S049",
    name: "blank-text",
    severity: Severity::Error,
    summary: "`@description`, `@instruction` and `@owner` have a value that is not blank.",
    explanation: "They are kept in the catalog for people, agents and reviews; an empty one only looks documented.",
    fails: Example::Schema("node Book @description(\"  \") {}\n"),
    passes: Example::Schema("node Book @description(\"A title on the shelf\") {}\n"),
};

pub(crate) fn finding(owner: &Decl, annotation: &Annotation) -> Finding {
    Finding::new(
        &RULE,
        owner.place(annotation.span),
        format!("`@{}` has no text", annotation.name.text),
    )
}
