//! S008: the name of a property that starts with a capital letter.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "S008",
    subcode: "S008",
    name: "property-name",
    severity: Severity::Error,
    summary: "Names of properties start with a lower-case ASCII letter or an underscore.",
    explanation: "The case of the first letter distinguishes properties from types everywhere in both languages. `createdAt`, \
                  `_note` and `x9` are fine.",
    fails: Example::Schema("node Book { ISBN: String }\n"),
    passes: Example::Schema("node Book { isbn: String }\n"),
};
