//! OG-BC-103: whoever names an edge type knows its new name.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-BC-103",
    subcode: "OG-BC-103",
    name: "edge-renamed",
    severity: Severity::Warning,
    summary: "Whoever names an edge type knows its new name.",
    explanation: "The data stay. Queries, loads and policies that say the old name fail.",
    fails: Example::Change {
        accepted: "node Book {}\nedge Cites: Book -> Book\n",
        desired: "node Book {}\nedge Quotes: Book -> Book @rename_from(\"Cites\")\n",
    },
    passes: Example::Change {
        accepted: "node Book {}\nedge Cites: Book -> Book\n",
        desired: "node Book {}\nedge Cites: Book -> Book { page: I32? }\n",
    },
};
