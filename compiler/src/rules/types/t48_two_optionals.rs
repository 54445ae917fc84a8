//! T48: one optional block binds a variable.

use omnigraph_grammar::{Name, Span};

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

/// `first`: where the first of the blocks mentions the variable.
pub(crate) fn finding(second: &Name, first: Span) -> Finding {
    let message = format!("which block binds `${}` first would matter; rename one", second.text);
    Finding::new(&RULE, second.span, message)
        .label("the second `optional` that binds it")
        .also(first, "the first one")
}
