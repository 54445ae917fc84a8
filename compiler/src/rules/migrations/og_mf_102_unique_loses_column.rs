//! OG-MF-102: the rows that exist are unique by fewer columns too.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-MF-102",
    subcode: "OG-MF-102",
    name: "unique-loses-column",
    severity: Severity::Error,
    summary: "The rows that exist are unique by fewer columns too.",
    explanation: "Fewer columns demand more: rows that differed by the column which is left out may be \
                  equal now.",
    fails: Example::Change {
        accepted: "node Copy { isbn: String copy: I32 @unique(isbn, copy) }\n",
        desired: "node Copy { isbn: String copy: I32 @unique(isbn) }\n",
    },
    passes: Example::Change {
        accepted: "node Copy { isbn: String @unique copy: I32 }\n",
        desired: "node Copy { isbn: String copy: I32 @unique(isbn, copy) }\n",
    },
};
