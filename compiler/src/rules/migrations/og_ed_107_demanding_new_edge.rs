//! OG-ED-107: a new edge type demands nothing of nodes that exist.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-ED-107",
    subcode: "OG-ED-107",
    name: "demanding-new-edge",
    severity: Severity::Warning,
    summary: "A new edge type demands nothing of nodes that exist.",
    explanation: "They have no such edges yet. Start with `@card(0..)`, load the edges, then tighten.",
    fails: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book {}\nnode Copy {}\nedge Has: Book -> Copy @card(1..)\n",
    },
    passes: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book {}\nnode Copy {}\nedge Has: Book -> Copy @card(0..)\n",
    },
};
