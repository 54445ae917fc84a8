//! T48: one optional block binds a variable.

use omnigraph_grammar::Span;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T48",
    subcode: "T48",
    name: "two-optionals",
    severity: Severity::Error,
    summary: "One optional block binds a variable.",
    explanation: "The order of clauses means nothing, so of two blocks beside each other that could bind a variable neither is the \
                  first. Two names tell the matches of the two apart; `either` finds what one of the two finds; a block inside of \
                  the other adds to its matches.",
    fails: Example::Query(
        "query q() {\n    match { $p: Person  optional { $p follows $q }  optional { $q follows $p } }\n    return { $p.handle, $q.name }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match { $p: Person  optional { $p follows $q }  optional { $r follows $p } }\n    return { $p.handle, $q.name, $r.handle }\n}\n",
    ),
};

/// `second`, `first`: where the blocks mention the variable.
pub(crate) fn finding(name: &str, second: Span, first: Span) -> Finding {
    let message = format!("which block binds `${name}` first would matter; rename one");
    Finding::new(&RULE, second, message)
        .label("the second `optional` that binds it")
        .also(first, "the first one")
}
