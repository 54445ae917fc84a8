//! X034: instants to the millisecond.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "X034",
    subcode: "X034",
    name: "precision-of-instants",
    severity: Severity::Warning,
    summary: "An instant has at most three digits behind the second.",
    explanation: "A DateTime is an instant to the millisecond. Data with more digits are refused when they are loaded.",
    fails: Example::Foreign {
        language: "kuzu",
        schema: None,
        text: "CREATE NODE TABLE Event (name STRING, at TIMESTAMP, PRIMARY KEY (name));\n",
    },
    passes: Example::Foreign {
        language: "kuzu",
        schema: None,
        text: "CREATE NODE TABLE Event (name STRING, at TIMESTAMP_MS, PRIMARY KEY (name));\n",
    },
};
