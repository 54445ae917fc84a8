//! OG-ED-103: every node has as many edges as a raised minimum demands.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-ED-103",
    subcode: "OG-ED-103",
    name: "more-edges-demanded",
    severity: Severity::Error,
    summary: "Every node has as many edges as a raised minimum demands.",
    explanation: "Nodes without any count too. Add the edges first.",
    fails: Example::Change {
        accepted: "node Book {}\nedge Cites: Book -> Book @card(0..)\n",
        desired: "node Book {}\nedge Cites: Book -> Book @card(1..)\n",
    },
    passes: Example::Change {
        accepted: "node Book {}\nedge Cites: Book -> Book @card(1..)\n",
        desired: "node Book {}\nedge Cites: Book -> Book @card(0..)\n",
    },
};
