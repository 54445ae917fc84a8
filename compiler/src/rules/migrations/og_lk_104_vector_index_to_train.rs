//! OG-LK-104: an index of many vectors takes its time.

use crate::diagnostic::Severity;
use crate::rules::{Example, Given, Rule};

pub const RULE: Rule = Rule {
    code: "OG-LK-104",
    subcode: "OG-LK-104",
    name: "vector-index-to-train",
    severity: Severity::Warning,
    summary: "An index of many vectors takes its time.",
    explanation: "A vector index is trained on the vectors, by `optimize`. With more than 100,000 of them \
                  that takes a while, and until then a search compares all of them.",
    fails: Example::Situation {
        accepted: "node Page { v: Vector(4)? }\n",
        desired: "node Page { v: Vector(4)? @index }\n",
        known: &[Given::Stored { rows: 200000, bytes: 90000000 }],
    },
    passes: Example::Situation {
        accepted: "node Page { v: Vector(4)? }\n",
        desired: "node Page { v: Vector(4)? @index }\n",
        known: &[Given::Stored { rows: 2000, bytes: 90000 }],
    },
};
