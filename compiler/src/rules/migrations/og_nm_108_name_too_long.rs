//! OG-NM-108: a name has at most 64 characters.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-NM-108",
    subcode: "OG-NM-108",
    name: "name-too-long",
    severity: Severity::Info,
    summary: "A name has at most 64 characters.",
    explanation: "Longer ones are cut off by tools.",
    fails: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book { aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: I32? }\n",
    },
    passes: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book { aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: I32? }\n",
    },
};
