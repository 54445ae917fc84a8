//! OG-LK-105: what a change demands of many rows takes its time to check.

use crate::diagnostic::Severity;
use crate::rules::{Example, Given, Rule};

pub const RULE: Rule = Rule {
    code: "OG-LK-105",
    subcode: "OG-LK-105",
    name: "long-scan",
    severity: Severity::Info,
    summary: "What a change demands of many rows takes its time to check.",
    explanation: "Before a rule is added or tightened, all rows of the type are read. With more than five \
                  million that takes a while, each time that the plan is made.",
    fails: Example::Situation {
        accepted: "node Page { number: I32 }\n",
        desired: "node Page { number: I32 @unique }\n",
        known: &[Given::Stored { rows: 6000000, bytes: 90000000 }],
    },
    passes: Example::Situation {
        accepted: "node Page { number: I32 }\n",
        desired: "node Page { number: I32 @unique }\n",
        known: &[Given::Stored { rows: 2000, bytes: 90000 }],
    },
};
