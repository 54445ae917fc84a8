//! T23.4: of an edge variable only properties are read.

use omnigraph_grammar::Span;
use omnigraph_model::ir::Var;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Context;
use crate::wording::any_of;
use crate::query::environment::VariableKind;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T23",
    subcode: "T23.4",
    name: "bare-edge-variable",
    severity: Severity::Error,
    summary: "Of an edge variable only properties are read.",
    explanation: "An edge as a whole is not a value yet. To count edges, count anything of their rows: `count(1)`.",
    fails: Example::Query("query q() {\n    match { $p: Person  $p $e:follows $q }\n    return { $e }\n}\n"),
    passes: Example::Query("query q() {\n    match { $p: Person  $p $e:follows $q }\n    return { $e.weight }\n}\n"),
};

pub(crate) fn finding(context: &Context, var: Var, span: Span) -> Finding {
    let variable = context.variable(var);
    let finding = Finding::new(&RULE, span, format!("`${}` is an edge, not a value", variable.name)).label("an edge");
    let finding = context.with_declaration(finding, var, span);
    let VariableKind::Edge(edge) = &variable.kind else {
        return finding;
    };
    let properties: Vec<String> =
        edge.properties.iter().map(|p| format!("`${}.{}`", variable.name, p.name)).take(6).collect();
    let finding = match properties.is_empty() {
        true => finding,
        false => finding.help(format!("read a property: {}", any_of(&properties))),
    };
    finding.help("to count edges write `count(1)`")
}
