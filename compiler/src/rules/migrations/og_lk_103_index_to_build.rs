//! OG-LK-103: an index of a large type takes its time.

use crate::diagnostic::Severity;
use crate::rules::{Example, Given, Rule};

pub const RULE: Rule = Rule {
    code: "OG-LK-103",
    subcode: "OG-LK-103",
    name: "index-to-build",
    severity: Severity::Info,
    summary: "An index of a large type takes its time.",
    explanation: "A new `@index` is built by `optimize`, not by the apply. With more than a million rows \
                  that takes a while, and until then queries read all rows.",
    fails: Example::Situation {
        accepted: "node Page { text: String }\n",
        desired: "node Page { text: String @index }\n",
        known: &[Given::Stored { rows: 2000000, bytes: 90000000 }],
    },
    passes: Example::Situation {
        accepted: "node Page { text: String }\n",
        desired: "node Page { text: String @index }\n",
        known: &[Given::Stored { rows: 2000, bytes: 90000 }],
    },
};
