//! T23.1: a traversal with an edge variable goes one hop.

use omnigraph_grammar::Name;
use omnigraph_grammar::query::ast::Hops;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T23",
    subcode: "T23.1",
    name: "edge-variable-hops",
    severity: Severity::Error,
    summary: "A traversal with an edge variable goes one hop.",
    explanation: "An edge variable stands for one edge; a walk of several hops has several, or none that is the one.",
    fails: Example::Query(
        "query q() {\n    match { $p: Person  $p $e:follows{1,3} $q }\n    return { $p.handle }\n}\n",
    ),
    passes: Example::Query("query q() {\n    match { $p: Person  $p $e:follows $q }\n    return { $p.handle }\n}\n"),
};

pub(crate) fn finding(variable: &Name, hops: &Hops) -> Finding {
    Finding::new(&RULE, variable.span, "an edge variable needs a traversal of one hop")
        .label("one edge")
        .also(hops.span, "several hops")
        .maybe_fix("drop the bounds", vec![(hops.span, String::new())])
}
