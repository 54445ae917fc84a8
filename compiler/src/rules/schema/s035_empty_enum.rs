//! S035: an enum without values.

use omnigraph_grammar::Span;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S035",
    subcode: "S035",
    name: "empty-enum",
    severity: Severity::Error,
    summary: "An enum has at least one value.",
    explanation: "No row could hold a value of it.",
    fails: Example::Schema("node Song { mood: enum() }\n"),
    passes: Example::Schema("node Song { mood: enum(calm, loud) }\n"),
};

pub(crate) fn finding(owner: &Decl, ty: Span) -> Finding {
    Finding::new(&RULE, owner.place(ty), "this enum has no values").help("list them: `enum(calm, loud)`")
}
