//! T23.5: search and rank functions look into properties of nodes.

use omnigraph_grammar::Span;
use omnigraph_model::ir::Var;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Context;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T23",
    subcode: "T23.5",
    name: "edge-field",
    severity: Severity::Error,
    summary: "Search and rank functions look into properties of nodes.",
    explanation: "Edges are not indexed for search; `contains` works on their text as well.",
    fails: Example::Query(
        "query q() {\n    match { $p: Person  $p $e:wrote $d  search($e.note, \"x\") }\n    return { $p.handle }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match { $p: Person  $p $e:wrote $d  $e.note contains \"x\" }\n    return { $p.handle }\n}\n",
    ),
};

pub(crate) fn finding(context: &Context, var: Var, span: Span) -> Finding {
    let name = &context.variable(var).name;
    let finding = Finding::new(&RULE, span, format!("`${name}` is an edge, and only properties of nodes are searched"))
        .label("an edge's property");
    context.with_declaration(finding, var, span).help("filter with `contains`")
}
