//! S048: `@key`, `@unique`, `@index` or `@embed` twice on one property.

use omnigraph_grammar::schema::ast::Annotation;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S048",
    subcode: "S048",
    name: "repeated-on-property",
    severity: Severity::Error,
    summary: "A property has each of `@key`, `@unique`, `@index` and `@embed` at most once.",
    explanation: "The second one would say the same again or, for `@embed`, something else.",
    fails: Example::Schema("node Book { isbn: String @index @index }\n"),
    passes: Example::Schema("node Book { isbn: String @index }\n"),
};

pub(crate) fn finding(owner: &Decl, annotation: &Annotation, first: &Annotation) -> Finding {
    let place = owner.place(annotation.span);
    Finding::new(
        &RULE,
        place.clone(),
        format!("`@{}` stands twice on one property", annotation.name.text),
    )
    .label("again here")
    .also(owner.place(first.span), "first given here")
    .safe_fix("delete the second one", vec![(place, String::new())])
}
