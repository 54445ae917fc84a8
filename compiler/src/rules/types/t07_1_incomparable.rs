//! T7.1: both sides of a comparison are of one type, or numbers.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::visit::Predicate;
use omnigraph_model::types::Type;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::{Owner, Typed};
use crate::wording::spoken;
use crate::query::report::rewritten;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T7",
    subcode: "T7.1",
    name: "incomparable",
    severity: Severity::Error,
    summary: "Both sides of a comparison are of one type, or numbers.",
    explanation: "Numbers of all widths compare by their value. Text, truth values, dates and instants compare with \
                  their own kind alone; an enum is text.",
    fails: Example::Query("query q() {\n    match { $p: Person  $p.age > \"old\" }\n    return { $p.handle }\n}\n"),
    passes: Example::Query("query q() {\n    match { $p: Person  $p.age > 40 }\n    return { $p.handle }\n}\n"),
};

pub(crate) fn finding(op: Span, left: &Typed, l: &Type, right: &Typed, r: &Type) -> Finding {
    let mut finding = Finding::new(&RULE, op, format!("{} and {} cannot be compared", spoken(l), spoken(r)))
        .label("incomparable")
        .also(left.span, spoken(l))
        .also(right.span, spoken(r));
    for (side, ty) in [(left, l), (right, r)] {
        if let Some(owner) = &side.owner {
            finding = owner.label(finding, ty);
        }
    }
    for (side, other) in [(left, r), (right, l)] {
        if let Some(text) = rewritten(&side.expression, other) {
            let title = format!("write `{text}`");
            return finding.safe_fix(title, vec![(side.span, text)]);
        }
    }
    finding
}

/// The same of `where` in a mutation.
pub(crate) fn in_predicate(written: &Predicate, property: &Type, value: &Typed, ty: &Type, owner: &Owner) -> Finding {
    let message = format!("{} and {} cannot be compared", spoken(property), spoken(ty));
    let finding = Finding::new(&RULE, written.op_span, message)
        .label("incomparable")
        .also(owner.name_span, spoken(property))
        .also(value.span, spoken(ty));
    let finding = owner.label(finding, property);
    match rewritten(&value.expression, property) {
        Some(text) => finding.safe_fix(format!("write `{text}`"), vec![(value.span, text)]),
        None => finding,
    }
}
