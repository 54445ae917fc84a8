//! OG-LK-109: an index is one that queries can use.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-LK-109",
    subcode: "OG-LK-109",
    name: "index-never-used",
    severity: Severity::Info,
    summary: "An index is one that queries can use.",
    explanation: "Those of several columns, and those of edges, are recorded and never used.",
    fails: Example::Change {
        accepted: "node Book { a: I32 b: I32 }\n",
        desired: "node Book { a: I32 b: I32 @index(a, b) }\n",
    },
    passes: Example::Change {
        accepted: "node Book { a: I32 b: I32 }\n",
        desired: "node Book { a: I32 @index b: I32 }\n",
    },
};
