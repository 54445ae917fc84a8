//! OG-MF-106: a property keeps its type, or gets one that holds every value of the old.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-MF-106",
    subcode: "OG-MF-106",
    name: "type-changed",
    severity: Severity::Error,
    summary: "A property keeps its type, or gets one that holds every value of the old.",
    explanation: "Other changes have no conversion that keeps all values. Add a property of the new \
                  type, copy the values with a mutation, and drop the old one. An enum may lose values \
                  that no row has.",
    fails: Example::Change {
        accepted: "node Book { pages: I64 }\n",
        desired: "node Book { pages: I32 }\n",
    },
    passes: Example::Change {
        accepted: "node Book { pages: I32 }\n",
        desired: "node Book { pages: I64 }\n",
    },
};
