//! S051: `@instruction` on a property.

use omnigraph_grammar::schema::ast::Annotation;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S051",
    subcode: "S051",
    name: "instruction-on-property",
    severity: Severity::Error,
    summary: "Instructions are given to nodes and edges.",
    explanation: "An instruction tells an agent how to use a type. What a property means is its `@description`.",
    fails: Example::Schema("node Book { title: String @instruction(\"as printed\") }\n"),
    passes: Example::Schema("node Book { title: String @description(\"as printed\") }\n"),
};

pub(crate) fn finding(owner: &Decl, annotation: &Annotation) -> Finding {
    let name = owner.place(annotation.name.span);
    Finding::new(&RULE, owner.place(annotation.span), "a property has no `@instruction`")
        .help("describe it with `@description`")
        .safe_fix("rename to `@description`", vec![(name, "description".to_owned())])
}
