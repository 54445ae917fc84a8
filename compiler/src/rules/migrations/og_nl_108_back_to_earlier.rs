//! OG-NL-108: a schema does not go back by accident.

use crate::diagnostic::Severity;
use crate::rules::{Example, Given, Rule};

pub const RULE: Rule = Rule {
    code: "OG-NL-108",
    subcode: "OG-NL-108",
    name: "back-to-earlier",
    severity: Severity::Warning,
    summary: "A schema does not go back by accident.",
    explanation: "The new schema is one that this graph had before. Somebody may have planned from an old \
                  checkout, which would undo what was changed since. Update the checkout, or allow the \
                  rule if it is meant.",
    fails: Example::Situation {
        accepted: "node Book { title: String year: I32? }\n",
        desired: "node Book { title: String }\n",
        known: &[Given::Earlier("node Book { title: String }\n")],
    },
    passes: Example::Situation {
        accepted: "node Book { title: String year: I32? }\n",
        desired: "node Book { title: String year: I64? }\n",
        known: &[Given::Earlier("node Book { title: String }\n")],
    },
};
