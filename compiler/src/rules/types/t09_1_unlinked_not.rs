//! T9.1: a `not` block mentions a variable of the pattern around it.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::Nested;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Context;
use crate::wording::any_of;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T9",
    subcode: "T9.1",
    name: "unlinked-not",
    severity: Severity::Error,
    summary: "A `not` block mentions a variable of the pattern around it.",
    explanation: "Without a link the block asks the same question for every row: it keeps all of them or none. The \
                  link may be in a nested block. `exists { … }` needs none.",
    fails: Example::Query("query q() {\n    match { $p: Person  not { $x: Doc } }\n    return { $p.handle }\n}\n"),
    passes: Example::Query(
        "query q() {\n    match { $p: Person  not { $p wrote $x } }\n    return { $p.handle }\n}\n",
    ),
};

pub(crate) fn finding(context: &Context, nested: &Nested, block: Span, scope: usize) -> Finding {
    let finding = Finding::new(&RULE, nested.keyword, "this `not` is linked to nothing outside of it")
        .label("asks the same for every row")
        .also(block, "mentions only variables of its own");
    let outside: Vec<String> = context.environment.scopes[scope].names.keys().map(|name| format!("`${name}`")).take(6).collect();
    match outside.is_empty() {
        true => finding,
        false => finding.help(format!("add a traversal or a filter with {}", any_of(&outside))),
    }
}
