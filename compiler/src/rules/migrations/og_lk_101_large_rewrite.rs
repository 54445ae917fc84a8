//! OG-LK-101: a column of a large type is not written by the way.

use crate::diagnostic::Severity;
use crate::rules::{Example, Given, Rule};

pub const RULE: Rule = Rule {
    code: "OG-LK-101",
    subcode: "OG-LK-101",
    name: "large-rewrite",
    severity: Severity::Warning,
    summary: "A column of a large type is not written by the way.",
    explanation: "Values are written into rows that exist: a default is filled in, or a type changes. With \
                  more than a million rows or a gibibyte that takes a while. Readers and writers go on \
                  meanwhile, but a writer that is faster makes the apply start over. Apply at a quiet \
                  hour, and together with other changes of the type: they share one pass.",
    fails: Example::Situation {
        accepted: "node Page { number: I32 }\n",
        desired: "node Page { number: I64 }\n",
        known: &[Given::Stored { rows: 2000000, bytes: 90000000 }],
    },
    passes: Example::Situation {
        accepted: "node Page { number: I32 }\n",
        desired: "node Page { number: I64 }\n",
        known: &[Given::Stored { rows: 2000, bytes: 90000 }],
    },
};
