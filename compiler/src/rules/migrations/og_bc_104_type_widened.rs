//! OG-BC-104: readers know the type of a result.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-BC-104",
    subcode: "OG-BC-104",
    name: "type-widened",
    severity: Severity::Warning,
    summary: "Readers know the type of a result.",
    explanation: "Every value stays equal, but results have another type.",
    fails: Example::Change {
        accepted: "node Book { pages: I32 }\n",
        desired: "node Book { pages: I64 }\n",
    },
    passes: Example::Change {
        accepted: "node Book { pages: I32 }\n",
        desired: "node Book { pages: I32 weight: I64? }\n",
    },
};
