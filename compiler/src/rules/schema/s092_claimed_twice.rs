//! S092: two declarations that claim to be one accepted declaration.

use crate::diagnostic::{Finding, Place, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Hint;

pub const RULE: Rule = Rule {
    code: "S092",
    subcode: "S092",
    name: "claimed-twice",
    severity: Severity::Error,
    summary: "An accepted declaration continues in one declaration at most.",
    explanation: "Exact names count first. In a chain, where A becomes B while B becomes C, the name B already \
                  continues the old B: apply one rename, then the other.",
    fails: Example::Change {
        accepted: "node A {}\n",
        desired: "node B @rename_from(\"A\") {}\nnode C @rename_from(\"A\") {}\n",
    },
    passes: Example::Change {
        accepted: "node A {}\n",
        desired: "node B @rename_from(\"A\") {}\nnode C {}\n",
    },
};

pub(crate) fn finding(hint: &Hint, first: Place) -> Finding {
    let message = format!(
        "`{}` of the accepted schema is continued by another declaration already",
        hint.from
    );
    Finding::new(&RULE, hint.place.clone(), message)
        .label("the second claim")
        .also(first, "the first claim")
        .help("delete one of the hints; for a chain of renames, apply the first one, then the second")
}
