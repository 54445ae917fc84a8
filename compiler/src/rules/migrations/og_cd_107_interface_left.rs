//! OG-CD-107: an interface keeps the types that implement it.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-CD-107",
    subcode: "OG-CD-107",
    name: "interface-left",
    severity: Severity::Warning,
    summary: "An interface keeps the types that implement it.",
    explanation: "Whoever relies on the interface does not find them any more.",
    fails: Example::Change {
        accepted: "interface Named { name: String }\nnode Book implements Named {}\n",
        desired: "interface Named { name: String }\nnode Book { name: String }\n",
    },
    passes: Example::Change {
        accepted: "node Book {}\n",
        desired: "interface Named { name: String? }\nnode Book implements Named {}\n",
    },
};
