//! OG-DS-102: a node type that has rows stays.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-DS-102",
    subcode: "OG-DS-102",
    name: "node-dropped",
    severity: Severity::Warning,
    summary: "A node type that has rows stays.",
    explanation: "A soft drop hides the rows from new commits; older commits still hold them. Export \
                  what is still needed. A type that is declared again later is another type and starts \
                  empty.",
    fails: Example::Change {
        accepted: "node Kiosk { number: I32 }\nnode Book {}\n",
        desired: "node Book {}\n",
    },
    passes: Example::Change {
        accepted: "node Kiosk { number: I32 }\nnode Book {}\n",
        desired: "node Kiosk { number: I32 }\nnode Book {}\nnode Shelf {}\n",
    },
};
