//! S006: something that the grammar demands is missing, or a list is empty.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "S006",
    subcode: "S006",
    name: "expected-token",
    severity: Severity::Error,
    summary: "Every bracket, colon, arrow and comma that a declaration needs is there, and no list is empty.",
    explanation: "The parser says what it expected at the first word that does not fit, and goes on with the next \
                  member or declaration: the rest of the file is checked all the same, and the broken declaration still \
                  defines its name.",
    fails: Example::Schema("node Book title: String }\n"),
    passes: Example::Schema("node Book { title: String }\n"),
};
