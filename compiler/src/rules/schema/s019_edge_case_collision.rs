//! S019: two edges whose names differ in letter case alone.

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S019",
    subcode: "S019",
    name: "edge-case-collision",
    severity: Severity::Error,
    summary: "Names of edges stay different when letter case is ignored.",
    explanation: "Queries write `lentTo` for the edge `LentTo` and find it whatever the case, so `Lent` and `LENT` \
                  could not be told apart.",
    fails: Example::Schema("node Book {}\nedge Lent: Book -> Book\nedge LENT: Book -> Book\n"),
    passes: Example::Schema("node Book {}\nedge Lent: Book -> Book\nedge Returned: Book -> Book\n"),
};

pub(crate) fn finding(second: &Decl, first: &Decl) -> Finding {
    let message = format!(
        "edges `{}` and `{}` differ only in letter case",
        first.name.text, second.name.text
    );
    Finding::new(&RULE, second.name_place(), message)
        .label("the same name to a query")
        .also(first.name_place(), "the other edge")
        .help("rename one of them")
}
