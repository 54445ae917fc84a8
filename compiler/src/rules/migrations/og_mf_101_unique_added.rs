//! OG-MF-101: the rows that exist are unique by what must be unique.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-MF-101",
    subcode: "OG-MF-101",
    name: "unique-added",
    severity: Severity::Error,
    summary: "The rows that exist are unique by what must be unique.",
    explanation: "Rows that share a value would break the constraint. With the graph at hand, the plan \
                  says which they are; if there are none, nothing is reported.",
    fails: Example::Change {
        accepted: "node Member { card: String }\n",
        desired: "node Member { card: String @unique }\n",
    },
    passes: Example::Change {
        accepted: "node Member { card: String }\n",
        desired: "node Member { card: String code: String? @unique }\n",
    },
};
