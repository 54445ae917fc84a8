//! T59.4: what the calls of a query come to has bounds.

use omnigraph_grammar::Span;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T59",
    subcode: "T59.4",
    name: "fragments-too-large",
    severity: Severity::Error,
    summary: "What the calls of a query come to has bounds.",
    explanation: "A call stands for the clauses of the fragment, and so for those of the fragments that they call. In a query \
                  there are at most 1,000 calls, those in fragments included; its blocks and those of its fragments stand in \
                  each other at most 64 levels deep; and what is given for parameters has at most 10,000 parts.",
    fails: Example::Query(
        "fragment a($x: I64) { $x > 1  b($x + 1 + $x)  b($x + 2 + $x) }\nfragment b($x: I64) { c($x + 1 + $x)  c($x + 2 + $x) }\nfragment c($x: I64) { d($x + 1 + $x)  d($x + 2 + $x) }\nfragment d($x: I64) { e($x + 1 + $x)  e($x + 2 + $x) }\nfragment e($x: I64) { $x + $x + $x + $x + $x > 3  f($x + 1 + $x)  f($x + 2 + $x) }\nfragment f($x: I64) { $x + $x + $x + $x + $x > 3 }\n\nquery q() {\n    match { $p: Person  a($p.age) }\n    return { $p.handle }\n}\n",
    ),
    passes: Example::Query(
        "fragment a($x: I64) { $x > 1  b($x + 1) }\nfragment b($x: I64) { $x < 90 }\n\nquery q() {\n    match { $p: Person  a($p.age) }\n    return { $p.handle }\n}\n",
    ),
};

pub(crate) fn finding(name: &str, call: Span) -> Finding {
    Finding::new(&RULE, call, format!("with the call of `{name}` this query grows too large"))
        .label("stands for too many clauses")
        .help("fewer calls within each other, or values that `let` names")
}
