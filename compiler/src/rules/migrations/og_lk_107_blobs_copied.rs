//! OG-LK-107: large blobs are not copied by the way.

use crate::diagnostic::Severity;
use crate::rules::{Example, Given, Rule};

pub const RULE: Rule = Rule {
    code: "OG-LK-107",
    subcode: "OG-LK-107",
    name: "blobs-copied",
    severity: Severity::Warning,
    summary: "Large blobs are not copied by the way.",
    explanation: "Dropping something for good writes all that stays of the type into new files, blobs too. \
                  Move the blobs to a node type of their own first, or drop softly.",
    fails: Example::Situation {
        accepted: "node Page { scan: Blob? fax: String? }\n",
        desired: "node Page { scan: Blob? }\n",
        known: &[Given::Stored { rows: 2000, bytes: 2000000000 }, Given::HardDrops],
    },
    passes: Example::Situation {
        accepted: "node Page { scan: Blob? fax: String? }\n",
        desired: "node Page { scan: Blob? }\n",
        known: &[Given::Stored { rows: 2000, bytes: 2000000000 }],
    },
};
