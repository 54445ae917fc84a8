//! T8.2: `min` and `max` take single values that have an order.

use omnigraph_grammar::query::ast::Call;
use omnigraph_model::types::Type;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Typed;
use crate::wording::spoken;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T8",
    subcode: "T8.2",
    name: "min-max-argument",
    severity: Severity::Error,
    summary: "`min` and `max` take single values that have an order.",
    explanation: "Text, numbers, dates, instants and truth values are ordered; lists, vectors and blobs are not.",
    fails: Example::Query("query q() {\n    match { $p: Person }\n    return { max($p.tags) as n }\n}\n"),
    passes: Example::Query("query q() {\n    match { $p: Person }\n    return { max($p.joined) as n }\n}\n"),
};

pub(crate) fn finding(call: &Call, argument: &Typed, ty: &Type) -> Finding {
    let name = call.function.name();
    let finding = Finding::new(&RULE, argument.span, format!("`{name}` needs a value with an order, and this is {}", spoken(ty)))
        .label(spoken(ty))
        .also(call.function_span, "compares values");
    match &argument.owner {
        Some(owner) => owner.label(finding, ty),
        None => finding,
    }
}
