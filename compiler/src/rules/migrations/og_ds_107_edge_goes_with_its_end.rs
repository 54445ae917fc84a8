//! OG-DS-107: an edge type outlives the types it links.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-DS-107",
    subcode: "OG-DS-107",
    name: "edge-goes-with-its-end",
    severity: Severity::Warning,
    summary: "An edge type outlives the types it links.",
    explanation: "It is dropped in the same apply as one of its ends. Load its edges into another type first if their \
                  data matter.",
    fails: Example::Change {
        accepted: "node Book {}\nnode Kiosk { number: I32 }\nedge At: Book -> Kiosk\n",
        desired: "node Book {}\n",
    },
    passes: Example::Change {
        accepted: "node Book {}\nnode Kiosk { number: I32 }\nedge At: Book -> Kiosk\n",
        desired: "node Book {}\nnode Kiosk { number: I32 }\n",
    },
};
