//! OG-NM-104: names differ by more than case and underscores.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-NM-104",
    subcode: "OG-NM-104",
    name: "names-too-alike",
    severity: Severity::Info,
    summary: "Names differ by more than case and underscores.",
    explanation: "They are mixed up sooner or later.",
    fails: Example::Change {
        accepted: "node Book { created_at: Date? }\n",
        desired: "node Book { created_at: Date? createdat: Date? }\n",
    },
    passes: Example::Change {
        accepted: "node Book { created_at: Date? }\n",
        desired: "node Book { created_at: Date? changed_at: Date? }\n",
    },
};
