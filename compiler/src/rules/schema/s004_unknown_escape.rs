//! S004: a backslash in a string before something it does not escape.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "S004",
    subcode: "S004",
    name: "unknown-escape",
    severity: Severity::Error,
    summary: "In a string, a backslash stands only before `\"`, `\\`, `n`, `r` or `t`.",
    explanation: "The backslashes of a regular expression are doubled: the string `\"\\\\d\"` holds the pattern `\\d`.",
    fails: Example::Schema("node Book {\n    isbn: String\n    @check(isbn, \"\\d+\")\n}\n"),
    passes: Example::Schema("node Book {\n    isbn: String\n    @check(isbn, \"\\\\d+\")\n}\n"),
};
