//! OG-NL-105: what one side drops the other leaves alone.

use crate::diagnostic::Severity;
use crate::rules::{Example, Given, Rule};

pub const RULE: Rule = Rule {
    code: "OG-NL-105",
    subcode: "OG-NL-105",
    name: "dropped-and-changed",
    severity: Severity::Error,
    summary: "What one side drops the other leaves alone.",
    explanation: "Since they parted one side dropped what the other changed. Decide whether it stays.",
    fails: Example::Situation {
        accepted: "node Book { title: String fax: String? @index }\n",
        desired: "node Book { title: String }\n",
        known: &[Given::Base("node Book { title: String fax: String? }\n")],
    },
    passes: Example::Situation {
        accepted: "node Book { title: String fax: String? }\n",
        desired: "node Book { title: String }\n",
        known: &[Given::Base("node Book { title: String fax: String? }\n")],
    },
};
