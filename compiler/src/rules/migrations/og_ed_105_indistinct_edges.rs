//! OG-ED-105: edges between the same two nodes can be told apart.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-ED-105",
    subcode: "OG-ED-105",
    name: "indistinct-edges",
    severity: Severity::Info,
    summary: "Edges between the same two nodes can be told apart.",
    explanation: "Add `@unique(src, dst)` if there may be one only, or a property that tells them apart.",
    fails: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book {}\nedge Cites: Book -> Book\n",
    },
    passes: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book {}\nedge Cites: Book -> Book { @unique(src, dst) }\n",
    },
};
