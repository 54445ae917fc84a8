//! T3.6: null is written into nullable properties alone.

use omnigraph_grammar::Span;
use omnigraph_model::types::Type;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Owner;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T3",
    subcode: "T3.6",
    name: "null-literal-into-required",
    severity: Severity::Error,
    summary: "Null is written into nullable properties alone.",
    explanation: "A property whose type does not end in `?` always has a value.",
    fails: Example::Query(
        "query q() {\n    insert Person { handle: \"a\", name: null, role: \"lead\" }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    insert Person { handle: \"a\", name: \"A\", age: null, role: \"lead\" }\n}\n",
    ),
};

pub(crate) fn finding(value: Span, owner: &Owner, ty: &Type) -> Finding {
    let message = format!("{} is never null", owner.spoken());
    owner.label(Finding::new(&RULE, value, message).label("null"), ty)
}
