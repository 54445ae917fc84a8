//! S083: `@check` that is not a property and a pattern.

use omnigraph_grammar::schema::ast::Annotation;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S083",
    subcode: "S083",
    name: "malformed-check",
    severity: Severity::Error,
    summary: "`@check` takes a property and a string: `@check(isbn, \"^97[89]\")`.",
    explanation: "On the property itself, its name is left out: `isbn: String @check(\"^97[89]\")`. Further arguments \
                  are refused instead of being dropped.",
    fails: Example::Schema("node Book {\n    isbn: String\n    @check(isbn)\n}\n"),
    passes: Example::Schema("node Book {\n    isbn: String\n    @check(isbn, \"^97\")\n}\n"),
};

pub(crate) fn finding(owner: &Decl, annotation: &Annotation) -> Finding {
    let span = annotation
        .arguments
        .as_ref()
        .map_or(annotation.span, |arguments| arguments.span);
    Finding::new(
        &RULE,
        owner.place(span),
        "`@check` takes a property and a pattern in quotes",
    )
    .label("not that")
    .help("write `@check(isbn, \"^97[89]\")`")
}
