//! OG-ED-102: no node has more edges than a lowered maximum.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-ED-102",
    subcode: "OG-ED-102",
    name: "fewer-edges-allowed",
    severity: Severity::Error,
    summary: "No node has more edges than a lowered maximum.",
    explanation: "Remove the surplus first. With the graph at hand, the plan says where.",
    fails: Example::Change {
        accepted: "node Book {}\nedge Cites: Book -> Book @card(0..)\n",
        desired: "node Book {}\nedge Cites: Book -> Book @card(0..1)\n",
    },
    passes: Example::Change {
        accepted: "node Book {}\nedge Cites: Book -> Book @card(0..1)\n",
        desired: "node Book {}\nedge Cites: Book -> Book @card(0..2)\n",
    },
};
