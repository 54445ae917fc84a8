//! T8.1: `sum` and `avg` add up numbers.

use omnigraph_grammar::query::ast::Call;
use omnigraph_model::types::Type;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Typed;
use crate::wording::spoken;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T8",
    subcode: "T8.1",
    name: "sum-argument",
    severity: Severity::Error,
    summary: "`sum` and `avg` add up numbers.",
    explanation: "Only numeric properties can be added. To know how many rows there are use `count`.",
    fails: Example::Query("query q() {\n    match { $p: Person }\n    return { sum($p.name) as n }\n}\n"),
    passes: Example::Query("query q() {\n    match { $p: Person }\n    return { sum($p.age) as n }\n}\n"),
};

pub(crate) fn finding(call: &Call, argument: &Typed, ty: &Type) -> Finding {
    let name = call.function.name();
    let finding = Finding::new(&RULE, argument.span, format!("`{name}` needs a number, and this is {}", spoken(ty)))
        .label(spoken(ty))
        .also(call.function_span, "adds numbers up");
    let finding = match &argument.owner {
        Some(owner) => owner.label(finding, ty),
        None => finding,
    };
    finding.maybe_fix("count instead", vec![(call.function_span, "count".to_owned())])
}
