//! S050: an annotation with one value, twice on one target.

use omnigraph_grammar::schema::ast::Annotation;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S050",
    subcode: "S050",
    name: "text-repeated",
    severity: Severity::Error,
    summary: "A target has one `@description`, one `@instruction`, one `@owner`, one `@default` and one `@metric`.",
    explanation: "Only one of them could count.",
    fails: Example::Schema("node Book @description(\"a\") @description(\"b\") {}\n"),
    passes: Example::Schema("node Book @description(\"a\") {}\n"),
};

pub(crate) fn finding(owner: &Decl, annotation: &Annotation, first: &Annotation) -> Finding {
    let place = owner.place(annotation.span);
    Finding::new(
        &RULE,
        place.clone(),
        format!("`@{}` is given twice", annotation.name.text),
    )
    .label("again here")
    .also(owner.place(first.span), "first given here")
    .safe_fix("delete the second one", vec![(place, String::new())])
}
