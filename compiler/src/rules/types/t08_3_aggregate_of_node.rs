//! T8.3: of the aggregates only `count` takes a node.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::{Call, Function};
use omnigraph_model::ir::Var;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Context;
use crate::query::environment::VariableKind;
use crate::wording::all_of;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T8",
    subcode: "T8.3",
    name: "aggregate-of-node",
    severity: Severity::Error,
    summary: "Of the aggregates only `count` takes a node.",
    explanation: "A node is not a number and has no order; name the property that is meant.",
    fails: Example::Query("query q() {\n    match { $p: Person }\n    return { sum($p) as n }\n}\n"),
    passes: Example::Query("query q() {\n    match { $p: Person }\n    return { sum($p.age) as n }\n}\n"),
};

pub(crate) fn finding(context: &Context, call: &Call, var: Var, span: Span) -> Finding {
    let name = call.function.name();
    let finding = Finding::new(&RULE, span, format!("`{name}` needs a value, and `${}` is a node", context.variable(var).name))
        .label("a node");
    let finding = context.with_declaration(finding, var, span);
    let VariableKind::Node(node) = context.kind(var) else {
        return finding;
    };
    let sums = matches!(call.function, Function::Sum | Function::Avg);
    let fitting = node.visible_properties().into_iter().filter(|property| match sums {
        true => property.ty.scalar.is_numeric() && !property.ty.list,
        false => property.ty.is_orderable(),
    });
    let variable = &context.variable(var).name;
    let fitting: Vec<String> = fitting.map(|p| format!("`${variable}.{}`", p.name)).take(6).collect();
    match fitting.is_empty() {
        true => finding,
        false => finding.help(format!("properties that fit: {}", all_of(&fitting))),
    }
}
