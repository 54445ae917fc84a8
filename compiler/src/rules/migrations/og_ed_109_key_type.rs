//! OG-ED-109: a key is text or an integer.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-ED-109",
    subcode: "OG-ED-109",
    name: "key-type",
    severity: Severity::Info,
    summary: "A key is text or an integer.",
    explanation: "Floats, times and enums make ids that are hard to write again.",
    fails: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book {}\nnode Reading { at: F64 @key }\n",
    },
    passes: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book {}\nnode Reading { number: I64 @key }\n",
    },
};
