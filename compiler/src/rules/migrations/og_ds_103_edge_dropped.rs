//! OG-DS-103: an edge type that has rows stays.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-DS-103",
    subcode: "OG-DS-103",
    name: "edge-dropped",
    severity: Severity::Warning,
    summary: "An edge type that has rows stays.",
    explanation: "A soft drop hides the edges from new commits; older commits still hold them.",
    fails: Example::Change {
        accepted: "node Book {}\nedge Cites: Book -> Book { page: I32? }\n",
        desired: "node Book {}\n",
    },
    passes: Example::Change {
        accepted: "node Book {}\nedge Cites: Book -> Book { page: I32? }\n",
        desired: "node Book {}\nedge Cites: Book -> Book { page: I32? note: String? }\n",
    },
};
