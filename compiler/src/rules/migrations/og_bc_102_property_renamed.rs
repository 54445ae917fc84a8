//! OG-BC-102: whoever names a property knows its new name.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-BC-102",
    subcode: "OG-BC-102",
    name: "property-renamed",
    severity: Severity::Warning,
    summary: "Whoever names a property knows its new name.",
    explanation: "The values stay. Queries, loads and policies that say the old name fail.",
    fails: Example::Change {
        accepted: "node Book { name: String }\n",
        desired: "node Book { title: String @rename_from(\"name\") }\n",
    },
    passes: Example::Change {
        accepted: "node Book { title: String }\n",
        desired: "node Book { title: String note: String? }\n",
    },
};
