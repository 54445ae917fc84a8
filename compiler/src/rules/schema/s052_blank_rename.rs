//! S052: `@rename_from` without a name.

use omnigraph_grammar::schema::ast::Annotation;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S052",
    subcode: "S052",
    name: "blank-rename",
    severity: Severity::Error,
    summary: "`@rename_from` gives the former name.",
    explanation: "The hint is what makes a rename out of a drop and an add; without the former name it cannot.",
    fails: Example::Schema("node Book @rename_from {}\n"),
    passes: Example::Schema("node Book @rename_from(\"Tome\") {}\n"),
};

pub(crate) fn finding(owner: &Decl, annotation: &Annotation) -> Finding {
    Finding::new(
        &RULE,
        owner.place(annotation.span),
        "`@rename_from` gives no former name",
    )
    .help("write `@rename_from(\"Former\")`")
}
