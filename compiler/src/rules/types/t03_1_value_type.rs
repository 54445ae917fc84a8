//! T3.1: a value that a property is matched with, or assigned, has the property's type.

use omnigraph_model::types::Type;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::{Owner, Typed};
use crate::wording::spoken;
use crate::query::report::rewritten;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T3",
    subcode: "T3.1",
    name: "value-type",
    severity: Severity::Error,
    summary: "A value that a property is matched with, or assigned, has the property's type.",
    explanation: "Numbers of any width meet each other, an enum is text, and a date is written \
                  `date(\"2026-04-01\")`. Nothing else is converted.",
    fails: Example::Query("query q() {\n    match { $p: Person { age: \"old\" } }\n    return { $p.handle }\n}\n"),
    passes: Example::Query("query q() {\n    match { $p: Person { age: 41 } }\n    return { $p.handle }\n}\n"),
};

/// `wanted`: what the property takes here, one item where a list is matched.
pub(crate) fn finding(value: &Typed, ty: &Type, owner: &Owner, declared: &Type, wanted: &Type) -> Finding {
    let message = format!("{} takes {}, the value is {}", owner.spoken(), spoken(wanted), spoken(ty));
    let finding = Finding::new(&RULE, value.span, message).label(format!("expected {}", spoken(wanted)));
    let finding = owner.label(finding, declared);
    match rewritten(&value.expression, wanted) {
        Some(text) => finding.safe_fix(format!("write `{text}`"), vec![(value.span, text)]),
        None => finding,
    }
}
