//! T7.3: lists have no order.

use omnigraph_grammar::Span;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::{Ty, Typed};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T7",
    subcode: "T7.3",
    name: "list-comparison",
    severity: Severity::Error,
    summary: "Lists have no order; they are searched by `contains` and `in`.",
    explanation: "Two lists are equal or not, item by item, and nothing else. `$p.tags contains \"graph\"` asks whether a list has an \
                  item, and `$p.role in [\"lead\", \"guest\"]` whether a value is one of several.",
    fails: Example::Query("query q() {\n    match { $p: Person  $p.tags < [\"a\"] }\n    return { $p.handle }\n}\n"),
    passes: Example::Query(
        "query q() {\n    match { $p: Person  $p.tags contains \"a\" }\n    return { $p.handle }\n}\n",
    ),
};

pub(crate) fn finding(op: Span, list: &Typed, other: &Typed) -> Finding {
    let finding = Finding::new(&RULE, op, "a list cannot be compared")
        .label("needs single values")
        .also(list.span, "a list")
        .help("`contains` asks whether a list has an item");
    match list.span < other.span && matches!(&other.ty, Ty::Value(ty) if !ty.list) {
        true => finding.maybe_fix("use `contains`", vec![(op, "contains".to_owned())]),
        false => finding,
    }
}

/// The same of `where` in a mutation.
pub(crate) fn in_predicate(op: Span, value: &Typed) -> Finding {
    Finding::new(&RULE, op, "a list cannot be compared")
        .label("needs single values")
        .also(value.span, "a list")
}
