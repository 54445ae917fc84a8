//! OG-CD-106: the number of edges stays within its bounds.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-CD-106",
    subcode: "OG-CD-106",
    name: "cardinality-loosened",
    severity: Severity::Warning,
    summary: "The number of edges stays within its bounds.",
    explanation: "A reader that expects one edge has to handle several, or none.",
    fails: Example::Change {
        accepted: "node Book {}\nedge Cites: Book -> Book @card(0..1)\n",
        desired: "node Book {}\nedge Cites: Book -> Book @card(0..)\n",
    },
    passes: Example::Change {
        accepted: "node Book {}\nedge Cites: Book -> Book @card(0..1)\n",
        desired: "node Book {}\nedge Quotes: Book -> Book @card(0..1) @rename_from(\"Cites\")\n",
    },
};
