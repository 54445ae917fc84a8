//! OG-MF-109: a plan knows the data it is for.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-MF-109",
    subcode: "OG-MF-109",
    name: "unknown-data",
    severity: Severity::Info,
    summary: "A plan knows the data it is for.",
    explanation: "Without the graph every type is taken to have rows that break each new rule. Plan with \
                  `--store` to know.",
    fails: Example::Change {
        accepted: "node Book { lang: String? }\n",
        desired: "node Book { lang: String @default(\"en\") }\n",
    },
    passes: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book { lang: String? }\n",
    },
};
