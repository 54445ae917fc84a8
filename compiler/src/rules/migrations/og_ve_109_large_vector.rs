//! OG-VE-109: a vector has at most 8192 numbers.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-VE-109",
    subcode: "OG-VE-109",
    name: "large-vector",
    severity: Severity::Info,
    summary: "A vector has at most 8192 numbers.",
    explanation: "No usual model gives longer ones.",
    fails: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book { vec: Vector(65536)? }\n",
    },
    passes: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book { vec: Vector(8192)? }\n",
    },
};
