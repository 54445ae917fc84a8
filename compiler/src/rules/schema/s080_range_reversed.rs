//! S080: a range whose lower bound is above its upper bound.

use omnigraph_grammar::schema::ast::{Argument, Number};

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S080",
    subcode: "S080",
    name: "range-reversed",
    severity: Severity::Error,
    summary: "The lower bound of a range is not above the upper one.",
    explanation: "No value lies in such a range, so nothing but null could be written.",
    fails: Example::Schema("node Book {\n    pages: I32\n    @range(pages, 900..1)\n}\n"),
    passes: Example::Schema("node Book {\n    pages: I32\n    @range(pages, 1..900)\n}\n"),
};

pub(crate) fn finding(owner: &Decl, argument: &Argument, low: &Number, high: &Number) -> Finding {
    let place = owner.place(argument.span);
    let message = format!("nothing lies between {} and {}", low.text, high.text);
    Finding::new(&RULE, place.clone(), message)
        .label("reversed")
        .maybe_fix("swap the bounds", vec![(place, format!("{}..{}", high.text, low.text))])
}
