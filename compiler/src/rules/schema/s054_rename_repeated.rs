//! S054: `@rename_from` twice on one target.

use omnigraph_grammar::schema::ast::Annotation;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S054",
    subcode: "S054",
    name: "rename-repeated",
    severity: Severity::Error,
    summary: "A target has one former name.",
    explanation: "What a schema was renamed from in an earlier step is past: only the name in the accepted schema \
                  counts.",
    fails: Example::Schema("node Book @rename_from(\"A\") @rename_from(\"B\") {}\n"),
    passes: Example::Schema("node Book @rename_from(\"B\") {}\n"),
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
