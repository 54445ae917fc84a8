//! T23.3: an edge variable is neither an end of a traversal nor bound as a node.

use omnigraph_grammar::Name;
use omnigraph_model::ir::Var;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Context;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T23",
    subcode: "T23.3",
    name: "edge-as-node",
    severity: Severity::Error,
    summary: "An edge variable is neither an end of a traversal nor bound as a node.",
    explanation: "Traversals start and end at nodes.",
    fails: Example::Query(
        "query q() {\n    match { $p: Person  $p $e:follows $q  $e follows $r }\n    return { $p.handle }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match { $p: Person  $p $e:follows $q  $q follows $r }\n    return { $p.handle }\n}\n",
    ),
};

pub(crate) fn finding(context: &Context, variable: &Name, known: Var) -> Finding {
    let finding = Finding::new(&RULE, variable.span, format!("`${}` is an edge, and here stands a node", variable.text))
        .label("expected a node");
    context.with_declaration(finding, known, variable.span)
}
