//! T31: aggregates and rank functions stand in `return` and `order`, each by itself.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::{Apply, BlockValue, Call, Expression, ExpressionKind};

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

/// A rank function inside a larger expression; `output`: in `return` or `order`.
pub(crate) fn inside(call: &Call, output: bool) -> Finding {
    if !output {
        return in_filter(call);
    }
    let name = call.function.name();
    Finding::new(&RULE, call.span, format!("`{name}` stands by itself, and in no larger expression"))
        .label("ranks the result")
        .help("project it under an alias, and order by the alias")
}

/// A function about the rows of a pattern, in a mutation.
pub(crate) fn in_statement(call: &Call) -> Finding {
    let name = call.function.name();
    Finding::new(&RULE, call.span, format!("`{name}` cannot stand in a statement"))
        .label("about the rows of a `match`")
        .help("a statement's values are computed of one row")
}

/// An aggregate about the items of a list.
pub(crate) fn in_comprehension(call: &Call) -> Finding {
    let name = call.function.name();
    Finding::new(&RULE, call.span, format!("`{name}` is about rows, and not about the items of a list"))
        .label("not in a comprehension")
        .help("lists have functions of their own, such as `size`, `list_sum` and `list_max`")
}

/// A block where no rows of a pattern are.
pub(crate) fn block(value: &BlockValue) -> Finding {
    Finding::new(&RULE, value.block.span, format!("`{} {{ … }}` cannot stand here", value.word()))
        .label("goes on from a row of a `match`")
        .help("`match`, `return`, `having` and `order` may hold one, outside of comprehensions and inline matches")
}

/// A block behind a function that makes no value of rows, such as `now() { … }`.
pub(crate) fn folds_nothing(call: &Call) -> Finding {
    let name = call.function.name();
    Finding::new(&RULE, call.function_span, format!("`{name}` makes no value of the rows of a block"))
        .label("not an aggregate")
        .help("write an aggregate, such as `count { … }` or `max($n.property) { … }`, or leave the block out")
}

/// A function that counts edges, where no rows of a pattern are.
pub(crate) fn degree(written: &Apply, span: Span) -> Finding {
    Finding::new(&RULE, span, format!("`{}` cannot stand here", written.name.text))
        .label("goes on from a row of a `match`")
        .help("`match`, `return`, `having` and `order` may hold one, outside of comprehensions and inline matches")
}

/// An aggregate or a ranking among the items or the keys of a list of objects.
pub(crate) fn in_rows(call: &Call) -> Finding {
    let name = call.function.name();
    let finding = Finding::new(&RULE, call.span, format!("`{name}` cannot stand in a list of objects"))
        .label("each object is made of one solution of the block");
    match call.function.is_rank() {
        true => finding.help("a list is ordered by values, such as `order { $q.age desc }`"),
        false => finding.help(format!(
            "`{name}(…) {{ … }}` computes it of the solutions of a block, and `count {{ … }}` counts them"
        )),
    }
}

/// The column of an object, or of objects, inside a larger expression.
pub(crate) fn object(name: &str, span: Span, column: Span) -> Finding {
    Finding::new(&RULE, span, format!("`{name}` is an object, which is only returned"))
        .label("not computed with")
        .also(column, "this column")
        .help("what it holds can be read as it is written there, such as `$p.name`")
}

/// The column of a ranking inside a larger expression.
pub(crate) fn ranked(name: &str, span: Span, column: Span) -> Finding {
    Finding::new(&RULE, span, format!("`{name}` is a ranking, which stands in no larger expression"))
        .label("not computed with")
        .also(column, "this column")
}

pub(crate) fn in_aggregate(argument: &Expression, call: &Call) -> Finding {
    let name = call.function.name();
    let message = format!("`{name}` takes a node or a value of one row");
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
