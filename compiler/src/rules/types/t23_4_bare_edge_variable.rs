//! T23.4: an edge is no value of an expression.

use omnigraph_grammar::Span;
use omnigraph_model::ir::Var;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Context;
use crate::wording::any_of;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T23",
    subcode: "T23.4",
    name: "bare-edge-variable",
    severity: Severity::Error,
    summary: "An edge is no value that is compared or aggregated.",
    explanation: "An edge as a whole is returned, counted and told apart from others; everything else is asked of its properties.",
    fails: Example::Query("query q() {\n    match { $p: Person  $p $e:follows $q }\n    return { max($e) as heaviest }\n}\n"),
    passes: Example::Query("query q() {\n    match { $p: Person  $p $e:follows $q }\n    return { max($e.weight) as heaviest }\n}\n"),
};

pub(crate) fn finding(context: &Context, var: Var, span: Span) -> Finding {
    let variable = context.variable(var);
    let finding = Finding::new(&RULE, span, format!("`${}` is an edge, not a value", variable.written())).label("an edge");
    let finding = context.with_declaration(finding, var, span);
    let Some((.., properties)) = variable.kind.declaration() else {
        return finding;
    };
    let properties: Vec<String> =
        properties.iter().map(|p| format!("`${}.{}`", variable.written(), p.name)).take(6).collect();
    match properties.is_empty() {
        true => finding,
        false => finding.help(format!("read a property: {}", any_of(&properties))),
    }
}
