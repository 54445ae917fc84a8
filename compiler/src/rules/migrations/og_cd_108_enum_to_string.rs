//! OG-CD-108: an enum stays one.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-CD-108",
    subcode: "OG-CD-108",
    name: "enum-to-string",
    severity: Severity::Warning,
    summary: "An enum stays one.",
    explanation: "Any text may be written from now on. Extend the enum if values are missing.",
    fails: Example::Change {
        accepted: "node Book { mood: enum(calm, loud) }\n",
        desired: "node Book { mood: String }\n",
    },
    passes: Example::Change {
        accepted: "node Book { mood: enum(calm, loud) }\n",
        desired: "node Book { mood: enum(calm, eerie, loud) }\n",
    },
};
