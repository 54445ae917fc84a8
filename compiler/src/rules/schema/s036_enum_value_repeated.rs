//! S036: a value that an enum lists twice.

use omnigraph_grammar::Span;
use omnigraph_grammar::schema::ast::EnumValue;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S036",
    subcode: "S036",
    name: "enum-value-repeated",
    severity: Severity::Error,
    summary: "An enum lists each value once.",
    explanation: "Values are compared exactly: `on` and `On` are two of them. The order in which they are written has \
                  no meaning.",
    fails: Example::Schema("node Song { mood: enum(calm, loud, calm) }\n"),
    passes: Example::Schema("node Song { mood: enum(calm, loud) }\n"),
};

pub(crate) fn finding(owner: &Decl, value: &EnumValue, first: &EnumValue, previous: Option<&EnumValue>) -> Finding {
    // The comma before it goes too.
    let cut = Span {
        start: previous.map_or(value.span.start, |previous| previous.span.end),
        end: value.span.end,
    };
    Finding::new(
        &RULE,
        owner.place(value.span),
        format!("the enum lists `{}` twice", value.text),
    )
    .label("again here")
    .also(owner.place(first.span), "first listed here")
    .safe_fix("delete it", vec![(owner.place(cut), String::new())])
}
