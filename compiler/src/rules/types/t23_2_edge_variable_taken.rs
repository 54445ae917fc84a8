//! T23.2: an edge variable has a name of its own.

use omnigraph_grammar::Name;
use omnigraph_model::ir::Var;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Context;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T23",
    subcode: "T23.2",
    name: "edge-variable-taken",
    severity: Severity::Error,
    summary: "An edge variable has a name of its own.",
    explanation: "Nodes and edges share their names within a query, and one edge variable belongs to one traversal.",
    fails: Example::Query("query q() {\n    match { $p: Person  $p $p:follows $q }\n    return { $p.handle }\n}\n"),
    passes: Example::Query("query q() {\n    match { $p: Person  $p $e:follows $q }\n    return { $p.handle }\n}\n"),
};

pub(crate) fn finding(context: &Context, variable: &Name, known: Var) -> Finding {
    let name = &variable.text;
    let finding = Finding::new(&RULE, variable.span, format!("`${name}` is bound already")).label("expected a new name");
    let mut fresh = format!("{name}_edge");
    while context.environment.bound_elsewhere(&fresh).is_some() {
        fresh.push('_');
    }
    context
        .with_declaration(finding, known, variable.span)
        .maybe_fix(format!("call it `${fresh}`"), vec![(variable.span, format!("${fresh}"))])
}
