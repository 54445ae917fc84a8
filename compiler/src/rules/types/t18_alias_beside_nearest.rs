//! T18: beside `nearest`, an alias in `order` names a plain property or the same `nearest`.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::SortKey;

use crate::diagnostic::{Finding, Severity};
use crate::query::output::Column;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T18",
    subcode: "T18",
    name: "alias-beside-nearest",
    severity: Severity::Error,
    summary: "Beside `nearest`, an alias in `order` names a plain property or the same `nearest`.",
    explanation: "Ties between equal distances are broken by properties that the nodes have.",
    fails: Example::Query(
        "query q($v: Vector(2)) {\n    match { $d: Doc }\n    return { $d.slug, 1 as n }\n    order { nearest($d.vec, $v), n }\n    limit 3\n}\n",
    ),
    passes: Example::Query(
        "query q($v: Vector(2)) {\n    match { $d: Doc }\n    return { $d.slug, $d.year as n }\n    order { nearest($d.vec, $v), n }\n    limit 3\n}\n",
    ),
};

pub(crate) fn finding(key: &SortKey, name: &str, nearest: Span, columns: &[Column]) -> Finding {
    let finding = Finding::new(&RULE, key.span, format!("`{name}` cannot break ties of `nearest`: it names no plain property"))
        .label("an alias")
        .also(nearest, "orders the result");
    match columns.iter().find(|column| column.referable && column.name == name) {
        Some(column) => finding.also(column.written.span, "what it stands for"),
        None => finding,
    }
}
