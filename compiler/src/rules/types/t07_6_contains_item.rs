//! T7.6: on the right of `contains` stands one item of the list's type, or text if the left is text.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::{Expression, ExpressionKind, Literal};
use omnigraph_model::types::Type;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Typed;
use crate::wording::spoken;
use crate::query::report::rewritten;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T7",
    subcode: "T7.6",
    name: "contains-item",
    severity: Severity::Error,
    summary: "On the right of `contains` stands one item of the list's type, or text if the left is text.",
    explanation: "One `contains` asks about one item. Several items need several filters.",
    fails: Example::Query(
        "query q() {\n    match { $p: Person  $p.tags contains [\"a\"] }\n    return { $p.handle }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match { $p: Person  $p.tags contains \"a\" }\n    return { $p.handle }\n}\n",
    ),
};

/// `written`: the right side.
pub(crate) fn finding(left: &Typed, l: &Type, right: &Typed, r: &Type, written: &Expression) -> Finding {
    let item = Type::of(l.scalar);
    let finding = Finding::new(&RULE, right.span, format!("{} does not contain {}", spoken(l), spoken(r)))
        .label(format!("expected {}", spoken(&item)))
        .also(left.span, spoken(l));
    if let ExpressionKind::Literal(Literal::List(items)) = &written.kind
        && let [only] = items.as_slice()
        && r.scalar == l.scalar
    {
        let cut = |start: u32, end: u32| (Span { start, end }, String::new());
        let edits = vec![
            cut(written.span.start, only.span.start),
            cut(only.span.end, written.span.end),
        ];
        return finding.safe_fix("take the item out of the list", edits);
    }
    match rewritten(&right.expression, &item) {
        Some(text) => finding.safe_fix(format!("write `{text}`"), vec![(right.span, text)]),
        None if r.list => finding.help("write a `contains` filter for each item"),
        None => finding,
    }
}
