//! OG-CD-105: what was always there stays.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-CD-105",
    subcode: "OG-CD-105",
    name: "made-nullable",
    severity: Severity::Warning,
    summary: "What was always there stays.",
    explanation: "Readers may not expect a null.",
    fails: Example::Change {
        accepted: "node Book { lang: String }\n",
        desired: "node Book { lang: String? }\n",
    },
    passes: Example::Change {
        accepted: "node Book { lang: String }\n",
        desired: "node Book { lang: String note: String? }\n",
    },
};
