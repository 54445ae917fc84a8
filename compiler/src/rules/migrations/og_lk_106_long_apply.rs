//! OG-LK-106: an apply ends soon.

use crate::diagnostic::Severity;
use crate::rules::{Example, Given, Rule};

pub const RULE: Rule = Rule {
    code: "OG-LK-106",
    subcode: "OG-LK-106",
    name: "long-apply",
    severity: Severity::Warning,
    summary: "An apply ends soon.",
    explanation: "So much is written that the apply is estimated to take more than half a minute. A commit \
                  that comes first makes it start over. Split the change, or let nobody write meanwhile.",
    fails: Example::Situation {
        accepted: "node Page { number: I32 }\n",
        desired: "node Page { number: I64 }\n",
        known: &[Given::Stored { rows: 900000, bytes: 9000000000 }],
    },
    passes: Example::Situation {
        accepted: "node Page { number: I32 }\n",
        desired: "node Page { number: I64 }\n",
        known: &[Given::Stored { rows: 2000, bytes: 90000 }],
    },
};
