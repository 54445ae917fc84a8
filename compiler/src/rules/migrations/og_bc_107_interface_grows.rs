//! OG-BC-107: whoever relies on an interface knows what it has and who implements it.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-BC-107",
    subcode: "OG-BC-107",
    name: "interface-grows",
    severity: Severity::Warning,
    summary: "Whoever relies on an interface knows what it has and who implements it.",
    explanation: "It was renamed, has one more property, or one more type implements it. A query about the interface finds the \
                  nodes of that type, too, and whole nodes in its results have the property.",
    fails: Example::Change {
        accepted: "interface Named { name: String? }\nnode Book implements Named {}\n",
        desired: "interface Named { name: String? alias: String? }\nnode Book implements Named {}\n",
    },
    passes: Example::Change {
        accepted: "interface Named { name: String? }\nnode Book implements Named {}\n",
        desired: "interface Named { name: String? }\nnode Book implements Named { pages: I32? }\n",
    },
};
