//! S044: an interface that no node implements.

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S044",
    subcode: "S044",
    name: "unused-interface",
    severity: Severity::Warning,
    summary: "An interface is implemented by a node.",
    explanation: "An interface has no rows; without a node that implements it, it says nothing about any data.",
    fails: Example::Schema("interface Unused { a: String }\n"),
    passes: Example::Schema("interface Used { a: String }\nnode Book implements Used {}\n"),
};

pub(crate) fn finding(interface: &Decl) -> Finding {
    let message = format!("no node implements the interface `{}`", interface.name.text);
    Finding::new(&RULE, interface.name_place(), message).label("unused")
}
