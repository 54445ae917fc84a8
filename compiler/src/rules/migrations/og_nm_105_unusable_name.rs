//! OG-NM-105: a name means one thing.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-NM-105",
    subcode: "OG-NM-105",
    name: "unusable-name",
    severity: Severity::Info,
    summary: "A name means one thing.",
    explanation: "Names of scalar types, and words of the query language, cannot be used everywhere.",
    fails: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book {}\nnode Date {}\n",
    },
    passes: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book {}\nnode Day {}\n",
    },
};
