//! T31: aggregates and rank functions stand in `return` and `order`, each by itself.

use omnigraph_grammar::query::ast::{Call, Expression, ExpressionKind};

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T31",
    subcode: "T31",
    name: "misplaced-expression",
    severity: Severity::Error,
    summary: "Aggregates and rank functions stand in `return` and `order`, each by itself.",
    explanation: "A pattern is matched row by row, before anything is counted or ranked; and an aggregate of an \
                  aggregate would need rows that are no more.",
    fails: Example::Query("query q() {\n    match { $p: Person }\n    return { sum(count($p)) as n }\n}\n"),
    passes: Example::Query("query q() {\n    match { $p: Person }\n    return { count($p) as n }\n}\n"),
};

pub(crate) fn in_filter(call: &Call) -> Finding {
    let name = call.function.name();
    let finding = Finding::new(&RULE, call.span, format!("`{name}` cannot stand in `match`"));
    match call.function.is_rank() {
        true => finding
            .label("ranks the result")
            .help("order by it; to restrict the rows use `search(…)`"),
        false => finding
            .label("needs all rows")
            .help("project it under an alias, and order by the alias"),
    }
}

pub(crate) fn in_aggregate(argument: &Expression, call: &Call) -> Finding {
    let name = call.function.name();
    let message = format!("`{name}` takes a property, a node, a parameter or a literal");
    let finding = Finding::new(&RULE, argument.span, message)
        .label("not allowed here")
        .also(call.function_span, "the aggregate");
    match &argument.kind {
        ExpressionKind::Call(inner) if inner.function.is_aggregate() => {
            finding.help("an aggregate cannot be aggregated again")
        }
        _ => finding,
    }
}
