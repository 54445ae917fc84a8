//! S087: `@card` with a minimum above its maximum.

use omnigraph_grammar::schema::ast::Argument;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S087",
    subcode: "S087",
    name: "cardinality-reversed",
    severity: Severity::Error,
    summary: "The minimum of `@card` is not above its maximum.",
    explanation: "No number of edges could satisfy it.",
    fails: Example::Schema("node Book {}\nedge Lent: Book -> Book @card(3..1)\n"),
    passes: Example::Schema("node Book {}\nedge Lent: Book -> Book @card(1..3)\n"),
};

pub(crate) fn finding(edge: &Decl, argument: &Argument, min: u32, max: u32) -> Finding {
    let place = edge.place(argument.span);
    Finding::new(&RULE, place.clone(), format!("no number lies between {min} and {max}"))
        .label("reversed")
        .maybe_fix("swap the bounds", vec![(place, format!("{max}..{min}"))])
}
