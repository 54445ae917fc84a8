//! S013: an integer beyond what its use can hold.

use omnigraph_grammar::schema::ast::Number;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S013",
    subcode: "S013",
    name: "number-too-large",
    severity: Severity::Error,
    summary: "Counts in `@card` and sizes of vectors fit into 32 bits, bounds of `@range` into 64.",
    explanation: "A number that cannot be represented would have to be cut off silently.",
    fails: Example::Schema("node Book {}\nedge Lent: Book -> Book @card(0..99999999999)\n"),
    passes: Example::Schema("node Book {}\nedge Lent: Book -> Book @card(0..9)\n"),
};

/// The bound of a range; the parser reports counts and sizes.
pub(crate) fn bound(owner: &Decl, number: &Number) -> Finding {
    Finding::new(&RULE, owner.place(number.span), format!("{} is too large", number.text))
        .help("integers go from -9223372036854775808 to 18446744073709551615")
}
