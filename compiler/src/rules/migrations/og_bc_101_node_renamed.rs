//! OG-BC-101: whoever names a node type knows its new name.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-BC-101",
    subcode: "OG-BC-101",
    name: "node-renamed",
    severity: Severity::Warning,
    summary: "Whoever names a node type knows its new name.",
    explanation: "The data stay. Queries, loads and policies that say the old name fail.",
    fails: Example::Change {
        accepted: "node Tome { title: String }\n",
        desired: "node Book @rename_from(\"Tome\") { title: String }\n",
    },
    passes: Example::Change {
        accepted: "node Book { title: String }\n",
        desired: "node Book { title: String @description(\"On the cover\") }\n",
    },
};
