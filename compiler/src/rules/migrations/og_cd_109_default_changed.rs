//! OG-CD-109: a default stays as it is.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-CD-109",
    subcode: "OG-CD-109",
    name: "default-changed",
    severity: Severity::Info,
    summary: "A default stays as it is.",
    explanation: "Rows that exist keep their values; rows that are written without one get another, or \
                  must give it.",
    fails: Example::Change {
        accepted: "node Book { stock: I32 @default(1) }\n",
        desired: "node Book { stock: I32 }\n",
    },
    passes: Example::Change {
        accepted: "node Book { stock: I32 }\n",
        desired: "node Book { stock: I32 @default(1) }\n",
    },
};
