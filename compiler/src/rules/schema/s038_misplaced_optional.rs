//! S038: a `?` that does not stand once behind a type.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "S038",
    subcode: "S038",
    name: "misplaced-optional",
    severity: Severity::Error,
    summary: "A `?` stands once, directly behind the whole type.",
    explanation: "It says that the property may be null. There is no such mark for the elements of a list.",
    fails: Example::Schema("node Book { title: String?? }\n"),
    passes: Example::Schema("node Book { title: String? }\n"),
};
