//! S063: an annotation that has no meaning.

use omnigraph_grammar::schema::ast::Annotation;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S063",
    subcode: "S063",
    name: "unknown-annotation",
    severity: Severity::Warning,
    summary: "An annotation has a meaning, or the project declares it as its own.",
    explanation: "Unknown annotations are stored as they are written, for tools that read the catalog. To keep one \
                  without this warning, list it in `known-annotations` under `[lint]` in omnigraph.toml.",
    fails: Example::Schema("node Book { title: String @searchable }\n"),
    passes: Example::Schema("node Book { title: String @index }\n"),
};

pub(crate) fn finding(owner: &Decl, annotation: &Annotation) -> Finding {
    let name = &annotation.name.text;
    Finding::new(
        &RULE,
        owner.place(annotation.name.span),
        format!("`@{name}` has no meaning here"),
    )
    .label("kept as text")
    .help(format!(
        "if a tool of yours reads it, add `{name}` to `known-annotations` under `[lint]` in omnigraph.toml"
    ))
}
