//! S095: a rename hint that has done its work.

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Hint;

pub const RULE: Rule = Rule {
    code: "S095",
    subcode: "S095",
    name: "spent-hint",
    severity: Severity::Warning,
    summary: "A rename hint is deleted once it was applied.",
    explanation: "The name exists in the accepted schema, so the hint is ignored.",
    fails: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book @rename_from(\"Tome\") {}\n",
    },
    passes: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book {}\n",
    },
};

pub(crate) fn finding(hint: &Hint) -> Finding {
    let name = hint.property.as_deref().unwrap_or(&hint.owner);
    Finding::new(
        &RULE,
        hint.place.clone(),
        format!("`{name}` is accepted already, this hint is spent"),
    )
    .label("no effect")
    .safe_fix("delete the hint", vec![(hint.place.clone(), String::new())])
}
