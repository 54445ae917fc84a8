//! OG-CD-101: what was unique stays unique.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-CD-101",
    subcode: "OG-CD-101",
    name: "unique-removed",
    severity: Severity::Warning,
    summary: "What was unique stays unique.",
    explanation: "Readers may rely on finding one row at most.",
    fails: Example::Change {
        accepted: "node Member { card: String @unique }\n",
        desired: "node Member { card: String }\n",
    },
    passes: Example::Change {
        accepted: "node Member { card: String @unique }\n",
        desired: "node Member { card: String @unique @description(\"Its number\") }\n",
    },
};
