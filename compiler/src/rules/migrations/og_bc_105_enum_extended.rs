//! OG-BC-105: readers know all values of an enum.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-BC-105",
    subcode: "OG-BC-105",
    name: "enum-extended",
    severity: Severity::Info,
    summary: "Readers know all values of an enum.",
    explanation: "One that handles each value by itself meets one it does not know.",
    fails: Example::Change {
        accepted: "node Book { mood: enum(calm) }\n",
        desired: "node Book { mood: enum(calm, loud) }\n",
    },
    passes: Example::Change {
        accepted: "node Book { mood: enum(calm, loud) }\n",
        desired: "node Book { mood: enum(loud, calm) }\n",
    },
};
