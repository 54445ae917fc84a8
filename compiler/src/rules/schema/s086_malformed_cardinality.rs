//! S086: `@card` that is not one range of counts.

use omnigraph_grammar::schema::ast::{Annotation, ArgumentValue};

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S086",
    subcode: "S086",
    name: "malformed-cardinality",
    severity: Severity::Error,
    summary: "`@card` is given once, as `min..max` or `min..`.",
    explanation: "It counts the edges of one source node: `@card(0..1)` allows at most one, `@card(1..)` at least one \
                  for a node that has any. Without it, any number is allowed.",
    fails: Example::Schema("node Book {}\nedge Lent: Book -> Book @card(1)\n"),
    passes: Example::Schema("node Book {}\nedge Lent: Book -> Book @card(1..1)\n"),
};

pub(crate) fn finding(edge: &Decl, annotation: &Annotation) -> Finding {
    let list = annotation
        .arguments
        .as_ref()
        .map_or(&[][..], |arguments| &arguments.list);
    let span = match list {
        [only] => only.span,
        _ => annotation
            .arguments
            .as_ref()
            .map_or(annotation.span, |arguments| arguments.span),
    };
    let finding = Finding::new(
        &RULE,
        edge.place(span),
        "`@card` takes counts, as `min..max` or `min..`",
    );
    let [only] = list else {
        return finding.help("write `@card(0..1)`");
    };
    let replacement = match &only.value {
        ArgumentValue::Integer(count) if !count.starts_with('-') => Some(format!("{count}..{count}")),
        ArgumentValue::Range {
            low: None,
            high: Some(high),
        } => Some(format!("0..{}", high.text)),
        _ => None,
    };
    match replacement {
        Some(text) => finding.maybe_fix(format!("replace with `{text}`"), vec![(edge.place(only.span), text)]),
        None => finding.help("write `@card(0..1)`"),
    }
}

pub(crate) fn repeated(edge: &Decl, annotation: &Annotation, first: &Annotation) -> Finding {
    let place = edge.place(annotation.span);
    Finding::new(
        &RULE,
        place.clone(),
        format!("the edge {} has two cardinalities", edge.name.text),
    )
    .label("again here")
    .also(edge.place(first.span), "first given here")
    .maybe_fix("delete the second one", vec![(place, String::new())])
}
