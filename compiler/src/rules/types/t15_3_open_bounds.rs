//! T15.3: a bounded traversal has a largest number of hops.

use omnigraph_grammar::query::ast::Hops;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T15",
    subcode: "T15.3",
    name: "open-bounds",
    severity: Severity::Error,
    summary: "A bounded traversal has a largest number of hops.",
    explanation: "Without an end the whole graph may be searched; say how far is far enough.",
    fails: Example::Query("query q() {\n    match { $p: Person  $p follows{1,} $q }\n    return { $p.handle }\n}\n"),
    passes: Example::Query(
        "query q() {\n    match { $p: Person  $p follows{1,3} $q }\n    return { $p.handle }\n}\n",
    ),
};

pub(crate) fn finding(bounds: &Hops) -> Finding {
    let text = format!("{{{},{}}}", bounds.min.0, bounds.min.0.max(3));
    Finding::new(&RULE, bounds.span, "a largest number of hops is missing")
        .label("no end")
        .maybe_fix(format!("write `{text}`"), vec![(bounds.span, text)])
}
