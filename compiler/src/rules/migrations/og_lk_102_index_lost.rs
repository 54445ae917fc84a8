//! OG-LK-102: a change does not cost the indexes of a large type.

use crate::diagnostic::Severity;
use crate::rules::{Example, Given, Rule};

pub const RULE: Rule = Rule {
    code: "OG-LK-102",
    subcode: "OG-LK-102",
    name: "index-lost",
    severity: Severity::Warning,
    summary: "A change does not cost the indexes of a large type.",
    explanation: "A column that is written anew loses its index, and a type from which something is \
                  dropped for good loses all of them. Queries then read all rows until `optimize` has \
                  built them again. Run it right after the apply.",
    fails: Example::Situation {
        accepted: "node Page { number: I32 @index }\n",
        desired: "node Page { number: I64 @index }\n",
        known: &[Given::Stored { rows: 200000, bytes: 9000000 }],
    },
    passes: Example::Situation {
        accepted: "node Page { number: I32 @index }\n",
        desired: "node Page { number: I64 @index }\n",
        known: &[Given::Stored { rows: 2000, bytes: 90000 }],
    },
};
