//! S018: an edge declared twice.

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S018",
    subcode: "S018",
    name: "duplicate-edge",
    severity: Severity::Error,
    summary: "An edge is declared once.",
    explanation: "Neither declaration could be preferred without silently dropping the other. The first one is used \
                  for everything else that is checked. Declarations of different kinds may share a name.",
    fails: Example::Schema("node Book {}\nedge Lent: Book -> Book\nedge Lent: Book -> Book\n"),
    passes: Example::Schema("node Book {}\nedge Lent: Book -> Book\nedge Returned: Book -> Book\n"),
};

pub(crate) fn finding(second: &Decl, first: &Decl) -> Finding {
    Finding::new(
        &RULE,
        second.name_place(),
        format!("edge `{}` is declared twice", second.name.text),
    )
    .label("declared again here")
    .also(first.name_place(), "first declared here")
    .help("rename one of them, or merge the two")
}
