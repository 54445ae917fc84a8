//! OG-CD-102: values stay within their bounds.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-CD-102",
    subcode: "OG-CD-102",
    name: "range-loosened",
    severity: Severity::Warning,
    summary: "Values stay within their bounds.",
    explanation: "Readers may rely on them.",
    fails: Example::Change {
        accepted: "node Film { stars: I32 @range(stars, 1..5) }\n",
        desired: "node Film { stars: I32 @range(stars, 0..10) }\n",
    },
    passes: Example::Change {
        accepted: "node Film { stars: I32 }\n",
        desired: "node Film { stars: I32 score: I32? @range(score, 1..5) }\n",
    },
};
