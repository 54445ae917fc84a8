//! OG-NL-102: a plan is for the schema that the graph has.

use crate::diagnostic::Severity;
use crate::rules::{Example, Given, Rule};

pub const RULE: Rule = Rule {
    code: "OG-NL-102",
    subcode: "OG-NL-102",
    name: "schema-moved",
    severity: Severity::Error,
    summary: "A plan is for the schema that the graph has.",
    explanation: "The schema that was named with `--if-schema`, or the commit that was named with \
                  `--if-commit`, is not the present one: somebody was faster. Plan again, and look at the new \
                  plan. This rule can neither be set nor allowed.",
    fails: Example::Situation {
        accepted: "node Book { title: String }\n",
        desired: "node Book { title: String year: I32? }\n",
        known: &[Given::IfSchema("sha256:0")],
    },
    passes: Example::Change {
        accepted: "node Book { title: String }\n",
        desired: "node Book { title: String year: I32? }\n",
    },
};
