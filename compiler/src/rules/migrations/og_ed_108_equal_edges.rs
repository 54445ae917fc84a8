//! OG-ED-108: two edge types differ by more than their names.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-ED-108",
    subcode: "OG-ED-108",
    name: "equal-edges",
    severity: Severity::Info,
    summary: "Two edge types differ by more than their names.",
    explanation: "One edge type with an enum property says the same.",
    fails: Example::Change {
        accepted: "node Book {}\nedge A: Book -> Book { note: String? }\n",
        desired: "node Book {}\nedge A: Book -> Book { note: String? }\nedge B: Book -> Book { note: String? }\n",
    },
    passes: Example::Change {
        accepted: "node Book {}\nedge A: Book -> Book { note: String? }\n",
        desired: "node Book {}\nedge A: Book -> Book { note: String? }\nedge B: Book -> Book { page: I32? }\n",
    },
};
