//! T13: a statement assigns each property once.

use omnigraph_grammar::query::ast::PropertyMatch;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T13",
    subcode: "T13",
    name: "assigned-twice",
    severity: Severity::Error,
    summary: "A statement assigns each property once.",
    explanation: "Only one of two values could be stored.",
    fails: Example::Query("query q($h: String) {\n    update Person set { age: 1, age: 2 } where handle = $h\n}\n"),
    passes: Example::Query("query q($h: String) {\n    update Person set { age: 2 } where handle = $h\n}\n"),
};

pub(crate) fn finding(again: &PropertyMatch, first: &PropertyMatch) -> Finding {
    Finding::new(&RULE, again.property.span, format!("`{}` is assigned twice", again.property.text))
        .label("assigned again")
        .also(first.property.span, "assigned first here")
        .maybe_fix("delete the second", vec![(again.span, String::new())])
}
