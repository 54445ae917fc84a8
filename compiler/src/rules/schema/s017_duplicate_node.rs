//! S017: a node declared twice.

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S017",
    subcode: "S017",
    name: "duplicate-node",
    severity: Severity::Error,
    summary: "A node is declared once.",
    explanation: "Neither declaration could be preferred without silently dropping the other. The first one is used \
                  for everything else that is checked. Declarations of different kinds may share a name.",
    fails: Example::Schema("node Book {}\nnode Book {}\n"),
    passes: Example::Schema("node Book {}\nnode Novel {}\n"),
};

pub(crate) fn finding(second: &Decl, first: &Decl) -> Finding {
    Finding::new(
        &RULE,
        second.name_place(),
        format!("node `{}` is declared twice", second.name.text),
    )
    .label("declared again here")
    .also(first.name_place(), "first declared here")
    .help("rename one of them, or merge the two")
}
