//! OG-VE-105: a vector that is searched has an index.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-VE-105",
    subcode: "OG-VE-105",
    name: "vector-without-index",
    severity: Severity::Info,
    summary: "A vector that is searched has an index.",
    explanation: "Without one every search compares all rows.",
    fails: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book { vec: Vector(4)? }\n",
    },
    passes: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book { vec: Vector(4)? @index }\n",
    },
};
