//! T5.2: of an edge between two types, a traversal has one variable of each.

use omnigraph_grammar::query::ast::Traversal;
use omnigraph_model::catalog::EdgeType;
use omnigraph_model::ir::Var;

use super::t05_1_endpoint_type::with_fitting_edges;
use crate::diagnostic::{Finding, Severity};
use crate::query::context::Context;
use crate::query::environment::VariableKind;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T5",
    subcode: "T5.2",
    name: "other-endpoint",
    severity: Severity::Error,
    summary: "Of an edge between two types, a traversal has one variable of each.",
    explanation: "Which way round the variables are written does not matter, the types decide; but both ends cannot \
                  be of one type.",
    fails: Example::Query(
        "query q() {\n    match { $p: Person  $q: Person  $p wrote $q }\n    return { $p.handle }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match { $p: Person  $d: Doc  $p wrote $d }\n    return { $p.handle }\n}\n",
    ),
};

pub(crate) fn finding(context: &Context, written: &Traversal, edge: &EdgeType, target: Var) -> Finding {
    let ty = match context.kind(target) {
        VariableKind::Node(node) => node.name.as_str(),
        _ => "",
    };
    let other = if ty == edge.from { &edge.to } else { &edge.from };
    let message = format!("`{}` joins `{ty}` with `{other}`, and here both ends are `{ty}`", edge.name);
    let finding = Finding::new(&RULE, written.target.span, message).label(format!("expected a `{other}`"));
    let finding = context.with_declaration(finding, target, written.target.span);
    with_fitting_edges(context, finding, written, edge, false)
}
