//! T46: what holds a value has a name of its own.

use omnigraph_grammar::{Name, Span};

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T46",
    subcode: "T46",
    name: "name-taken",
    severity: Severity::Error,
    summary: "A variable that holds a value has a name of its own.",
    explanation: "A name stands for one thing wherever it is visible: what `let`, `each`, `for` and `as` in `with` introduce is not called like \
                  another variable, a parameter, or the item of a comprehension around it.",
    fails: Example::Query("query q() {\n    match { $p: Person }\n    return { [upper($p) for $p in $p.tags] as tags }\n}\n"),
    passes: Example::Query(
        "query q() {\n    match { $p: Person }\n    return { [upper($t) for $t in $p.tags] as tags }\n}\n",
    ),
};

/// `first`: where the name gets its value, if the query says so.
pub(crate) fn finding(variable: &Name, first: Option<Span>) -> Finding {
    let finding = Finding::new(&RULE, variable.span, format!("`${}` already has a value here", variable.text))
        .label("expected a new name");
    match first {
        Some(first) => finding.also(first, "the first one"),
        None => finding,
    }
}
