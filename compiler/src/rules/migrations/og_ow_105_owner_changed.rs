//! OG-OW-105: the owner of a part of the schema stays.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-OW-105",
    subcode: "OG-OW-105",
    name: "owner-changed",
    severity: Severity::Warning,
    summary: "The owner of a part of the schema stays.",
    explanation: "Let both the former and the new one agree.",
    fails: Example::Change {
        accepted: "node Book @owner(\"loans\") {}\n",
        desired: "node Book @owner(\"archive\") {}\n",
    },
    passes: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book @owner(\"archive\") {}\n",
    },
};
