//! OG-DS-106: a blob property stays.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-DS-106",
    subcode: "OG-DS-106",
    name: "blob-dropped",
    severity: Severity::Warning,
    summary: "A blob property stays.",
    explanation: "Export the payloads first if they are still needed.",
    fails: Example::Change {
        accepted: "node Book { title: String scan: Blob? }\n",
        desired: "node Book { title: String }\n",
    },
    passes: Example::Change {
        accepted: "node Book { title: String scan: Blob? }\n",
        desired: "node Book { title: String? scan: Blob? }\n",
    },
};
