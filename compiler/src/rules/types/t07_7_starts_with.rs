//! T7.7: both sides of `starts_with`, `ends_with` and `matches` are text.

use omnigraph_grammar::query::ast::Comparator;
use omnigraph_model::types::Type;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Typed;
use crate::wording::spoken;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T7",
    subcode: "T7.7",
    name: "starts-with-text",
    severity: Severity::Error,
    summary: "Both sides of `starts_with`, `ends_with` and `matches` are text.",
    explanation: "Only text has a beginning, an end, or parts that a regular expression describes.",
    fails: Example::Query(
        "query q() {\n    match { $p: Person  $p.age starts_with \"4\" }\n    return { $p.handle }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match { $p: Person  $p.name starts_with \"A\" }\n    return { $p.handle }\n}\n",
    ),
};

pub(crate) fn finding(op: Comparator, side: &Typed, ty: &Type) -> Finding {
    let word = match op {
        Comparator::EndsWith => "ends_with",
        Comparator::Matches => "matches",
        _ => "starts_with",
    };
    let finding = Finding::new(&RULE, side.span, format!("`{word}` compares text, and this is {}", spoken(ty)))
        .label("expected `String`");
    match &side.owner {
        Some(owner) => owner.label(finding, ty),
        None => finding,
    }
}
