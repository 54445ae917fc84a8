//! T7.5: on the left of `contains` stands a list or text.

use omnigraph_model::types::Type;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Typed;
use crate::wording::spoken;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T7",
    subcode: "T7.5",
    name: "contains-container",
    severity: Severity::Error,
    summary: "On the left of `contains` stands a list or text.",
    explanation: "`contains` asks whether a list has an item or a text has a part; nothing else contains anything.",
    fails: Example::Query("query q() {\n    match { $p: Person  $p.age contains 3 }\n    return { $p.handle }\n}\n"),
    passes: Example::Query(
        "query q() {\n    match { $p: Person  $p.name contains \"da\" }\n    return { $p.handle }\n}\n",
    ),
};

pub(crate) fn finding(left: &Typed, ty: &Type) -> Finding {
    let message = format!("{} contains nothing: expected a list or `String`", spoken(ty));
    let finding = Finding::new(&RULE, left.span, message).label(spoken(ty));
    match &left.owner {
        Some(owner) => owner.label(finding, ty),
        None => finding,
    }
}
