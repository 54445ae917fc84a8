//! S096: a rename hint in the first schema of a graph.

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Hint;

pub const RULE: Rule = Rule {
    code: "S096",
    subcode: "S096",
    name: "hint-at-creation",
    severity: Severity::Warning,
    summary: "The first schema of a graph has no rename hints.",
    explanation: "Nothing was there before, so nothing was renamed.",
    fails: Example::Schema("node Book @rename_from(\"Tome\") {}\n"),
    passes: Example::Schema("node Book {}\n"),
};

pub(crate) fn finding(hint: &Hint) -> Finding {
    Finding::new(
        &RULE,
        hint.place.clone(),
        "a new graph has nothing that could be renamed",
    )
    .label("no effect")
    .safe_fix("delete the hint", vec![(hint.place.clone(), String::new())])
}
